TITLE a synapse that looks at all connections to it when an event comes

NEURON {
    POINT_PROCESS Counted
    NONSPECIFIC_CURRENT i
    RANGE i, sum, n, last
}

UNITS { (nA) = (nanoamp) }

ASSIGNED {
    v (millivolt)
    i (nA)
    sum
    n
    last
}

STATE { g }

INITIAL { g = 0 }

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*v*1e-3
}

DERIVATIVE states { g' = -g/2 }

NET_RECEIVE(w, age, count) {
    LOCAL before
    INITIAL {
        age = -10
        count = 1
    }
    before = count
    sum = 0
    n = 0
    FOR_NETCONS(peer, a, c) {
        n = n + 1
        c = c + 0.5
        if (a > 0) {
            sum = sum + peer*exp((a - t)/3)
        }
        peer = peer*0.9
    }
    age = t
    last = w + count - before
    g = g + w + 0.1*sum
}
