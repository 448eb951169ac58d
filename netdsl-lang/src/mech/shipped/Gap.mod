TITLE Half of a gap junction: an ohmic current toward the voltage of the other side
NEURON {
    POINT_PROCESS Gap
    NONSPECIFIC_CURRENT i
    RANGE g, i
    POINTER vpeer
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}
PARAMETER { g = 0.001 (uS) }
ASSIGNED {
    v (mV)
    vpeer (mV)
    i (nA)
}
BREAKPOINT { i = g*(v - vpeer) }
