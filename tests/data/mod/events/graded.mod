TITLE release that follows a voltage elsewhere without events
NEURON {
    POINT_PROCESS Graded
    POINTER vpre
    NONSPECIFIC_CURRENT i
    RANGE i, gmax, half
}
PARAMETER { gmax = 0.004 (uS) half = -58 (mV) }
ASSIGNED { v (mV) i (nA) vpre (mV) }
STATE { s }
INITIAL { s = level(vpre) }
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gmax*s*(v - 10)
}
DERIVATIVE states { s' = (level(vpre) - s)/0.8 }
FUNCTION level(x (mV)) { level = 1/(1 + exp((half - x)/4)) }
