TITLE derivimplicit: equations that are not linear
NEURON { SUFFIX implicit USEION ca READ ica, cai WRITE cai RANGE depth, x, yy }
UNITS { (mA) = (milliamp) (mM) = (milli/liter) (um) = (micron) FARADAY = (faraday) (coulomb) }
PARAMETER { depth = 0.2 (um) kd = 0.0005 (mM) pump = 0.02 (mM/ms) }
ASSIGNED { ica (mA/cm2) v (mV) }
STATE { cai (mM) x yy }
INITIAL { cai = 1e-4 x = 0.3 yy = 0.1 }
BREAKPOINT { SOLVE states METHOD derivimplicit }
DERIVATIVE states { LOCAL flux
    flux = -ica*10000/(2*FARADAY*depth)
    if (flux < 0) { flux = 0 }
    cai' = flux - pump*cai/(cai + kd)*0.01 + 1e-6*exp(v/60)
    x' = 1 - x*x - yy
    yy' = 0.2*(x - 0.5*yy*yy)
}
