// Numbers as people read them: few digits and a unit that fits. Files take exact numbers (sim/base/number_format.hpp).
#pragma once

#include <string>

namespace coinfer {

/// So many significant digits; a large number keeps all before the point, so that it needs no exponent.
std::string readable_number(double value, int digits = 3);

/// Milliseconds below a second: "35.7 ms", "1.26 s".
std::string readable_duration(double time_s, int digits = 3);

/// "0", "930 B", "131 kB", "1.12 GB"; powers of ten.
std::string readable_size(double bytes, int digits = 3);

}  // namespace coinfer
