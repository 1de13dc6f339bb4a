#include "sim/base/system_reason.hpp"

#include <system_error>

namespace coinfer {

std::string system_reason(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

}  // namespace coinfer
