TITLE a spiking cell of two variables of its own beside the membrane, as published by Izhikevich in 2007
NEURON {
    POINT_PROCESS Quadratic
    NONSPECIFIC_CURRENT i
    RANGE i, a, b, c, d, k, rest, theta, peak, drive, spikes
}
PARAMETER {
    a = 0.03 b = -2 c = -50 d = 100 k = 0.7
    rest = -60 theta = -40 peak = 35 drive = 0
    C = 100
}
ASSIGNED { v (mV) i (nA) spikes }
STATE { V u }
INITIAL {
    V = rest
    u = 0
    spikes = 0
    net_send(0, 1)
}
BREAKPOINT {
    SOLVE states METHOD derivimplicit
    i = -1e-4*(V - rest)
}
DERIVATIVE states {
    V' = (k*(V - rest)*(V - theta) - u + drive)/C
    u' = a*(b*(V - rest) - u)
}
NET_RECEIVE(w) {
    if (flag == 1) {
        WATCH (V > peak) 2
    } else if (flag == 2) {
        net_event(t)
        V = c
        u = u + d
        spikes = spikes + 1
    } else {
        V = V + w
    }
}
