TITLE Squid axon: sodium, potassium and leak currents (Hodgkin & Huxley 1952), rest near -65 mV
NEURON {
    SUFFIX hh
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el, gna, gk
    RANGE minf, hinf, ninf, mtau, htau, ntau
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}
PARAMETER {
    gnabar = 0.12 (S/cm2) <0, 1e9>
    gkbar = 0.036 (S/cm2) <0, 1e9>
    gl = 0.0003 (S/cm2) <0, 1e9>
    el = -54.3 (mV)
}
ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ek (mV)
    ina (mA/cm2)
    ik (mA/cm2)
    il (mA/cm2)
    gna (S/cm2)
    gk (S/cm2)
    minf
    hinf
    ninf
    mtau (ms)
    htau (ms)
    ntau (ms)
}
STATE { m h n }
INITIAL {
    gates(v)
    m = minf
    h = hinf
    n = ninf
}
BREAKPOINT {
    SOLVE advance METHOD cnexp
    gna = gnabar*m*m*m*h
    gk = gkbar*n*n*n*n
    ina = gna*(v - ena)
    ik = gk*(v - ek)
    il = gl*(v - el)
}
DERIVATIVE advance {
    gates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    n' = (ninf - n)/ntau
}
: steady states and time constants at voltage u; the temperature speeds all rates up threefold per 10 degrees
PROCEDURE gates(u (mV)) {
    LOCAL open, close, faster
    TABLE minf, mtau, hinf, htau, ninf, ntau DEPEND celsius FROM -100 TO 100 WITH 200
    faster = 3^((celsius - 6.3)/10)
    open = 0.1*ramp(-(u + 40), 10)
    close = 4*exp(-(u + 65)/18)
    minf = open/(open + close)
    mtau = 1/(faster*(open + close))
    open = 0.07*exp(-(u + 65)/20)
    close = 1/(exp(-(u + 35)/10) + 1)
    hinf = open/(open + close)
    htau = 1/(faster*(open + close))
    open = 0.01*ramp(-(u + 55), 10)
    close = 0.125*exp(-(u + 65)/80)
    ninf = open/(open + close)
    ntau = 1/(faster*(open + close))
}
: x/(exp(x/y) - 1), by its series where that is 0/0
FUNCTION ramp(x, y) {
    if (fabs(x/y) < 1e-6) {
        ramp = y*(1 - x/y/2)
    } else {
        ramp = x/(exp(x/y) - 1)
    }
}
