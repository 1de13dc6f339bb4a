// How badly what an adversary saw leaks: exposures joined with measured attacks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/adversary.hpp"
#include "privacy/exposure.hpp"
#include "privacy/leakage_table.hpp"
#include "privacy/user_exposures.hpp"

namespace coinfer {

/// What kind of answer a score is. Only `nothing_seen` and `ciphertext_only` are good news; a floor or a gate that asks for
/// anything but `measured` has not been met by it.
enum class ScoreStatus {
  measured,         ///< There is a value, of a table or computed.
  not_measured,     ///< Values were seen that no table covers: not safe, unknown.
  raw_input,        ///< The input itself was seen.
  raw_output,       ///< The answer of a token model itself was seen.
  ciphertext_only,  ///< Nothing but ciphertext was seen.
  nothing_seen,     ///< Nothing was seen.
};

/// "measured", "not_measured", ...
std::string_view to_string(ScoreStatus status);

/// One answer to "what does this leak": a measured value, or the reason why there is none.
struct PrivacyScore {
  std::string adversary;  ///< Name of the adversary.
  std::string workload;   ///< Whose requests.
  std::string tensor;     ///< The worst exposure; empty where nothing was seen.
  std::string place;      ///< Where it was seen most often: "link:access", "device:cloud".
  std::string metric;     ///< One of `leakage_metrics()`, "input" or "output" for the thing itself, empty: all.
  std::string scale;      ///< Normalisation of `value`; empty without one.
  ScoreStatus status = ScoreStatus::not_measured;
  std::optional<double> value;   ///< The strongest measured attack's; nothing is not 0.
  std::string reason;            ///< Why there is no value; empty where there is one.
  Grade grade = Grade::derived;  ///< Of the table row; what is computed, and a reason, is DERIVED.
  std::string citation;          ///< Of the table row, or how the value was computed; empty without a value.
  std::string attack;            ///< The strongest attack; "any" where a bound holds for all; empty without a value.
  std::uint64_t exposures = 0;   ///< How often the adversary saw that tensor so, summed over places.
  /// Whose it was; absent where nothing was seen or nobody counted. A value of a table is one of a single exposure: no
  /// table says what further ones of the same user add.
  std::optional<ExposedUsers> users = {};
};

/// So many cuts without a value get a row each.
inline constexpr std::size_t listed_cuts = 8;

/// What the adversary can learn, workload by workload: those of `workloads` in their order, then any other in `exposures`
/// as first met, without a count of users. Every workload gets at least one row:
/// - it saw nothing: one row that says so; only ciphertext: likewise;
/// - it saw the raw input in the clear: a row with metric "input" that outranks everything but the answer;
/// - it saw the answer of a token model in the clear: a row with metric "output", whatever else it saw;
/// - it saw cuts: per metric and scale the strongest measured attack it can carry out, over the cuts it saw, among rows of
///   exactly the same model, data set, cut (by name or alias) and protection; statistics of the activations have rows like
///   attacks, but a cut of which nothing else is known counts as not covered. An unmeasured cut may be the worst one, so a
///   cut that no row covers gets a row without a metric, which stands for every metric, and a cut that lacks a metric which
///   another cut has gets a row of that metric without a value. More than `listed_cuts` cuts without a value for the same
///   reason share one row, with the sum of their exposures;
/// - it saw what a private mechanism made: also a row of metric "epsilon_per_word", the largest budget of one draw, on a
///   scale that names the mechanism: "report_noisy_max_one_draw". It is the parameter and says nothing of composition:
///   the budgets of the words of a request, and of a user's requests, add up (see score_epsilon.hpp);
/// - it saw other outputs alone: one row that says that no table covers outputs.
/// Nothing is interpolated and no two scales are compared. "Strongest" goes by the direction of the metric; ties go to the
/// row that was loaded first.
std::vector<PrivacyScore> score(Adversary const& adversary, std::span<Exposure const> exposures,
                                LeakageTables const& tables, std::span<UserExposures const> workloads = {});

}  // namespace coinfer
