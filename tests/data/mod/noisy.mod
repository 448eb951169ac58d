TITLE draws in BREAKPOINT, in a block that is solved, in INITIAL and around the step

NEURON {
    SUFFIX noisy
    NONSPECIFIC_CURRENT i
    RANGE amp, g, e, x, y, z, start, w
    RANDOM r, q
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    amp = 0.02 (mA/cm2)
    g = 0.0005 (S/cm2)
    e = -60 (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    x y z start w
}

STATE { s }

INITIAL {
    random_setseq(q, 6)
    start = random_uniform(q)
    s = 0.5
    x = 0
}

BREAKPOINT {
    SOLVE change
    SOLVE states METHOD cnexp
    : drawn twice a step, as the current is computed twice
    y = random_normal(r, 0, 1)
    i = g*(v - e) + amp*x*s
}

PROCEDURE change() {
    x = random_normal(r, 1, 2)
    if (x > 0) {
        z = random_negexp(r, 3)
    }
}

DERIVATIVE states {
    s' = (random_uniform(q, 0, 1) - s)/5
}

BEFORE STEP {
    w = random_uniform(q, 2, 3)
}
