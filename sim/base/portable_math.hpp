// Logarithm and exponential from +, -, *, / and bit operations alone. The C library's have last bits that depend on the
// CPU's instruction set (it picks FMA variants at load time), and a draw that differs in the last bit reorders events.
#pragma once

namespace coinfer {

/// Natural logarithm of a finite x > 0; error below 2 ulp, identical bits on every IEEE-754 machine.
double portable_log(double x);

/// e^x for |x| <= 700; error below 4 ulp, identical bits on every IEEE-754 machine.
double portable_exp(double x);

}  // namespace coinfer
