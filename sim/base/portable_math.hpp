// Logarithm and exponential from +, -, *, / and bit operations alone. The C library's have last bits that depend on the
// CPU's instruction set (it picks FMA variants at load time), and a draw that differs in the last bit reorders events.
#pragma once

namespace coinfer {

/// Natural logarithm of a finite x > 0; error below 2 ulp, identical bits on every IEEE-754 machine.
double portable_log(double x);

/// e^x for |x| <= 700; error below 4 ulp, identical bits on every IEEE-754 machine.
double portable_exp(double x);

/// ln(1 + x) for a finite x > -1 and e^x - 1 for |x| <= 700, both to a few ulp near 0 too, where 1 + x and e^x lose x;
/// identical bits on every IEEE-754 machine.
double portable_log1p(double x);
double portable_expm1(double x);

}  // namespace coinfer
