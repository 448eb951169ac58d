TITLE An array, a loop, and a concentration, for tests
NEURON {
    SUFFIX pool
    USEION ca READ ica, cai WRITE cai
    RANGE load, twice
}
PARAMETER { load[3] (mM/ms) }
ASSIGNED {
    v (mV)
    ica (mA/cm2)
    flux (mM/ms)
    twice (mM)
}
STATE { cai (mM) }
INITIAL { cai = 0.01 }
: without a current, BREAKPOINT's own statements run behind SOLVE
BREAKPOINT {
    SOLVE fill METHOD cnexp
    twice = 2*cai
}
DERIVATIVE fill {
    inflow()
    cai' = flux - 0.5*cai
}
PROCEDURE inflow() {
    flux = 0
    FROM k = 0 TO 2 {
        flux = flux + load[k]
    }
}
