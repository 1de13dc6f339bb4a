#include "privacy/mechanism.hpp"

namespace coinfer {

std::string_view to_string(MechanismKind kind) {
  switch (kind) {
    case MechanismKind::report_noisy_max:
      return "report_noisy_max";
    case MechanismKind::exponential:
      return "exponential";
    default:
      return "metric";
  }
}

}  // namespace coinfer
