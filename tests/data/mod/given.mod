TITLE potassium current whose rates are functions that the model gives as tables

NEURON {
    SUFFIX given
    USEION k READ ek WRITE ik
    RANGE gbar, shift, ninf, ntau, scale
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.01 (S/cm2)
    shift = 2 (mV)
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    ninf
    ntau (ms)
    scale
}

STATE { n }

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*n*scale*(v - ek)
}

INITIAL {
    rates()
    n = ninf
}

DERIVATIVE states {
    rates()
    n' = (ninf - n)/ntau
}

PROCEDURE rates() {
    ninf = steady(v)
    ntau = pace(v, shift)
    scale = factor(v)
}

FUNCTION_TABLE steady(v (mV))
FUNCTION_TABLE pace(v (mV), s (mV)) (ms)
FUNCTION_TABLE factor(v (mV))
