TITLE An equation that cnexp cannot solve, and a loop
NEURON {
    SUFFIX fallback
    RANGE w, z, n, a
}
PARAMETER { a = 2 }
ASSIGNED { v (mV) n }
STATE { w z }
INITIAL {
    w = 0.9
    z = 0.1
    n = 0
    while (n < 5.5) { n = n + a }
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
}
DERIVATIVE decay {
    w' = -w/(1 + w)
    z' = w - z
}
