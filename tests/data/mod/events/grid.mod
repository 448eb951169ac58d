TITLE events on and off the grid: when they come, in which order, and what they send
: The order of deliveries is kept in `order`, in which each one is a digit.
NEURON {
    POINT_PROCESS Grid
    NONSPECIFIC_CURRENT i
    RANGE i, short, long, order, last, flags, n, late
}
PARAMETER {
    short = 0.31 (ms)
    long = 1.25 (ms)
    tau = 1.7 (ms)
}
ASSIGNED { v (mV) i (nA) order last (ms) flags n late (ms) }
STATE { g (uS) }
INITIAL {
    g = 0.001
    order = 0
    n = 0
    flags = 0
    last = -1
    late = 0
    net_send(0, 7)
    net_send(0.4, 4)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*(v + 20)
}
DERIVATIVE states { g' = -g/tau }
NET_RECEIVE(w (uS)) {
    LOCAL digit
    digit = flag + 1
    order = order*0.5 + digit
    flags = flags + flag
    n = n + 1
    late = late + 0.001*(t - last)*digit
    last = t
    if (flag == 0) {
        g = g + w
        net_send(0, 1)
        net_send(short, 2)
        net_send(long, 3)
        net_send(0.0125, 6)
    } else if (flag == 1) {
        g = g*1.01
    } else if (flag == 2) {
        g = g + 0.0003
        if (n < 40) { net_send(short, 5) }
    } else if (flag == 4 && t < 3) {
        net_send(0.4, 4)
    } else {
        g = g*0.98
    }
}
