TITLE a timer that events put off
NEURON {
    POINT_PROCESS Alarm
    RANGE patience, rings, rang, waits
}
PARAMETER { patience = 1.13 (ms) }
ASSIGNED { rings rang (ms) waits }
INITIAL {
    rings = 0
    rang = -1
    waits = 1
    net_send(2, 1)
}
NET_RECEIVE(w) {
    if (flag == 1) {
        rings = rings + 1
        rang = t
        waits = 0
        net_event(t)
    } else if (waits == 1) {
        net_move(t + patience*w)
    } else {
        waits = 1
        net_send(patience*w, 1)
    }
}
