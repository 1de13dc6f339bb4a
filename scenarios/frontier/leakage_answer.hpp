// What the scores of one run say to one question of leakage.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "scenarios/frontier/frontier.hpp"

namespace coinfer {

/// The answer of one adversary's scores of one workload to a question about it, the worst one first: the raw input; a cut
/// that no attack was measured for, since measured cuts do not speak for it; nothing seen, or ciphertext alone; answers
/// alone; a cut that lacks this metric; the value. A differential-privacy budget holds against every attack: it needs no
/// table, so that a cut without a measured attack that has a budget is no obstacle to it.
LeakageAnswer leakage_answer(LeakageQuestion const& question, std::span<PrivacyScore const> scores);

/// The questions that the scores of several runs of a workload can answer, in the order of `adversaries`. `metrics` limits
/// them to those; each is asked even where no run has a value. Without it those that compare across cuts are asked. An
/// adversary without any value gets one question without a metric, unless `metrics` says which.
std::vector<LeakageQuestion> leakage_questions(std::span<std::string const> adversaries,
                                               std::span<PrivacyScore const> scores, std::span<std::string const> metrics);

}  // namespace coinfer
