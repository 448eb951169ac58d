TITLE an ion's concentration that is itself a state and diffuses

NEURON {
    SUFFIX spread
    USEION x READ xi WRITE xi VALENCE 1
    RANGE D
}

UNITS {
    (mM) = (milli/liter)
    (um) = (micron)
}

PARAMETER { D = 2 (um2/ms) }

ASSIGNED { diam (um) v (millivolt) }

STATE { xi (mM) }

INITIAL { xi = 1 + 0.01*diam }

BREAKPOINT { SOLVE scheme METHOD sparse }

KINETIC scheme {
    COMPARTMENT diam*diam { xi }
    LONGITUDINAL_DIFFUSION D*diam*diam { xi }
    ~ xi << (-0.05*xi*diam*diam)
}
