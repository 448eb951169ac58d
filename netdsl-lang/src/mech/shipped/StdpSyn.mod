TITLE Exponential synapse whose strength changes with the times of spikes (additive, all pairs; Song, Miller & Abbott 2000)
: Events with a weight of 0 or more come from the presynaptic cell: they add strength to the conductance. Events with a
: negative weight come from the postsynaptic cell. Each pair of spikes changes the strength by plus*exp(-|dt|/tauplus)
: where pre comes before post, and by -minus*exp(-|dt|/tauminus) otherwise, within 0 and most.
NEURON {
    POINT_PROCESS StdpSyn
    NONSPECIFIC_CURRENT i
    RANGE tau, e, i, g, start, strength, most, plus, minus, tauplus, tauminus
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}
PARAMETER {
    tau = 2 (ms) <1e-9, 1e9>
    e = 0 (mV)
    start = 0.001 (uS)
    most = 0.002 (uS)
    plus = 1e-5 (uS)
    minus = 1.05e-5 (uS)
    tauplus = 20 (ms) <1e-9, 1e9>
    tauminus = 20 (ms) <1e-9, 1e9>
}
ASSIGNED {
    v (mV)
    i (nA)
    strength (uS)
    : how many pre and post spikes are remembered, and since when
    pre
    post
    lastpre (ms)
    lastpost (ms)
}
STATE { g (uS) }
INITIAL {
    g = 0
    strength = start
    pre = 0
    post = 0
    lastpre = 0
    lastpost = 0
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}
DERIVATIVE decay { g' = -g/tau }
NET_RECEIVE (kind) {
    if (kind >= 0) {
        g = g + strength
        strength = strength - minus*post*exp(-(t - lastpost)/tauminus)
        if (strength < 0) { strength = 0 }
        pre = pre*exp(-(t - lastpre)/tauplus) + 1
        lastpre = t
    } else {
        strength = strength + plus*pre*exp(-(t - lastpre)/tauplus)
        if (strength > most) { strength = most }
        post = post*exp(-(t - lastpost)/tauminus) + 1
        lastpost = t
    }
}
