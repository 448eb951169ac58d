TITLE conditions, loops, arrays, calls, LOCALs
DEFINE N 4
NEURON { SUFFIX flow NONSPECIFIC_CURRENT i RANGE g, i, a, total, turns, sign, nested }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.001 (S/cm2) w[N] }
ASSIGNED { v (mV) i (mA/cm2) a[N] total turns sign nested }
LOCAL shared, table[3]
INITIAL { LOCAL k
    turns = 0
    FROM k = 0 TO N - 1 { a[k] = 1 + k }
    table[0] = 2  table[1] = 3  table[2] = 5
    k = 1
    while (k < 50) {
        k = k*3
        turns = turns + 1
    }
    count()
    i = 0
}
BREAKPOINT { LOCAL x, k
    shared = 0.25
    x = 0
    FROM k = 0 TO 2 { x = x + table[k]*shared }
    if (v > -30 && !(v > 10)) { sign = 1 } else if (v >= 10 || v < -80) { sign = -1 } else { sign = 0 }
    count()
    i = g*(v + 60)*largest(a[0], x + sign)*(sign != 0) + g*deep(v, 3)
}
PROCEDURE count() { LOCAL k
    total = 0
    FROM k = 0 TO N - 1 {
        a[k] = a[k] + 0.001
        if (k == 2) { total = total + 10 }
        total = total + a[k]
    }
}
FUNCTION largest(x, y) { if (x >= y) { largest = x } else { largest = y } }
FUNCTION deep(x (mV), n) { LOCAL y
    y = x/n
    nested = inner(y + 1)
    deep = nested + inner(-y)
}
FUNCTION inner(x) { if (x < 0) { inner = -x } else { inner = x/2 } }
