TITLE Reactions that are not linear, with compartments and fluxes, for tests of sparse
NEURON {
    SUFFIX carrier
    RANGE ca, pump, capump, flux
}
PARAMETER {
    volume = 2.5
    parea = 0.4
}
ASSIGNED { flux }
STATE { ca pump capump gone[2] }
INITIAL {
    ca = 0.01
    pump = 0.3
    capump = 0.05
}
BREAKPOINT { SOLVE carry METHOD sparse }
KINETIC carry {
    COMPARTMENT volume { ca }
    COMPARTMENT parea { pump capump }
    COMPARTMENT i, 1 + i { gone }
    ~ ca + pump <-> capump (3, 0.2)
    flux = f_flux - b_flux
    ~ 2 capump <-> pump (0.9, 0.02)
    ~ ca << (0.04)
    ~ pump -> (0.01)
    FROM i = 0 TO 1 {
        ~ gone[i] << (0.01*pump)
    }
}
