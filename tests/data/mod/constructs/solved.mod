TITLE a PROCEDURE that is solved
NEURON { SUFFIX solved NONSPECIFIC_CURRENT i RANGE i, steps, sum }
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV) i (mA/cm2) steps sum }
INITIAL { steps = 0 sum = 0 }
BREAKPOINT {
    SOLVE advance
    i = 1e-6*(steps + v)
}
PROCEDURE advance() {
    steps = steps + 1
    sum = sum + v/steps
}
