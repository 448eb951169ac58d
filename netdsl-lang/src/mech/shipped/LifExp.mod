TITLE Leaky integrate-and-fire neuron with exponential synaptic currents; an event adds its weight (pA)
: C*vm' = -C*(vm - rest)/tau + i + drive and i' = -i/tausyn, solved exactly from step to step; where vm reaches threshold
: at the end of a step, spike is 1 in the next one, vm = reset, and it stays there for the refractory time (whole steps).
: NEST's iaf_psc_exp with one time constant for both signs of weights.
: Rotter & Diesmann, Biol. Cybern. 81:381 (1999); Potjans & Diesmann, Cereb. Cortex 24:785 (2014).
NEURON {
    POINT_PROCESS LifExp
    RANGE C, tau, tausyn, refractory, rest, reset, threshold, drive, start, vm, i, spike
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (pA) = (picoamp)
    (pF) = (picofarad)
}
PARAMETER {
    C = 250 (pF) <1e-9, 1e9>
    tau = 10 (ms) <1e-9, 1e9>
    tausyn = 0.5 (ms) <1e-9, 1e9>
    refractory = 2 (ms) <0, 1e9>
    rest = -65 (mV)
    reset = -65 (mV)
    threshold = -50 (mV)
    drive = 0 (pA)
    start = -65 (mV)
}
ASSIGNED {
    dt (ms)
    i (pA)
    : steps that it still rests
    waiting
    steps
    decay
    decaysyn
    driven (mV)
    : what a current of 1 pA at the start of a step adds in it
    gain (mV/pA)
}
STATE {
    vm (mV)
    spike
}
INITIAL {
    LOCAL apart
    vm = start
    i = 0
    spike = 0
    waiting = 0
    steps = floor(refractory/dt + 0.5)
    decay = exp(-dt/tau)
    decaysyn = exp(-dt/tausyn)
    driven = (1 - decay)*(rest + drive*tau/C)
    apart = 1/tau - 1/tausyn
    if (fabs(apart)*dt < 1e-9) {
        gain = dt*decay/C
    } else {
        gain = (decaysyn - decay)/(apart*C)
    }
}
BREAKPOINT { SOLVE advance }
PROCEDURE advance() {
    if (spike > 0) { waiting = steps }
    if (waiting > 0) {
        waiting = waiting - 1
    } else {
        vm = decay*vm + driven + gain*i
    }
    i = decaysyn*i
    spike = 0
    if (vm >= threshold) {
        spike = 1
        vm = reset
    }
}
NET_RECEIVE (w (pA)) { i = i + w }
