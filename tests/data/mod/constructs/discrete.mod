TITLE Difference equations: values of states at earlier steps

NEURON {
    SUFFIX discrete
    RANGE slow, wave, last, total, rate
}

PARAMETER {
    rate = 0.3
}

ASSIGNED {
    v (mV)
    total
}

STATE {
    slow START 0.5
    wave
    last
}

INITIAL {
    wave = 1
    last = 2
}

BREAKPOINT {
    SOLVE advance
    total = slow + wave + last
}

DISCRETE advance {
    slow = slow@1 + rate*(0.01*v - slow@1)
    wave = 1.9*wave@1 - wave@2
    if (wave@3 > 0.2) {
        last = 0.5*last@1 + slow*wave
    } else {
        last = last@2 - 0.125*wave@1
    }
}
