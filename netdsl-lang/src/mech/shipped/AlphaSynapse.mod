TITLE Synapse: an alpha function of time that begins at onset, with its peak gmax at onset + tau
NEURON {
    POINT_PROCESS AlphaSynapse
    NONSPECIFIC_CURRENT i
    RANGE onset, tau, gmax, e, i
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}
PARAMETER {
    onset = 0 (ms)
    tau = 0.1 (ms) <1e-3, 1e6>
    gmax = 0 (uS) <0, 1e9>
    e = 0 (mV)
}
ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
}
BREAKPOINT {
    g = gmax*alpha((t - onset)/tau)
    i = g*(v - e)
}
: cut off after ten time constants
FUNCTION alpha(x) {
    if (x < 0 || x > 10) {
        alpha = 0
    } else {
        alpha = x*exp(1 - x)
    }
}
