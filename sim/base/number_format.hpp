// Numbers as text: the shortest form that reads back to the same double, the same on every machine.
#pragma once

#include <string>

namespace coinfer {

/// Shortest round-trip form: "0.1", "1e+20", "3". Not for NaN or infinity (asserted): an absent value is written as absent.
std::string shortest(double value);

/// Appends `shortest(value)` to `out` without a temporary.
void append_shortest(std::string& out, double value);

}  // namespace coinfer
