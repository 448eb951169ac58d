TITLE Electrode: a constant current amp (positive: depolarizing) for dur, beginning at del
NEURON {
    POINT_PROCESS IClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, i
    THREADSAFE
}
UNITS { (nA) = (nanoamp) }
PARAMETER {
    del (ms)
    dur (ms) <0, 1e9>
    amp (nA)
}
ASSIGNED { i (nA) }
INITIAL { i = 0 }
BREAKPOINT {
    if (t >= del && t < del + dur) {
        i = amp
    } else {
        i = 0
    }
}
