TITLE Cell without membrane: events add to a current that decays with taus to ib; m follows it with taum and fires at 1
: taus*i' = ib - i and taum*m' = i - m, with taum < taus. Between events both are known as functions of time, so that the
: time of the next firing is computed, not stepped to. After firing m is 0, and the current stays.
NEURON {
    ARTIFICIAL_CELL IntFire2
    RANGE taum, taus, ib, i, m
    THREADSAFE
}
PARAMETER {
    taum = 10 (ms)
    taus = 20 (ms)
    ib = 0
}
ASSIGNED {
    i
    m
    since (ms)
}
INITIAL {
    i = ib
    m = 0
    since = t
    net_send(wait(), 1)
}
: both quantities at the present time
PROCEDURE advance() {
    LOCAL x, slow
    x = (i - ib)*exp(-(t - since)/taus)
    slow = taus/(taus - taum)
    m = ib + slow*x + (m - ib - slow*(i - ib))*exp(-(t - since)/taum)
    i = ib + x
    since = t
}
: Time until m is 1, or a very long time. With x = exp(-time/taus) and r = taus/taum,
:   m - 1 = g(x) = c + b*x + a*x^r
: which is below 0 at x = 1 (now); the first firing is the largest x < 1 where it is 0.
FUNCTION wait() (ms) {
    LOCAL a, b, c, r, top, x, change, rounds
    r = taus/taum
    c = ib - 1
    b = taus/(taus - taum)*(i - ib)
    a = m - ib - b
    wait = 1e9
    x = -1
    if (a < 0) {
        : g is concave: highest at x = top, or at the end x = 0
        top = 0
        if (b > 0) { top = (-b/(a*r))^(1/(r - 1)) }
        if (top < 1 && c + b*top + a*top^r > 0) { x = 1 }
    } else if (c > 0) {
        : g is convex: highest at the end x = 0
        x = 0
    }
    if (x >= 0) {
        : Newton's steps come from one side, since g does not bend back
        change = 1
        rounds = 0
        while (fabs(change) > 1e-15 && rounds < 100) {
            change = (c + b*x + a*x^r)/(b + a*r*x^(r - 1))
            x = x - change
            rounds = rounds + 1
        }
        if (x > 0) { wait = -taus*log(x) }
        if (wait < 0) { wait = 0 }
    }
}
NET_RECEIVE (w) {
    advance()
    if (flag == 1) {
        net_event(t)
        m = 0
        net_send(wait(), 1)
    } else {
        i = i + w
        net_move(wait() + t)
    }
}
