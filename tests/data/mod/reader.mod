TITLE a density mechanism whose conductance is a variable elsewhere

NEURON {
    SUFFIX reader
    NONSPECIFIC_CURRENT i
    RANGE i, scale
    POINTER other
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
}

PARAMETER { scale = 1e-6 }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    other
}

BREAKPOINT { i = scale*(v - other) }
