TITLE chance in NET_RECEIVE: release that fails, sizes, delays
NEURON {
    POINT_PROCESS Chancy
    NONSPECIFIC_CURRENT i
    RANGE i, p, failed, size, drawn
    RANDOM coin, amount
}
PARAMETER { p = 0.6 }
ASSIGNED { v (mV) i (nA) failed size drawn }
STATE { g }
INITIAL {
    g = 0
    failed = 0
    size = 0
    random_setseq(coin, 0)
    random_setseq(amount, 5)
    drawn = random_uniform(amount)
    net_send(random_negexp(amount), 2)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*v
}
DERIVATIVE states { g' = -g/2 }
NET_RECEIVE(w, last) {
    INITIAL { last = random_uniform(amount, 0.5, 1.5) }
    if (flag == 0) {
        if (random_uniform(coin, 0, 1) < p) {
            size = 1 + 0.2*random_normal(amount)
            g = g + w*size
            last = size
            net_send(0.3*random_negexp(coin, 1), 1)
        } else {
            failed = failed + 1
        }
    } else if (flag == 1) {
        drawn = random_normal(amount, 2, 0.5)
        g = g + 0.1*w*drawn*last
    } else {
        drawn = random_uniform(coin)
        g = g + 1e-4*drawn
        net_send(0.2 + random_uniform(coin, 0.1, 0.7), 2)
    }
}
