// A party that tries to learn the inputs from what it sees.
#pragma once

#include <string>
#include <vector>

#include "privacy/knowledge.hpp"

namespace coinfer {

/// Honest-but-curious: it follows the protocol and keeps what it sees.
struct Adversary {
  std::string name;                  ///< The name in results, unique in a scenario.
  std::vector<std::string> domains;  ///< The trust domains that pool what they see; at least one.
  Knowledge knowledge = Knowledge::white_box;

  /// Whether it pools what this trust domain sees.
  [[nodiscard]] bool sees(std::string const& domain) const;
  /// Whether it can carry out an attack that needs this knowledge.
  [[nodiscard]] bool can_use(Knowledge needed) const { return suffices(knowledge, needed); }
};

}  // namespace coinfer
