TITLE a thread-safe file: tables are filled before INITIAL
NEURON { SUFFIX tabsafe NONSPECIFIC_CURRENT i RANGE g, i, minf, mtau, q, late, gone }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.002 (S/cm2) <0, 1> e = -60 (mV) shift = 3.25 (mV) }
ASSIGNED { v (mV) celsius (degC) i (mA/cm2) minf mtau (ms) q late gone }
STATE { m }
INITIAL {
    late = 7
    gone = q
    rates(v)
    m = minf
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*(v - e)*part(v)
}
DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
}
: q keeps its value of the last grid point, late is not set yet when the table is filled
PROCEDURE rates(v (mV)) {
    TABLE minf, mtau DEPEND celsius, shift FROM -97.3 TO 61.9 WITH 73
    q = 3^((celsius - 6.3)/10) + v/100
    minf = 1/(1 + exp(-(v + shift)/9))
    mtau = (2 + late + 5*exp(-((v + 40)/25)^2))/q/q
}
FUNCTION part(v (mV)) {
    TABLE FROM -80 TO 20 WITH 9
    part = 0.5 + exp(v/50)/4
}
: its table is filled, though nothing looks it up
PROCEDURE unused(x) {
    TABLE gone FROM 0 TO 2 WITH 4
    gone = x*x + 1
}
