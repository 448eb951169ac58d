TITLE euler
NEURON { SUFFIX methods RANGE p, x, yy, steps }
ASSIGNED { v (mV) p steps }
STATE { x yy }
INITIAL { x = 0.2 yy = 0.4 steps = 0 }
BREAKPOINT {
    SOLVE explicit METHOD euler
}
DERIVATIVE explicit {
    advance()
    x' = -x*yy + 0.1
    yy' = x - yy*yy*0.3
}
PROCEDURE advance() {
    steps = steps + 1
    p = steps*x
}
