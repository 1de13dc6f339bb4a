#include "privacy/adversary.hpp"

#include <algorithm>

namespace coinfer {

bool Adversary::sees(std::string const& domain) const {
  return std::find(domains.begin(), domains.end(), domain) != domains.end();
}

}  // namespace coinfer
