TITLE C in VERBATIM: integers, precedence, loops, jumps, functions and macros, at several values of x
NEURON {
    SUFFIX refc
    RANGE x, r
    THREADSAFE
}
DEFINE SIZE 40
PARAMETER { x = 0 }
ASSIGNED { r[SIZE] last }
VERBATIM
#include <stdio.h>
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double no_such_function(double);
#define STEPS 1
#else
#define STEPS 5
#endif
#define SQUARE(a) ((a)*(a))
#if defined(CORENEURON_BUILD) || !NRN_VERSION_GTEQ(9, 0, 0)
#error "old"
#elif 1
#define HALF 1/2
#endif

static double weights[4] = {0.5, -1.25, 3, 1e-2};
static const int primes[] = {2, 3, 5, 7, 11};

/* the greatest common divisor */
static int divisor(int a, int b) {
    int rest;
    if (a < 0) a = -a;
    while (b != 0) {
        rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static double polynomial(double u) {
    double sum = 0.;
    int k;
    for (k = 3; k >= 0; k--) sum = sum*u + weights[k];
    return sum;
}
ENDVERBATIM

INITIAL {
    LOCAL k
    integers(x)
    operators(x)
    k = 10
    r[20] = early(x)
    r[21] = chosen(x)
    VERBATIM
    for (int n = 0; n < 3; ++n) {
        if (n == (int) x) continue;
        r[22 + n] = _lk + n;
        if (x > 5) {
    ENDVERBATIM
            r[25] = r[25] + k
            if (x > 8) {
                VERBATIM
                break;
                ENDVERBATIM
            }
    VERBATIM
        }
    }
    ENDVERBATIM
    FROM j = 0 TO 4 {
        VERBATIM
        r[26] += primes[_lj]*(_lj % 2 ? -1 : 1);
        if (_lj > x) break;
        ENDVERBATIM
    }
    r[27] = mixed(x)
    r[28] = last
    counts(x)
    VERBATIM
    r[36] = divisor(252, (int)(10*x) + 60);
    r[37] = polynomial(x);
    ENDVERBATIM
}

PROCEDURE integers(u) {
    VERBATIM
    int i = _lu, j = 7;
    unsigned int m = 3;
    r[0] = i;
    r[1] = i/2;
    r[2] = i % 3;
    r[3] = (int)(_lu*1.5) / 2.;
    r[4] = j++ + ++i;
    r[5] = j-- - i--;
    i /= 2;
    r[6] = i + (double)i/4 + HALF;
    j = _lu > 1 && i;
    r[7] = j + !i + (i == j) + m;
    i += 2.75;
    r[8] = i*7/4*4;
    r[9] = -i/2 + 'A' + 0x1F + 010;
    ENDVERBATIM
}

PROCEDURE operators(u) {
    VERBATIM
    double a = _lu - 1.5, b;
    b = a;
    r[10] = a - b - 2*a/b*3 - -a;
    r[11] = a < b == b > 1 || !a && b;
    r[12] = (b = a*2, b + 1);
    r[13] = a > 0 ? a > 2 ? 1 : 2 : 3;
    b *= a += 3;
    r[14] = b + SQUARE(a + 1);
    r[15] = fabs(a) + pow(a, 2) - fmod(a, 2) + floor(-a) + exp(-a*a);
    r[16] = round(a) + abs(-3);
    r[17] = (a > 0) + (a > 1)*2;
    r[18] = STEPS*PI_OF_FILE;
    r[19] = hoc_Exp(a) > 1e3;
    ENDVERBATIM
}
CONSTANT { PI_OF_FILE = 3.25 }

: leaves in the middle, in a loop
FUNCTION early(u) {
    VERBATIM
    int i;
    double sum = 0;
    if (_lu < 0) {
        return -1;
    } else if (_lu > 8) {
        _learly = 99;
        goes_on(_threadargscomma_ _lu);
        return sum + last;
    }
    for (i = 0; i < 100; i++) {
        sum += i*_lu;
        if (sum > 40) return sum;
        if (i > 20) break;
    }
    ENDVERBATIM
    early = 7
    VERBATIM
    if (u_is_small(_threadargscomma_ _lu)) return _learly + i;
    ENDVERBATIM
    early = early + 100
}
FUNCTION u_is_small(u) { u_is_small = u < 0.75 }
PROCEDURE goes_on(u) { last = last + u }

FUNCTION chosen(u) {
    VERBATIM
    int found = 0;
    switch ((int)_lu) {
        case -2:
        case 0: found = 1;
        case 1: found += 10; break;
        case 2: return 1000;
        default:
            found = 5;
            if (_lu > 5) break;
            found = 6;
    }
    switch (found) { case 10: found = 20; break; case 6: found = 30; break; default: found++; }
    _lchosen = found;
    ENDVERBATIM
}

: braces of C around NMODL
FUNCTION mixed(u) {
    LOCAL sum
    sum = 1
    VERBATIM
    if (_lu > 1) {
        double twice = 2*_lu;
    ENDVERBATIM
        sum = sum + twice
        if (sum > 8) {
            mixed = -sum
            VERBATIM
            return _lmixed - 1;
            ENDVERBATIM
        }
    VERBATIM
    } else {
    ENDVERBATIM
        sum = sum/2
    VERBATIM
    }
    ENDVERBATIM
    mixed = sum
}

PROCEDURE counts(u) {
    VERBATIM
    int n = 0, d = 0, up;
    double y = fabs(_lu) + 1, list[3] = {1, 2};
    do {
        y *= 2;
        n++;
        if (n == 3) continue;
        d += n;
    } while (y < 50);
    r[29] = n;
    r[30] = d;
    r[31] = y;
    while (1) {
        if (--n <= 0) break;
        d -= n;
    }
    r[32] = d;
    for (up = 2; up >= 0; --up) list[2] += (up + 1)*list[0];
    r[33] = list[0] + 10*list[1] + 100*list[2] + up;
    if (_lu > 3) { printf("%g\n", _lu); }
    r[34] = t + dt;
    r[35] = (_lu > 1 && step_of(_threadargs_) > 0) + 10*last;
    if (_lu > 100) return 0;
    last = 0;
    return 0;
    last = 1e9;
    ENDVERBATIM
}
FUNCTION step_of() {
    last = last + 1
    step_of = last
}

: for hoc alone
FUNCTION given() {
    VERBATIM
    _lgiven = *getarg(1) + weights[0];
    ENDVERBATIM
}
