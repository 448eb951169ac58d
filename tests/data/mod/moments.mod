TITLE what happens when in a step: each block writes down what it sees

NEURON {
    SUFFIX moments
    USEION ca READ ica, cai WRITE cai
    RANGE made, before, after, first, current, solved, sampled, times, vs
    NONSPECIFIC_CURRENT i
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    ica (mA/cm2)
    made before after first current solved sampled times vs
}

STATE {
    m
    cai (mM)
}

CONSTRUCTOR { made = 7 }

BEFORE INITIAL { before = made + 1  first = 3 }

INITIAL {
    first = first + before
    m = 0.25
    cai = 0.0002
}

AFTER INITIAL { after = first*2 + m }

BEFORE BREAKPOINT {
    current = current + 1
    times = t
    vs = v
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 1e-5*(current + v) + m*1e-4
}

DERIVATIVE states {
    m' = (0.5 - m)/(3 + solved)
    cai' = (0.0001 - cai)/4
}

AFTER SOLVE { solved = solved + m*t }

BEFORE STEP { sampled = sampled + solved + vs - v }
