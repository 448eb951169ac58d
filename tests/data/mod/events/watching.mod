TITLE conditions that are waited for: above, below, several, again
NEURON {
    POINT_PROCESS Watching
    NONSPECIFIC_CURRENT i
    RANGE i, high, low, up, down, kept, again, order, when, w0
}
PARAMETER {
    high = -55 (mV)
    low = -62 (mV)
}
ASSIGNED { v (mV) i (nA) up down kept again order when (ms) w0 }
STATE { level }
INITIAL {
    level = 0
    up = 0
    down = 0
    kept = 0
    again = 0
    order = 0
    when = -1
    net_send(0, 1)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = fabs(level)*(v + 80)*1e-5
}
DERIVATIVE states { level' = (v + 60 - level)/1.5 }
NET_RECEIVE(w) {
    order = 0.7*order + flag
    if (flag == 1) {
        WATCH (v > high) 2
        WATCH (v < low + 0.5) 3
        WATCH (level > 3) 4
        WATCH (level*2 > 6) 5
        WATCH (v > high - 0.001) 9
    } else if (flag == 2) {
        up = up + 1
        when = t
        if (up == 2) {
            WATCH (v < low) 6
        }
        net_event(t)
    } else if (flag == 3) {
        down = down + 1
        net_send(0.06, 8)
    } else if (flag == 4) {
        kept = kept + 1
    } else if (flag == 5) {
        kept = kept + 0.25
    } else if (flag == 6) {
        again = again + 1
        WATCH (v > high) 2
        WATCH (level < w0) 7
    } else if (flag == 7) {
        again = again + 0.125
    } else if (flag == 9) {
        again = again + 0.0078125
    } else if (flag == 8) {
        again = again + 0.015625
    } else {
        w0 = w
    }
}
