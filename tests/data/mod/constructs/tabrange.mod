TITLE tables of what each place has for itself
NEURON { SUFFIX tabrange NONSPECIFIC_CURRENT i RANGE half, g, i, w, drift, inf, tau }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.002 (S/cm2) half = -35.5 (mV) }
ASSIGNED { v (mV) i (mA/cm2) w drift inf[2] tau[2] (ms) }
STATE { m h }
INITIAL {
    drift = 0
    rates(v)
    m = inf[0]
    h = inf[1]
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*h*(v + 70)
}
DERIVATIVE states {
    drift = drift + 0.001
    rates(v)
    m' = (inf[0] - m)/tau[0]
    h' = (inf[1] - h)/tau[1]
}
: filled again in every step, since drift changes; half is a value of the place
PROCEDURE rates(v (mV)) { LOCAL k
    TABLE inf, tau DEPEND drift, half FROM -90 TO 50 WITH 41
    w = drift*2
    FROM k = 0 TO 1 {
        inf[k] = 1/(1 + exp((1 - 2*k)*(half + drift - v)/8))
        tau[k] = 1 + 10*k + exp(-((v - half)/30)^2)
    }
    more()
}
PROCEDURE more() { g = g }
