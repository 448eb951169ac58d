TITLE Synapse with C in NET_RECEIVE: weights, jumps, events to itself
NEURON {
    POINT_PROCESS RefCSyn
    NONSPECIFIC_CURRENT i
    RANGE g, i, seen, late, missed
    THREADSAFE
    BBCOREPOINTER notes
}
PARAMETER { tau = 3 (ms) e = 0 (mV) }
ASSIGNED { v (mV) i (nA) seen late missed notes }
STATE { g (uS) }
VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
extern void* vector_arg(int);
extern int vector_capacity(void*);
extern double* vector_vec(void*);
#endif
ENDVERBATIM
INITIAL {
    g = 0
    seen = 0
    late = 0
    missed = 0
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}
DERIVATIVE decay { g' = -g/tau }
NET_RECEIVE (w, count) {
    INITIAL {
        VERBATIM
        _args[1] = 2;
        ENDVERBATIM
    }
    if (flag == 1) {
        late = late + 1
        VERBATIM
        return;
        ENDVERBATIM
    }
    VERBATIM
    IvocVect* vv = *((IvocVect**)(&_p_notes));
    if (vv && vector_capacity(vv) > 0) {
        g += vector_vec(vv)[0];
        return;
    }
    if (_args[0] < 0) {
        missed++;
        return;
    }
    seen += _args[1];
    _args[1] += 1;
    ENDVERBATIM
    g = g + w
    net_send(0.6, 1)
}
PROCEDURE play() {
    VERBATIM
    void** pv = (void**)(&_p_notes);
    *pv = ifarg(1) ? vector_arg(1) : NULL;
    ENDVERBATIM
}
VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) { }
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) { }
ENDVERBATIM
