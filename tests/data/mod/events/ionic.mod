TITLE ions, a variable elsewhere and arrays in NET_RECEIVE
NEURON {
    POINT_PROCESS Ionic
    USEION ca READ cai, eca WRITE ica
    POINTER other
    RANGE ica, seen, gain, high, crossed, sum
    GLOBAL rise, calls
}
DEFINE N 3
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
    (mM) = (milli/liter)
}
PARAMETER {
    rise = 0.25
    high = 1.2e-4 (mM)
}
ASSIGNED {
    v (mV) cai (mM) eca (mV) ica (nA) other seen gain crossed sum calls
    slot[N]
}
STATE { s[N] (uS) }
INITIAL {
    FROM k = 0 TO N - 1 {
        s[k] = 0
        slot[k] = 0
    }
    seen = 0
    crossed = 0
    sum = 0
    calls = 0
    net_send(0, 1)
}
BREAKPOINT {
    SOLVE states METHOD sparse
    ica = (s[0] + s[1] + s[2])*(v - eca)
}
KINETIC states {
    ~ s[0] -> (2)
    ~ s[1] -> (0.5)
    ~ s[2] -> (0.125)
}
FUNCTION curve(x (mV)) {
    TABLE FROM -100 TO 100 WITH 20
    curve = 1/(1 + exp(-(x + 60)/9))
}
NET_RECEIVE(w (uS), which, kept) {
    LOCAL k
    INITIAL { kept = 0 }
    calls = calls + 1
    if (flag == 0) {
        gain = curve(v) + cai*100
        k = which
        s[k] = s[k] + w*gain
        slot[k] = slot[k] + rise
        other = other + slot[k]
        kept = kept + cai
        seen = seen + 1000*kept + cai*rise
        which = which + 1
        if (which > 2) { which = 0 }
    } else if (flag == 1) {
        WATCH (cai > high) 2
        WATCH (other > 1.1) 3
    } else {
        crossed = crossed + flag
        sum = sum + slot[0] + 10*slot[1] + 100*slot[2]
    }
}
