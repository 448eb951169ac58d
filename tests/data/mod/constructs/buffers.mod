TITLE KINETIC: COMPARTMENT, flux, sinks, arrays in a loop
NEURON { SUFFIX buffers RANGE out, b }
DEFINE N 3
PARAMETER { vol = 2.5 }
ASSIGNED { v (mV) out }
STATE { b[N] free bound }
INITIAL { LOCAL k
    FROM k = 0 TO N - 1 { b[k] = 1/(k + 1) }
    free = 1
    bound = 0.2
}
BREAKPOINT { SOLVE scheme METHOD sparse }
KINETIC scheme { LOCAL k
    COMPARTMENT vol { free bound }
    ~ 2 free <-> bound (0.7, 0.1)
    out = f_flux - b_flux
    FROM k = 0 TO N - 2 {
        ~ b[k] <-> b[k+1] ((0.5 + k), 0.4)
    }
    ~ free << (0.01*(1 + v/100))
    ~ bound -> (0.05)
}
