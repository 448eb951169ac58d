TITLE Cell without membrane: m jumps by the weight of an event and decays with tau; above 1 it fires and rests for refrac
NEURON {
    ARTIFICIAL_CELL IntFire1
    RANGE tau, refrac, m
    THREADSAFE
}
PARAMETER {
    tau = 10 (ms)
    refrac = 5 (ms)
}
ASSIGNED {
    m
    since (ms)
    resting
}
INITIAL {
    m = 0
    since = t
    resting = 0
}
NET_RECEIVE (w) {
    if (resting == 0) {
        m = m*exp(-(t - since)/tau) + w
        since = t
        if (m > 1) {
            resting = 1
            m = 2
            net_send(refrac, 1)
            net_event(t)
        }
    } else if (flag == 1) {
        m = 0
        since = t
        resting = 0
    }
}
