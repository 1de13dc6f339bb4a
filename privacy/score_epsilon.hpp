// How much an adversary learns from what private mechanisms made: the epsilon of all draws whose outcome it saw.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "privacy/adversary.hpp"
#include "privacy/composition.hpp"
#include "privacy/exposure.hpp"
#include "privacy/ledger.hpp"
#include "privacy/score.hpp"

namespace coinfer {

/// What the members of one source released over a run.
struct Released {
  /// What the draws of one mechanism of the composition were made for.
  struct Entry {
    std::string workload;
    std::string tensor;                  ///< that they made, as exposures call it
    std::uint64_t most_per_request = 0;  ///< draws of the request that had most of them
  };
  std::string source;
  bool is_fleet = false;  ///< "phone[3]" is a member, not "phone"
  Composition const& composition;
  std::vector<Entry> entries;  ///< by mechanism of the composition
  LedgerRecord const& ledger;
};

/// Rows of metric "epsilon" for each workload of which the adversary saw what a private mechanism made, in the order of the
/// entries. They bound any attack, and hold for the words that are drawn for and not for the others:
/// - scale "per_request_sequential": the request with the most draws, by the plain sum;
/// - scales "per_user_sequential", "per_user_advanced" and "per_user_renyi", of an adversary that keeps everything: the
///   member whose total is the greatest, over all workloads of the source of which the adversary saw what was drawn; the
///   citation names it and the theorem. Without a value, and with the reason, where a theorem says nothing.
/// Where budgets are per unit of distance, scales end in "_per_unit_of_distance".
std::vector<PrivacyScore> score_epsilon(Adversary const& adversary, std::span<Exposure const> exposures,
                                        std::span<Released const> released);

}  // namespace coinfer
