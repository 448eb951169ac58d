TITLE a permeability: the current is not linear in the voltage
NEURON { SUFFIX permeable USEION ca READ cai, cao WRITE ica RANGE p, m, ica }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (mM) = (milli/liter) FARADAY = (faraday) (kilocoulomb) R = (k-mole) (joule/degC) }
PARAMETER { p = 1e-5 (cm/s) }
ASSIGNED { v (mV) celsius (degC) cai (mM) cao (mM) ica (mA/cm2) }
STATE { m }
INITIAL { m = 1/(1 + exp(-(v + 27)/6)) }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = p*m*m*flux(v, cai, cao)
}
DERIVATIVE states { m' = (1/(1 + exp(-(v + 27)/6)) - m)/(0.5 + 3/cosh((v + 30)/18)) }
FUNCTION flux(v (mV), ci (mM), co (mM)) (.001 coul/cm3) { LOCAL z, e
    z = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15))
    e = efun(z)
    flux = (.001)*2*FARADAY*(ci*efun(-z) - co*e)
}
FUNCTION efun(z) { if (fabs(z) < 1e-4) { efun = 1 - z/2 } else { efun = z/(exp(z) - 1) } }
