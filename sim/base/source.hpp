// Where a number comes from and how far it can be trusted.
#pragma once

#include <string>
#include <string_view>

namespace coinfer {

/// From strongest to weakest; the order is used to name the weakest input of a result.
enum class Grade { measured, published, secondary, derived, assumed };

/// "MEASURED", "PUBLISHED", ...
std::string_view to_string(Grade grade);

struct Source {
  std::string citation;
  Grade grade = Grade::assumed;
};

}  // namespace coinfer
