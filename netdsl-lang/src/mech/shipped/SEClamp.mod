TITLE Electrode: clamps the voltage through the resistance rs at amp1, amp2, amp3 for dur1, dur2, dur3; off afterwards
NEURON {
    POINT_PROCESS SEClamp
    ELECTRODE_CURRENT i
    RANGE rs, dur1, amp1, dur2, amp2, dur3, amp3, vc, i
    THREADSAFE
}
UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}
PARAMETER {
    rs = 1 (megohm) <1e-9, 1e9>
    dur1 (ms)
    amp1 (mV)
    dur2 (ms) <0, 1e9>
    amp2 (mV)
    dur3 (ms) <0, 1e9>
    amp3 (mV)
}
ASSIGNED {
    v (mV)
    i (nA)
    vc (mV)
    on
}
INITIAL { on = 0 }
BREAKPOINT {
    SOLVE inject
    command()
    inject()
}
: runs again after the voltage has advanced, so that a recorded i is that of the present voltage
PROCEDURE inject() {
    if (on) {
        i = (vc - v)/rs
    } else {
        i = 0
    }
}
PROCEDURE command() {
    on = 1
    if (t < dur1) {
        vc = amp1
    } else if (t < dur1 + dur2) {
        vc = amp2
    } else if (t < dur1 + dur2 + dur3) {
        vc = amp3
    } else {
        vc = 0
        on = 0
    }
}
