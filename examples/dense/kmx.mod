TITLE Slow potassium current (M current) at 34 degC

COMMENT
Rates of Adams, Brown & Constanti (1982), J. Physiol. 330:537, measured at 21 degC and brought to 34 degC with a q10 of 2.3.
ENDCOMMENT

NEURON {
    SUFFIX kmx
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gbar = 1e-5 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    q
}

STATE { m }

INITIAL {
    q = 2.3^((34 - 21)/10)
    m = opening(v)/(opening(v) + closing(v))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar*m*(v - ek)
}

DERIVATIVE gate {
    m' = q*(opening(v) - m*(opening(v) + closing(v)))
}

FUNCTION opening(u (mV)) (/ms) {
    opening = 3.3e-3(/ms)*exp(0.1(/mV)*(u + 35))
}

FUNCTION closing(u (mV)) (/ms) {
    closing = 3.3e-3(/ms)*exp(-0.1(/mV)*(u + 35))
}
