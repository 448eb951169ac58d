TITLE arguments of NET_RECEIVE that no INITIAL sets
NEURON {
    POINT_PROCESS Unset
    NONSPECIFIC_CURRENT i
    RANGE i, sum
}
ASSIGNED { v (mV) i (nA) sum }
STATE { g }
INITIAL {
    g = 0
    sum = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*v
}
DERIVATIVE states { g' = -g/3 }
NET_RECEIVE(w, a, b) {
    sum = sum + w + 10*a + 100*b
    g = g + w*(1 + a)
    a = a + 0.125
    b = b*0.5 + w
    w = w*0.75
}
