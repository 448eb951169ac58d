TITLE every function and operator
NEURON { SUFFIX maths RANGE f1, f2, f3, f4, f5, f6, op }
ASSIGNED { v (mV) f1[3] f2[3] f3[3] f4[3] f5[3] f6[3] op[6] }
BREAKPOINT { LOCAL x, y
    x = v/100 + 0.0321
    y = fabs(x) + 0.5
    f1[0] = exp(x)  f1[1] = log(y)  f1[2] = log10(y)
    f2[0] = sin(x)  f2[1] = cos(x)  f2[2] = tan(x)
    f3[0] = asin(x/2)  f3[1] = acos(x/2)  f3[2] = atan(x)
    f4[0] = sinh(x)  f4[1] = cosh(x)  f4[2] = tanh(x)
    f5[0] = sqrt(y)  f5[1] = atan2(x, y)  f5[2] = pow(y, x)
    f6[0] = fmod(v, 7)  f6[1] = floor(v)  f6[2] = ceil(v)
    op[0] = y^2.5  op[1] = -x^2  op[2] = x - y - 1  op[3] = x/y/2
    op[4] = (x < y) + (x <= y)*2 + (x > y)*4 + (x >= y)*8 + (x == x)*16 + (x != x)*32
    op[5] = 2^-x + 3^2^0.5
}
