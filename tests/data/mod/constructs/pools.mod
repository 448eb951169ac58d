TITLE ions: a new ion with VALENCE, concentrations that are written, a private copy of the voltage
NEURON { SUFFIX pools USEION x READ xi, ix WRITE xi, ix VALENCE 2 USEION ca READ ica, eca WRITE cai RANGE seen, later }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (mM) = (milli/liter) }
ASSIGNED { v (mV) ica (mA/cm2) eca (mV) ix (mA/cm2) seen (mV) later cai (mM) }
STATE { xi (mM) cabuf }
INITIAL { xi = 0.3 cabuf = 1 cai = 2e-4 }
BREAKPOINT {
    SOLVE states METHOD cnexp
    seen = v
    later = eca
    ix = 1e-4*(v + 10)*xi
}
DERIVATIVE states {
    xi' = -0.1*(xi - 0.1) - ix
    cabuf' = -cabuf/5 + ica
    cai = 1e-4*(1 + cabuf)
}
