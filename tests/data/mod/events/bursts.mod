TITLE bursts: a chain of events that the cell sends itself, which events from others start, end and change
NEURON {
    ARTIFICIAL_CELL Bursts
    RANGE first, gap, pause, size, left, bursts, on
}
PARAMETER {
    first = 1.5 (ms)
    gap = 0.7 (ms)
    pause = 3.3 (ms)
    size = 3
}
ASSIGNED { left bursts on }
INITIAL {
    on = 1
    left = size
    bursts = 0
    if (first >= 0) {
        net_send(first, 3)
    } else {
        on = 0
    }
}
PROCEDURE begin() {
    left = size
    bursts = bursts + 1
}
NET_RECEIVE(w) {
    LOCAL k
    if (flag == 3 && on) {
        begin()
        net_send(0, 1)
    } else if (flag == 1 && on) {
        net_event(t)
        left = left - 1
        if (left > 0) {
            net_send(gap, 1)
        } else {
            net_send(pause, 3)
        }
    } else if (flag == 0) {
        if (w < 0) {
            on = 0
        } else if (!on) {
            on = 1
            k = 0
            WHILE (k < w) {
                size = size + 1
                k = k + 1
            }
            net_send(0.1, 3)
        }
    }
}
