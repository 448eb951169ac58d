TITLE pulses of transmitter: an event begins one, an event that it sends itself ends it, with the weights of its connection
: A connection that fires during its lasting makes the lasting longer: only the last of its own ends counts.
NEURON {
    POINT_PROCESS Carried
    NONSPECIFIC_CURRENT i
    RANGE i, lasting, alpha, beta, on, off, open, seen
}
PARAMETER {
    lasting = 0.73 (ms)
    alpha = 1.1 (/ms)
    beta = 0.4 (/ms)
}
ASSIGNED { v (mV) i (nA) open seen }
STATE { on off }
INITIAL {
    on = 0
    off = 0
    open = 0
    seen = 0
}
BREAKPOINT {
    SOLVE release METHOD cnexp
    i = 0.01*(on + off)*v
}
DERIVATIVE release {
    on' = (open*alpha/(alpha + beta) - on)*(alpha + beta)
    off' = -beta*off
}
NET_RECEIVE(weight, busy, spikes, r, since (ms)) {
    INITIAL {
        busy = 0
        spikes = 0
        r = 0
        since = -1e9
    }
    seen = seen*0.9 + weight + 0.01*flag
    if (flag == 0) {
        spikes = spikes + 1
        if (!busy) {
            r = r*exp(-beta*(t - since))
            since = t
            busy = 1
            open = open + weight
            on = on + r
            off = off - r
        }
        net_send(lasting, spikes)
    }
    if (flag == spikes) {
        r = weight*alpha/(alpha + beta) + (r - weight*alpha/(alpha + beta))*exp(-(t - since)*(alpha + beta))
        since = t
        open = open - weight
        on = on - r
        off = off + r
        busy = 0
    }
}
