TITLE order of SOLVE and statements, time and step
NEURON { SUFFIX around NONSPECIFIC_CURRENT i RANGE i, at, width, where, before, after }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (um) = (micron) }
ASSIGNED { v (mV) i (mA/cm2) dt (ms) diam (um) area (um2) celsius (degC) at[2] width where before after }
STATE { m }
INITIAL { m = 0.1 at[0] = t width = dt where = diam*1000 + area }
BREAKPOINT {
    before = m
    SOLVE states METHOD cnexp
    after = m
    at[1] = t
    i = 1e-5*m*(v - celsius)
}
DERIVATIVE states {
    at[0] = t
    m' = 1 - m/(1 + t)
}
