TITLE Reactions with compartments, conservation and fluxes, for tests of sparse
NEURON {
    SUFFIX scheme
    RANGE c, o, b, ca, pump, capump, flux, left
}
PARAMETER {
    kf = 0.7 (/ms)
    total = 1.1
    volume = 2.5
    parea = 0.4
}
ASSIGNED {
    flux
    left
}
STATE {
    c o b
    ca pump capump
}
INITIAL {
    c = 1
    o = 0
    b = 0.2
    ca = 0.01
    pump = 0.3
    capump = 0.05
    SOLVE gate STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE gate METHOD sparse
    SOLVE carry METHOD sparse
}
KINETIC gate {
    ~ c <-> o (kf, 0.3)
    ~ o <-> b (0.1*left, 0.05)
    left = 1 + 0*flux
    CONSERVE c + o + b = total
}
KINETIC carry {
    COMPARTMENT volume { ca }
    COMPARTMENT parea { pump capump }
    ~ ca + pump <-> capump (3, 0.2)
    flux = f_flux - b_flux
    ~ 2 capump <-> pump (0.9, 0.02)
    ~ ca << (0.04)
    ~ pump -> (0.01)
}
