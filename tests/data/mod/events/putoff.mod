TITLE several events to itself at once, of which those of flag 1 can be moved; conditions on the time
NEURON {
    POINT_PROCESS PutOff
    RANGE order, flags, last, soon, tail
}
PARAMETER { soon = 5.01 (ms) }
ASSIGNED { v (mV) order flags last (ms) tail }
INITIAL {
    order = 0
    flags = 0
    last = 0
    tail = 0
    net_send(0, 9)
}
NET_RECEIVE(w, mine) {
    INITIAL { mine = w }
    order = order*0.5 + flag
    last = t
    flags = flags + 1
    if (flag == 9) {
        WATCH (t > soon) 7, (t*2 > 2*soon + 0.5) 8
    } else if (flag == 7 || flag == 8) {
        tail = tail + flag
        net_send(0.33, 5)
    } else if (flag == 5) {
        tail = tail + 0.5
    } else if (flag == 0 && w > 0) {
        net_send(1.5, 1)
        net_send(1.9, 2)
        net_send(0.5, 3)
        net_send(0.6, 4)
        net_send(0, 6)
        net_send(0, 3)
        mine = mine + 1
    } else if (flag == 0) {
        net_move(t - w)
    } else {
        mine = mine*0.9
        tail = tail + mine*flag
        if (flag == 1) { net_event(t) }
    }
}
