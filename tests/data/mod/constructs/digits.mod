TITLE defaults have six digits, as NEURON's translator writes them; all other numbers have theirs
DEFINE N 3
NEURON { SUFFIX digits NONSPECIFIC_CURRENT i RANGE g, i, all, big, tiny GLOBAL half }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) F = (faraday) (coulomb) R = (k-mole) (joule/degC) }
CONSTANT { c = 0.123456789012345 }
PARAMETER {
    g = 0.00123456789 (S/cm2)
    half = -35.1234567 (mV)
    big = 123456789
    tiny = -1.23456789e-9
    n0 = 0.987654321
    limited = 0.55555555 <0.5, 0.55555555>
}
STATE { m START 0.123456789 n }
ASSIGNED { v (mV) i (mA/cm2) all }
INITIAL { }
BREAKPOINT {
    SOLVE states METHOD cnexp
    all = c + 0.123456789012345*N + F + R + big + tiny + limited
    i = g*m*n*(v - half)
}
DERIVATIVE states {
    m' = -m/10
    n' = -n/7.123456789
}
