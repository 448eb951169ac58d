TITLE a pool of calcium
NEURON {
    SUFFIX pooling
    USEION ca READ ica WRITE cai
    RANGE mark
}
PARAMETER { mark = 0 }
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
INITIAL { cai = 5e-5 }
BREAKPOINT { SOLVE states METHOD cnexp }
DERIVATIVE states { cai' = -ica*0.05 - (cai - 5e-5)/6 }
