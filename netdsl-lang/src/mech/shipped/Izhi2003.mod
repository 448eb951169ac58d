TITLE Simple model of a spiking neuron (Izhikevich 2003) as the membrane current of a section
: v' = 0.04*v^2 + 5*v + 140 - u + I and u' = a*(b*v - u), with v in mV and t in ms; where v exceeds vpeak, v = c and
: u = u + d. C (pF) must be the section's capacitance, area*cm. An event adds its weight to I (mV/ms).
NEURON {
    POINT_PROCESS Izhi2003
    NONSPECIFIC_CURRENT i
    RANGE C, vpeak, a, b, c, d, I, u, i
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (pF) = (picofarad)
}
PARAMETER {
    C = 100 (pF) <1e-9, 1e9>
    vpeak = 30 (mV)
    a = 0.02 (/ms)
    b = 0.2 (/ms)
    c = -65 (mV)
    d = 8 (mV/ms)
    I = 0 (mV/ms)
}
ASSIGNED {
    v (mV)
    i (nA)
}
STATE { u (mV/ms) }
INITIAL {
    u = b*v
    net_send(0, 1)
}
BREAKPOINT {
    SOLVE recover METHOD cnexp
    i = -0.001*C*(0.04*v*v + 5*v + 140 - u + I)
}
DERIVATIVE recover { u' = a*(b*v - u) }
NET_RECEIVE (w (mV/ms)) {
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
