TITLE a point process that reads one variable of its cell and adds to another, through POINTERs

NEURON {
    POINT_PROCESS Pointing
    NONSPECIFIC_CURRENT i
    RANGE g, e, share, i, seen
    POINTER source, total
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    g = 0.001 (uS)
    e = -50 (mV)
    share = 0.5
}

ASSIGNED {
    v (mV)
    i (nA)
    source
    total
    seen
}

INITIAL {
    total = 1
    seen = source
}

BREAKPOINT {
    SOLVE give
    i = g*(v - e)*(1 + 0.01*source)
}

PROCEDURE give() {
    total = total*(1 - share*dt) + source*dt
    seen = total
}
