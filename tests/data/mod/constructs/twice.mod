TITLE two INITIAL and two BREAKPOINT blocks run in turn; a DERIVATIVE that is called takes a step
NEURON { SUFFIX twice NONSPECIFIC_CURRENT i RANGE x, z, i }
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV) i (mA/cm2) x z }
STATE { m }
INITIAL { x = 1 m = 0.5 }
INITIAL { LOCAL q
    q = 2
    z = q + x
    decay()
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
    x = 3*m
}
BREAKPOINT {
    i = 1e-6*x*(v + 50)
    z = x + v
}
DERIVATIVE decay { m' = (1 - m)/(4 + v/50) }
