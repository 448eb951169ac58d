TITLE Quadratic integrate-and-fire neuron (Izhikevich 2007) as the membrane current of a section
: C*v' = k*(v - vr)*(v - vt) - u + I and u' = a*(b*(v - vr) - u); where v exceeds vpeak, v = c and u = u + d.
: C (pF) is the section's own capacitance, area*cm: a section of 100 pF has, for example, L = diam = 10 um and
: cm = 31.831 uF/cm2. An event adds its weight to the injected current I (pA).
NEURON {
    POINT_PROCESS Izhi2007
    NONSPECIFIC_CURRENT i
    RANGE k, vr, vt, vpeak, a, b, c, d, I, u, i
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (pA) = (picoamp)
}
PARAMETER {
    k = 0.7 (pA/mV2)
    vr = -60 (mV)
    vt = -40 (mV)
    vpeak = 35 (mV)
    a = 0.03 (/ms)
    b = -2 (pA/mV)
    c = -50 (mV)
    d = 100 (pA)
    I = 0 (pA)
}
ASSIGNED {
    v (mV)
    i (nA)
}
STATE { u (pA) }
INITIAL {
    u = 0
    net_send(0, 1)
}
BREAKPOINT {
    SOLVE recover METHOD cnexp
    i = -0.001*(k*(v - vr)*(v - vt) - u + I)
}
DERIVATIVE recover { u' = a*(b*(v - vr) - u) }
NET_RECEIVE (w (pA)) {
    if (flag == 1) {
        WATCH (v > vpeak) 2
    } else if (flag == 2) {
        net_event(t)
        v = c
        u = u + d
    } else {
        I = I + w
    }
}
