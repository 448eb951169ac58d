TITLE plasticity by the times of spikes: events of the synapse, and crossings of its own voltage
NEURON {
    POINT_PROCESS Plastic
    NONSPECIFIC_CURRENT i
    RANGE i, level, ltp, ltd, post, heaviest, total, stage
}
PARAMETER {
    level = -50 (mV)
    ltp = 0.3
    ltd = 0.2
    wmax = 0.05
}
ASSIGNED { v (mV) i (nA) post (ms) heaviest total stage }
STATE { g (uS) }
INITIAL {
    g = 0
    post = -1e3
    heaviest = 0
    total = 0
    stage = 0
    net_send(0, 1)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*v
}
DERIVATIVE states { g' = -g/2.2 }
NET_RECEIVE(w (uS), change, pre (ms)) {
    INITIAL {
        change = 0
        pre = -1e3
    }
    if (flag == 0) {
        change = change - ltd*exp((post - t)/20)
        if (change < -1) { change = -1 }
        pre = t
        g = g + w*(1 + change)
        net_event(t)
    } else if (flag == 2) {
        stage = stage + 1
        post = t
        heaviest = 0
        total = 0
        FOR_NETCONS(each, its, fired (ms)) {
            its = its + ltp*exp((fired - t)/15)
            if (each*(1 + its) > wmax) { its = wmax/each - 1 }
            total = total + each*(1 + its)
            if (each*(1 + its) > heaviest) { heaviest = each*(1 + its) }
        }
        net_send(0.8, 3)
    } else if (flag == 3) {
        FOR_NETCONS(each, its, fired (ms)) {
            its = its*0.99
        }
    } else {
        WATCH (v > level) 2
    }
}
