TITLE a file that is not thread-safe: tables are filled where they are first looked up
NEURON { SUFFIX tabglobal USEION k READ ek WRITE ik RANGE g, minf, mtau, a GLOBAL tadj, temp }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.003 (S/cm2) temp = 24 (degC) q10 = 2.3 slope = 7.123456789 (mV) }
ASSIGNED { v (mV) celsius (degC) ek (mV) ik (mA/cm2) minf mtau (ms) tadj rate a }
STATE { m }
INITIAL {
    rate = 1 + celsius/20
    rates(v)
    m = minf
    rate = 55
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = g*tadj*m^3*(v - ek)
}
DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
}
: tadj and a are those of the last grid point; rate is what it was at the first call
PROCEDURE rates(v (mV)) { LOCAL b
    TABLE minf, mtau DEPEND celsius, temp FROM -120 TO 100 WITH 199
    tadj = q10^((celsius - temp)/10)
    a = 0.2*exp((v + 30)/50)
    b = 0.3*exp(-(v + 44)/40)
    minf = 1/(1 + exp(-(v + 31)/slope))
    mtau = 1/(a + b)/tadj/rate
}
