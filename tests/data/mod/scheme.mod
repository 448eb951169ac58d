TITLE A channel's reactions from their steady state, for tests of sparse
NEURON {
    SUFFIX scheme
    RANGE c, o, b, left
}
PARAMETER {
    kf = 0.7 (/ms)
    total = 1.1
}
ASSIGNED {
    v (mV)
    left
}
STATE { c o b }
BREAKPOINT { SOLVE gate METHOD sparse }
INITIAL {
    c = 1
    SOLVE gate STEADYSTATE sparse
    o = o/2
}
KINETIC gate {
    left = 1 + exp(v/50)
    ~ c <-> o (kf, 0.3)
    ~ o <-> b (0.1*left, 0.05)
    CONSERVE c + o + b = total
}
