TITLE Leaky integrate-and-fire neuron whose membrane jumps by the weight (mV) of an event
: tau*vm' = rest + drive - vm, solved exactly from step to step; where vm reaches threshold at the end of a step, spike is 1
: in the next one, vm = reset, and it stays there for the refractory time (whole steps), in which events are lost.
: Events act at the end of the step in which they come: NEST's iaf_psc_delta with delays longer by one step.
: Brunel, J. Comput. Neurosci. 8:183 (2000); Rotter & Diesmann, Biol. Cybern. 81:381 (1999).
NEURON {
    POINT_PROCESS LifDelta
    RANGE tau, refractory, rest, reset, threshold, drive, start, vm, input, spike
    THREADSAFE
}
UNITS { (mV) = (millivolt) }
PARAMETER {
    tau = 20 (ms) <1e-9, 1e9>
    refractory = 2 (ms) <0, 1e9>
    rest = -65 (mV)
    reset = -65 (mV)
    threshold = -50 (mV)
    : what a constant current adds in the long run
    drive = 0 (mV)
    start = -65 (mV)
}
ASSIGNED {
    dt (ms)
    input (mV)
    : steps that it still rests
    waiting
    steps
    decay
    driven (mV)
}
STATE {
    vm (mV)
    spike
}
INITIAL {
    vm = start
    input = 0
    spike = 0
    waiting = 0
    steps = floor(refractory/dt + 0.5)
    decay = exp(-dt/tau)
    driven = (1 - decay)*(rest + drive)
}
BREAKPOINT { SOLVE advance }
PROCEDURE advance() {
    if (spike > 0) { waiting = steps }
    if (waiting > 0) {
        waiting = waiting - 1
    } else {
        vm = decay*vm + driven + input
    }
    input = 0
    spike = 0
    if (vm >= threshold) {
        spike = 1
        vm = reset
    }
}
NET_RECEIVE (w (mV)) { input = input + w }
