TITLE a cell that drifts towards a level above its threshold: it knows when it will fire, and events change that
NEURON {
    ARTIFICIAL_CELL Drifting
    RANGE tau, level, m, n
}
PARAMETER {
    tau = 9 (ms)
    level = 1.4
}
ASSIGNED { m since (ms) n }
INITIAL {
    m = 0.1
    since = 0
    n = 0
    net_send(wait(m), 1)
}
FUNCTION wait(x) (ms) {
    if (x >= 1) {
        wait = 0
    } else {
        wait = tau*log((level - x)/(level - 1))
    }
}
NET_RECEIVE(w) {
    m = level + (m - level)*exp(-(t - since)/tau)
    since = t
    if (flag == 1) {
        net_event(t)
        n = n + 1
        m = 0
        net_send(wait(m), 1)
    } else {
        m = m + w
        net_move(t + wait(m))
    }
}
