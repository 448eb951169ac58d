TITLE Slow potassium current (M type)
: Kinetics of Yamada, Koch & Adams (1989), in Methods in Neuronal Modeling, as used for cortical pyramidal cells.
: q10 2.3 from 36 degC.

NEURON {
    SUFFIX Im
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gbar = 7e-5 (S/cm2) <0, 1e9>
    taumax = 1000 (ms)
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    celsius (degC)
    pinf
    ptau (ms)
}

STATE { p }

INITIAL {
    rates(v)
    p = pinf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*p*(v - ek)
}

DERIVATIVE states {
    rates(v)
    p' = (pinf - p)/ptau
}

PROCEDURE rates(v (mV)) {
    LOCAL q
    q = 2.3^((celsius - 36)/10)
    pinf = 1/(1 + exp(-(v + 35)/10))
    ptau = taumax/q/(3.3*exp((v + 35)/20) + exp(-(v + 35)/20))
}
