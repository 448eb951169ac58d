TITLE loops whose rounds are known only when they run: in BREAKPOINT and in equations

NEURON {
    SUFFIX looped
    NONSPECIFIC_CURRENT i
    RANGE i, rounds, root, s, u
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    rounds
    root
}

STATE { s u }

INITIAL {
    s = 0.1
    u = 0.2
}

BREAKPOINT {
    SOLVE states METHOD derivimplicit
    find(v*v + 1)
    i = 1e-5*(root - 60) + 1e-4*s + 1e-5*u
}

PROCEDURE find(x) {
    LOCAL old
    root = 50
    old = 0
    rounds = 0
    while (fabs(root - old) > 1e-9) {
        old = root
        root = 0.5*(root + x/root)
        rounds = rounds + 1
    }
}

DERIVATIVE states {
    find(v*v + 2)
    s' = (root/100 - s*u)/4
    u' = (s - u*u)/3
}
