TITLE Linear equations, for tests of derivimplicit
NEURON {
    SUFFIX linear
    RANGE rate, p, q, sum
}
PARAMETER { rate = 0.7 (/ms) }
ASSIGNED { sum }
STATE { p q }
INITIAL {
    p = 0.2
    q = 0.8
}
BREAKPOINT { SOLVE pair METHOD derivimplicit }
DERIVATIVE pair {
    sum = p + q
    p' = rate*(q - p)
    q' = 2*p - 3*q + 0.1*sum + 0.1
}
