TITLE events at the times of a Vector
NEURON {
    ARTIFICIAL_CELL Played
    RANGE index, when, heard
    POINTER times
}
ASSIGNED { index when (ms) heard times }
VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
extern int vector_capacity();
extern double* vector_vec();
extern void* vector_arg();
#endif
ENDVERBATIM
INITIAL {
    index = 0
    heard = 0
    next()
    if (index > 0) { net_send(when - t, 1) }
}
NET_RECEIVE(w) {
    if (flag == 1) {
        net_event(t)
        next()
        if (index > 0) { net_send(when - t, 1) }
    } else {
        heard = heard + w
    }
}
PROCEDURE next() {
    VERBATIM
    {
        IvocVect* v = *((IvocVect**)(&_p_times));
        if (v) {
            int n = vector_capacity(v);
            double* x = vector_vec(v);
            int k = (int) index;
            if (k < n) {
                when = x[k];
                index += 1.;
            } else {
                index = -1.;
            }
        } else {
            index = -1.;
        }
    }
    ENDVERBATIM
}
PROCEDURE play() {
    VERBATIM
    {
        IvocVect** v = (IvocVect**)(&_p_times);
        *v = NULL;
        if (ifarg(1)) { *v = vector_arg(1); }
    }
    ENDVERBATIM
}
