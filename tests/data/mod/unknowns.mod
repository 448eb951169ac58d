TITLE LINEAR and NONLINEAR blocks, a PROCEDURE that is solved, METHOD runge
NEURON {
    SUFFIX unknowns
    RANGE x, a, z, u, w, r, s, drive
}
PARAMETER { drive = 0.5 }
STATE { x a z u w r s }
INITIAL {
    u = 1
    w = 0.5
    r = 1
    s = 0
}
BREAKPOINT {
    SOLVE moved METHOD after_cvode
    SOLVE line
    SOLVE curve
    SOLVE wave METHOD runge
}
PROCEDURE moved() { drive = drive*0.9 + 0.01*t + 0.1 }
LINEAR line {
    ~ a + 2*z = 3
    ~ x - a = drive
    ~ 2*x + 3*a - z = 0.5
}
NONLINEAR curve {
    ~ u*u + w = 2 + drive
    ~ u - w*w = 0.1
}
DERIVATIVE wave {
    r' = -s + 0.1*t
    s' = r*r
}
