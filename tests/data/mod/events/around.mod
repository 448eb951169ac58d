TITLE what BEFORE and AFTER blocks see of events
NEURON {
    POINT_PROCESS Surround
    NONSPECIFIC_CURRENT i
    RANGE i, started, sampled, solved, came, highest
}
ASSIGNED { v (mV) i (nA) started sampled solved came highest }
STATE { g }
INITIAL {
    g = 0.5
    came = 0
    highest = 0
    sampled = 0
    solved = 0
    started = 0
}
BEFORE BREAKPOINT { started = g + came }
AFTER SOLVE {
    solved = g
    if (g > highest) { highest = g }
}
BEFORE STEP { sampled = sampled*0.5 + g + t*came }
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.01*g*(v + 60)
}
DERIVATIVE states { g' = -g/1.1 }
NET_RECEIVE(w) {
    if (flag == 0) {
        came = came + solved*w
        g = g + w + 0.1*started
        net_send(0.275, 1)
    } else {
        g = g*1.25 + 0.1*w
    }
}
