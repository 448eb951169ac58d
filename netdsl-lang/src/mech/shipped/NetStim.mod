TITLE Events: number of them from start, interval apart, of which the part noise is random (exponential)
: An event of positive weight starts a sequence that is off; one of negative weight ends it.
NEURON {
    ARTIFICIAL_CELL NetStim
    RANGE interval, number, start, noise
    RANDOM draws
    THREADSAFE
}
PARAMETER {
    interval = 10 (ms) <1e-9, 1e9>
    number = 10 <0, 1e9>
    start = 50 (ms)
    noise = 0 <0, 1>
}
ASSIGNED {
    wait (ms)
    on
    sent
}
INITIAL {
    random_setseq(draws, 0)
    on = 0
    sent = 0
    if (noise < 0) { noise = 0 }
    if (noise > 1) { noise = 1 }
    if (start >= 0 && number > 0) {
        on = 1
        : noise = 1: the first event comes an exponential time after start
        wait = start + pause() - interval*(1 - noise)
        if (wait < 0) { wait = 0 }
        net_send(wait, 3)
    }
}
FUNCTION pause() (ms) {
    LOCAL mean
    mean = interval
    if (mean <= 0) { mean = 0.01 }
    if (noise == 0) {
        pause = mean
    } else {
        pause = (1 - noise)*mean + noise*mean*random_negexp(draws)
    }
}
PROCEDURE begin() {
    if (number > 0) {
        on = 1
        wait = 0
        sent = 0
    }
}
PROCEDURE next() {
    if (number > 0) { wait = pause() }
    if (sent >= number) { on = 0 }
}
NET_RECEIVE (w) {
    if (flag == 0) {
        if (w > 0 && on == 0) {
            begin()
            next()
            net_send(wait - interval*(1 - noise), 1)
        } else if (w < 0) {
            on = 0
        }
    }
    if (flag == 3 && on == 1) {
        begin()
        net_send(0, 1)
    }
    if (flag == 1 && on == 1) {
        sent = sent + 1
        net_event(t)
        next()
        if (on == 1) { net_send(wait, 1) }
    }
}
