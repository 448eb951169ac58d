TITLE jumps of states and of the voltage, weights of both signs
NEURON {
    POINT_PROCESS Jumps
    NONSPECIFIC_CURRENT i
    RANGE i, gmax, a, shunt, count
    GLOBAL unit
}
DEFINE N 3
PARAMETER {
    gmax = 0.02 (uS)
    unit = 0.5
}
ASSIGNED { v (mV) i (nA) count[N] shunt }
STATE { a b c }
INITIAL {
    a = 0.2
    b = 0
    c = 0
    FROM k = 0 TO N - 1 { count[k] = 0 }
}
BREAKPOINT {
    SOLVE states METHOD sparse
    shunt = gmax*(a - b)
    i = shunt*(v + 70) - 0.001*c
}
KINETIC states {
    ~ a <-> b (0.3, 0.2)
    ~ c -> (0.25)
}
NET_RECEIVE(w, k) {
    INITIAL { k = 2*unit }
    if (w > 0) {
        state_discontinuity(a, a + w*unit)
        count[0] = count[0] + 1
    } else if (w > -1) {
        b = b - w
        c = c + b
        count[k] = count[k] + w
    } else {
        v = v + 2*w
        count[2] = count[2] + v
    }
}
