TITLE A stiff, nonlinear pair of equations, for tests of derivimplicit
NEURON {
    SUFFIX nonlinear
    NONSPECIFIC_CURRENT i
    RANGE rate, x, u, cubed
}
PARAMETER { rate = 0.7 (/ms) }
ASSIGNED {
    v (mV)
    i (mA/cm2)
    cubed
}
STATE { x u }
INITIAL {
    x = 1
    u = 0.5
}
BREAKPOINT {
    SOLVE pair METHOD derivimplicit
    i = 1e-9*x*exp(v/100)
}
DERIVATIVE pair {
    cubed = x*x*x
    x' = rate*(u - cubed) - 3*x*u
    u' = 5*(x - u) - u*exp(-x)
}
