TITLE Cell without membrane: fast excitatory and slower, rising and decaying inhibitory currents drive m, which fires at 1
: e' = -e/taue, i1' = -i1/taui1, i2' = -i2/taui2 + ai1*i1, m' = -m/taum + ae*e + ai2*i2, with
: taue < taui1 < taui2 < taum. An event of weight w > 0 adds to e, one of w < 0 to i1. The gains are such that a single
: event of weight 1 brings m to a peak of 1, and one of weight -1 brings i2 and m to -1. After firing m is 0.
:
: The tangent of m reaches 1 no later than m does, so that events to itself at the tangent's time close in on the firing.
NEURON {
    ARTIFICIAL_CELL IntFire4
    RANGE taue, taui1, taui2, taum, e, i1, i2, m
    RANGE nself, nexcite, ninhibit
    GLOBAL eps, taueps
    THREADSAFE
}
PARAMETER {
    taue = 5 (ms)
    taui1 = 10 (ms)
    taui2 = 20 (ms)
    taum = 50 (ms)
    : m fires at 1 - eps
    eps = 1e-6
    : the least distance of time constants
    taueps = 0.01
}
ASSIGNED {
    e i1 i2 m
    nself nexcite ninhibit
    since (ms)
    ke (/ms) k1 (/ms) k2 (/ms) km (/ms)
    ae (/ms) ai1 (/ms) ai2 (/ms)
    : e, i1 and i2 as parts of m
    pe p1 p2
}
INITIAL {
    separate()
    gains()
    e = 0
    i1 = 0
    i2 = 0
    m = 0
    since = t
    nself = 0
    nexcite = 0
    ninhibit = 0
    net_send(bound(), 1)
}
: the solution needs different time constants, in this order
PROCEDURE separate() {
    LOCAL swap
    if (taui1 > taui2) {
        swap = taui1
        taui1 = taui2
        taui2 = swap
    }
    if (taui1 - taue < taueps) { taui1 = taue + taueps }
    if (taui2 - taui1 < taueps) { taui2 = taui1 + taueps }
    if (taum - taui2 < taueps) { taum = taui2 + taueps }
    ke = 1/taue
    k1 = 1/taui1
    k2 = 1/taui2
    km = 1/taum
}
: the largest value of exp(-slow*t) - exp(-fast*t)
FUNCTION peak(slow (/ms), fast (/ms)) {
    LOCAL time
    time = log(fast/slow)/(fast - slow)
    peak = exp(-slow*time) - exp(-fast*time)
}
PROCEDURE gains() {
    LOCAL low, high, time
    pe = 1/peak(km, ke)
    ae = pe*(ke - km)
    p1 = 1/peak(k2, k1)
    ai1 = p1*(k1 - k2)
    : where m is largest after a single inhibitory event, by halving
    low = log(k1/k2)/(k1 - k2)
    high = low + 10*taum
    while (high - low > 1e-9) {
        time = 0.5*(low + high)
        if (rise(time) > 0) {
            low = time
        } else {
            high = time
        }
    }
    p2 = 1
    p2 = 1/inhibition(low, 1, 0)
    ai2 = p2*(k2 - km)
}
: what i1 and i2 add to m in a time d
FUNCTION inhibition(d (ms), first, second) {
    LOCAL rest
    rest = exp(-km*d)
    inhibition = p2*(second + p1*first)*(rest - exp(-k2*d)) - p2*p1*first*(k2 - km)/(k1 - km)*(rest - exp(-k1*d))
}
: proportional to the slope of that for first = 1, second = 0
FUNCTION rise(d (ms)) {
    rise = k2*(k1 - km)*exp(-k2*d) - km*(k1 - k2)*exp(-km*d) - k1*(k2 - km)*exp(-k1*d)
}
: all quantities at the present time
PROCEDURE advance() {
    LOCAL d
    d = t - since
    m = m*exp(-km*d) + pe*e*(exp(-km*d) - exp(-ke*d)) + inhibition(d, i1, i2)
    i2 = i2*exp(-k2*d) + p1*i1*(exp(-k2*d) - exp(-k1*d))
    i1 = i1*exp(-k1*d)
    e = e*exp(-ke*d)
    since = t
}
: a time before which m cannot reach 1
FUNCTION bound() (ms) {
    LOCAL slope
    slope = ae*e + ai2*i2 - km*m
    if (slope > 1e-9) {
        bound = (1 - m)/slope
    } else {
        bound = 1e9
    }
}
NET_RECEIVE (w) {
    advance()
    if (m > 1 - eps) {
        net_event(t)
        m = 0
    }
    if (flag == 1) {
        nself = nself + 1
        net_send(bound(), 1)
    } else {
        if (w > 0) {
            nexcite = nexcite + 1
            e = e + w
        } else {
            ninhibit = ninhibit + 1
            i1 = i1 + w
        }
        net_move(bound() + t)
    }
}
