TITLE KINETIC: reactions, CONSERVE, STEADYSTATE
NEURON { SUFFIX kinetics NONSPECIFIC_CURRENT i RANGE g, i }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.002 (S/cm2) total = 1 }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { c1 c2 o }
INITIAL {
    SOLVE scheme STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE scheme METHOD sparse
    i = g*o*(v + 20)
}
KINETIC scheme { LOCAL a, r
    a = exp(v/30)
    r = 0.3*exp(-v/45)
    ~ c1 <-> c2 (2*a, r)
    ~ c2 <-> o (a, 2*r)
    CONSERVE c1 + c2 + o = total
}
