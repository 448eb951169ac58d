TITLE a cell of one variable, refractory after it fires, that events reach and that fires at once
NEURON {
    ARTIFICIAL_CELL Tonic
    RANGE tau, rest, m, fired, calm, twice
}
PARAMETER {
    tau = 7 (ms) <1e-9, 1e9>
    rest = 1.9 (ms)
    twice = 0
}
ASSIGNED { m since (ms) calm fired }
INITIAL {
    m = 0
    since = 0
    calm = 1
    fired = 0
}
FUNCTION now() {
    now = m*exp(-(t - since)/tau)
}
NET_RECEIVE(w, gain, used) {
    INITIAL {
        gain = 1 + 0.1*w
        used = 0
    }
    if (calm == 0 && flag == 0) {
        used = used + 1
    } else if (flag == 0) {
        m = now() + w*gain
        gain = gain*0.95
        since = t
        if (m > 1) {
            net_event(t)
            if (twice) { net_event(t + 0.4) }
            fired = fired + 1
            calm = 0
            m = 2
            net_send(rest, 1)
        }
    } else {
        calm = 1
        m = 0.05*gain
        since = t
    }
}
