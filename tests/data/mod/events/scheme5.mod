TITLE a receptor of five states with block by magnesium; transmitter comes and goes with events
NEURON {
    POINT_PROCESS Scheme5
    NONSPECIFIC_CURRENT i
    RANGE i, g, mg, length, T
}
PARAMETER {
    bind = 5 (/mM-ms)
    unbind = 0.01 (/ms)
    open = 0.05 (/ms)
    close = 0.07 (/ms)
    tire = 0.008 (/ms)
    wake = 0.007 (/ms)
    mg = 1 (mM)
    length = 1.02 (ms)
    gmax = 0.02 (uS)
}
ASSIGNED { v (mV) i (nA) g (uS) T (mM) rb (/ms) }
STATE { C0 C1 C2 D O }
INITIAL {
    C0 = 1
    C1 = 0
    C2 = 0
    D = 0
    O = 0
    T = 0
}
BREAKPOINT {
    SOLVE receptor METHOD sparse
    g = gmax*O/(1 + mg*exp(-0.062*v)/3.57)
    i = g*v
}
KINETIC receptor {
    rb = bind*T
    ~ C0 <-> C1 (rb, unbind)
    ~ C1 <-> C2 (rb, unbind)
    ~ C2 <-> D (tire, wake)
    ~ C2 <-> O (open, close)
    CONSERVE C0 + C1 + C2 + D + O = 1
}
NET_RECEIVE(amount (mM)) {
    if (flag == 0) {
        T = T + amount
        net_send(length, 1)
    } else {
        T = T - amount
    }
}
