TITLE events at random times with random sizes; an event that comes delays the next
NEURON {
    ARTIFICIAL_CELL Scatter
    RANGE mean, count, drawn, spread
    RANDOM wait
    RANDOM any
}
PARAMETER { mean = 1.7 (ms) spread = 0.2 }
ASSIGNED { count drawn }
INITIAL {
    count = 0
    random_setseq(wait, 3)
    random_setseq(any, 0)
    drawn = random_uniform(any, 2, 4)
    net_send(mean*random_sample(), 1)
}
FUNCTION random_sample() {
    random_sample = random_negexp(wait, 1)
}
NET_RECEIVE(w, n) {
    INITIAL { n = 10 }
    if (flag == 1) {
        count = count + 1
        drawn = random_normal(any, 1, spread)
        if (random_ipick(any) > 1e9) { net_event(t) }
        net_send(mean*random_sample(), 1)
    } else {
        n = n + drawn
        count = count + 0.001*n
        net_move(t + 0.1 + random_uniform(any)*w)
    }
}
