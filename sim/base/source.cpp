#include "sim/base/source.hpp"

#include <cassert>

namespace coinfer {

std::string_view to_string(Grade grade) {
  switch (grade) {
    case Grade::measured:
      return "MEASURED";
    case Grade::published:
      return "PUBLISHED";
    case Grade::secondary:
      return "SECONDARY";
    case Grade::derived:
      return "DERIVED";
    case Grade::assumed:
      return "ASSUMED";
  }
  assert(false);
  return "ASSUMED";
}

}  // namespace coinfer
