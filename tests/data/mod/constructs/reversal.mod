TITLE no SOLVE and no current: BREAKPOINT does not run at initialisation, and what is written begins with 0
NEURON { SUFFIX reversal USEION na READ ina WRITE ena USEION ca WRITE cai RANGE count }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (mM) = (milli/liter) }
ASSIGNED { ina (mA/cm2) ena (mV) cai (mM) count v (mV) }
BREAKPOINT {
    count = count + 1
    ena = 42 + v/10
    cai = cai*1.01
}
