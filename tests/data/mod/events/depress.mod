TITLE two time constants; use, recovery and facilitation of each connection in its weights
NEURON {
    POINT_PROCESS Depress
    NONSPECIFIC_CURRENT i
    RANGE i, g, tau1, tau2, e, recover, facil, inact, U, used, y0
}
PARAMETER {
    tau1 = 0.4 (ms) <1e-9, 1e9>
    tau2 = 3.1 (ms) <1e-9, 1e9>
    e = -5 (mV)
    inact = 3 (ms)
    recover = 40 (ms)
    facil = 20 (ms)
    U = 0.3 <0, 1>
    y0 = 0.1
}
ASSIGNED { v (mV) i (nA) g (uS) factor used }
STATE { A (uS) B (uS) }
INITIAL {
    LOCAL top
    if (tau1/tau2 > 0.9999) { tau1 = 0.9999*tau2 }
    top = tau1*tau2/(tau2 - tau1)*log(tau2/tau1)
    factor = 1/(exp(-top/tau2) - exp(-top/tau1))
    A = 0
    B = 0
    used = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    g = B - A
    i = g*(v - e)
}
DERIVATIVE states {
    A' = -A/tau1
    B' = -B/tau2
}
NET_RECEIVE(weight (uS), y, z, u, before (ms)) {
    LOCAL x
    INITIAL {
        y = y0
        z = 0
        u = weight*2
        before = t
    }
    z = z*exp(-(t - before)/recover)
    z = z + y*(exp(-(t - before)/inact) - exp(-(t - before)/recover))/((inact/recover) - 1)
    y = y*exp(-(t - before)/inact)
    x = 1 - y - z
    if (facil > 0) {
        u = u*exp(-(t - before)/facil)
        u = u + U*(1 - u)
    } else {
        u = U
    }
    state_discontinuity(A, A + weight*factor*x*u)
    state_discontinuity(B, B + weight*factor*x*u)
    y = y + x*u
    used = x*u
    before = t
}
