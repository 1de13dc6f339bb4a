// A party that tries to learn the inputs from what it sees.
#pragma once

#include <string>
#include <vector>

#include "privacy/knowledge.hpp"

namespace coinfer {

/// What an adversary keeps of what it saw.
enum class Keeps {
  one_request,  ///< It forgets before the next request: nothing adds up over the requests of a user.
  everything,   ///< All of it, and it knows whose request each was.
};

/// Honest-but-curious: it follows the protocol and learns what it can from what it sees.
struct Adversary {
  std::string name;                  ///< The name in results, unique in a scenario.
  std::vector<std::string> domains;  ///< The trust domains that pool what they see; at least one.
  Knowledge knowledge = Knowledge::white_box;
  Keeps keeps = Keeps::everything;

  /// Whether it pools what this trust domain sees.
  [[nodiscard]] bool sees(std::string const& domain) const;
  /// Whether it can carry out an attack that needs this knowledge.
  [[nodiscard]] bool can_use(Knowledge needed) const { return suffices(knowledge, needed); }
};

}  // namespace coinfer
