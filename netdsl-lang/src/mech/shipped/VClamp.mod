TITLE Two electrodes: clamps the voltage at amp[0], amp[1], amp[2] for dur[0], dur[1], dur[2]; off afterwards
: A measuring follower (time constant tau1), an amplifier (gain, time constant tau2) with output vo, and the resistance
: rstim to the cell. fac feeds part of the output back into the input, for compensation of a series resistance. The
: circuit is solved by implicit Euler together with the membrane.
NEURON {
    POINT_PROCESS VClamp
    ELECTRODE_CURRENT i
    RANGE dur, amp, gain, rstim, tau1, tau2, fac, e0, vo0, vi0, i
}
DEFINE LEVELS 3
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}
PARAMETER {
    dur[LEVELS] (ms) <0, 1e9>
    amp[LEVELS] (mV)
    gain = 1e5 <0, 1e9>
    rstim = 1 (megohm) <1e-9, 1e9>
    tau1 = 0.001 (ms) <0, 1e9>
    tau2 = 0 (ms) <0, 1e9>
    fac = 0 <1, 10>
    e0 (mV)
    vo0 (mV)
    vi0 (mV)
}
ASSIGNED {
    v (mV)
    i (nA)
    command (mV)
    off
}
: error, output and measured voltage at the end of the step
STATE {
    e (mV)
    vo (mV)
    vi (mV)
}
INITIAL {
    e = 0
    e0 = 0
    vo = v
    vo0 = v
    vi = v
    vi0 = v
}
BREAKPOINT {
    SOLVE keep
    level()
    circuit()
}
PROCEDURE level() {
    if (t < dur[0]) {
        command = amp[0]
    } else if (t < dur[0] + dur[1]) {
        command = amp[1]
    } else {
        command = amp[2]
    }
    off = t > dur[0] + dur[1] + dur[2]
}
: The three equations of the circuit after a step dt, solved for e, vo and vi:
:   vi = v + fac*(vo - v)
:   (1 + a2)*vo = a2*vo0 - gain*e                                with a2 = tau2/dt
:   (2 + a1)*e = (1 + a1)*vi - command - a1*(vi0 - e0)           with a1 = tau1/dt
PROCEDURE circuit() {
    LOCAL a1, a2, memory
    if (off) {
        i = 0
    } else {
        a1 = tau1/dt
        a2 = tau2/dt
        memory = command + a1*(vi0 - e0)
        vo = (a2*vo0 - gain*((1 + a1)*(1 - fac)*v - memory)/(2 + a1)) / (1 + a2 + gain*(1 + a1)*fac/(2 + a1))
        vi = v + fac*(vo - v)
        e = ((1 + a1)*vi - memory)/(2 + a1)
        i = (vo - v)/rstim
    }
}
: after the voltage has advanced
PROCEDURE keep() {
    circuit()
    if (off) {
        e0 = 0
        vo0 = 0
    } else {
        e0 = e
        vo0 = vo
        vi0 = vi
    }
}
