TITLE cnexp: gates in all forms, a state that depends on another
NEURON { SUFFIX gates USEION na READ ena WRITE ina USEION k READ ek, ki, ko WRITE ik RANGE gna, gk, ina, alpha, nernst }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (mM) = (milli/liter) FARADAY = (faraday) (coulomb) R = (k-mole) (joule/degC) }
PARAMETER { gna = 0.12 (S/cm2) gk = 0.036 (S/cm2) }
ASSIGNED { v (mV) celsius (degC) ena (mV) ek (mV) ina (mA/cm2) ik (mA/cm2) ki (mM) ko (mM) alpha (/ms) nernst (mV) }
STATE { m h n s FROM 0 TO 1 d }
INITIAL {
    m = linoid(v + 40.2)/(linoid(v + 40.2) + 4*exp(-(v + 65)/18))
    h = 0.6
    n = 0.3
    s = 0.5
    d = 1
    nernst = 1000*R*(celsius + 273.15)/FARADAY*log(ko/ki)
}
BREAKPOINT {
    SOLVE fast METHOD cnexp
    ina = gna*m^3*h*s*(v - ena)
    ik = gk*n*n*n*n*(v - nernst) + gk*0.01*d*(v - ek)
}
DERIVATIVE fast { LOCAL q
    q = 3^((celsius - 6.3)/10)
    alpha = q*linoid(v + 40.2)
    m' = alpha*(1 - m) - q*4*exp(-(v + 65)/18)*m
    h' = (1/(1 + exp((v + 62)/7)) - h)/(1 + 8*exp(-((v + 50)/30)^2))
    n' = q*(0.01*(1 - n) - 0.02*n*m)
    s' = -s/20 + 0.01
    d' = 0.125
}
FUNCTION linoid(x (mV)) { if (fabs(x) < 1e-6) { linoid = 1 + x/20 } else { linoid = 0.1*x/(1 - exp(-x/10)) } }
