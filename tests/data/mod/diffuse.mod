TITLE calcium in shells: exchange between shells, a pump, a buffer, diffusion along the dendrite

NEURON {
    SUFFIX diffuse
    USEION ca READ cai, ica WRITE cai
    RANGE D, pump, cao0, total
    GLOBAL ratio
}

DEFINE Shells 3

UNITS {
    (mM) = (milli/liter)
    (um) = (micron)
    (mA) = (milliamp)
    FARADAY = (faraday) (coulomb)
    PI = (pi) (1)
}

PARAMETER {
    D = 0.6 (um2/ms)
    pump = 0.02 (/ms)
    b0 = 0.01 (mM)
    kon = 50 (/mM-ms)
    koff = 0.1 (/ms)
}

ASSIGNED {
    diam (um)
    ica (mA/cm2)
    cai (mM)
    ratio[Shells]
    area[Shells]
    total (mM)
}

STATE {
    ca[Shells] (mM)
    b (mM)
    bca (mM)
}

INITIAL {
    FROM k = 0 TO Shells - 1 {
        ratio[k] = 0.2 + 0.15*k
        ca[k] = 0.0001*(1 + k) + 1e-5*diam
    }
    b = b0
    bca = 0.0001*diam
    cai = ca[0]
}

BREAKPOINT {
    SOLVE scheme METHOD sparse
    total = ca[0] + ca[1] + ca[2]
}

KINETIC scheme {
    COMPARTMENT i, diam*diam*ratio[i] { ca }
    COMPARTMENT diam*diam { b bca }
    LONGITUDINAL_DIFFUSION i, D*diam*diam*ratio[i] { ca }
    LONGITUDINAL_DIFFUSION 0.1*D*diam*diam { bca }
    ~ ca[0] <-> ca[1] (0.3*diam, 0.3*diam)
    ~ ca[1] <-> ca[2] (0.2*diam, 0.2*diam)
    ~ ca[0] << (-pump*ca[0]*diam*diam*ratio[0])
    ~ ca[0] + b <-> bca (kon*diam*diam, koff*diam*diam)
    cai = ca[0]
}
