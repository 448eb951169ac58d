TITLE A rotation, for tests of METHOD euler
NEURON {
    SUFFIX explicit
    RANGE r, s
}
STATE { r s }
INITIAL {
    r = 1
    s = 2
}
BREAKPOINT { SOLVE turn METHOD euler }
DERIVATIVE turn {
    r' = -s
    s' = r
}
