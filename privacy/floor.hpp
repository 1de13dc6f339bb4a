// A bound on leakage that a run must keep, and whether it did. Unknown is not safe: what nobody measured is not kept.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/leakage_conversion.hpp"
#include "privacy/leakage_metric.hpp"
#include "privacy/score.hpp"

namespace coinfer {

struct PrivacyFloor {
  std::string adversary;  ///< Whose attacks; empty: every adversary's.
  std::string workload;   ///< Whose requests; empty: every workload's.
  std::string metric;     ///< One of `leakage_metrics()` that has a private direction.
  std::string scale;      ///< Of the bound; empty: the one scale that the figures have.
  double bound = 0;       ///< At least so much where larger is more private, at most so much where smaller is.
  bool allow_unmeasured = false;

  [[nodiscard]] bool at_least() const;
  /// Whether the value keeps the bound.
  [[nodiscard]] bool allows(double value) const { return at_least() ? value >= bound : value <= bound; }
};

/// Whether a run kept a floor.
struct FloorVerdict {
  PrivacyFloor floor;
  bool kept = false;
  std::string scale;  ///< What `value` and the bound are on; empty where none was asked for and no figure has one.
  std::optional<double> value;  ///< The worst figure that the floor covers, on that scale; nothing where there is none.
  std::string reason;           ///< Why it is kept or not, for people; never empty.
};

/// What may be used to convert a figure of a workload.
using FactsOf = std::function<ConversionFacts(std::string const& workload)>;

/// The verdict on the worst of all scores that the floor covers. It is missed where, for any adversary and workload of it,
/// - the raw input or the answer itself was seen, whatever the metric; the answer leaves a budget of differential
///   privacy as it is (see `is_budget`);
/// - a cut was seen that nobody measured on the metric, unless `allow_unmeasured`. A bound that holds whatever the
///   attack (a budget of differential privacy) needs no measured attack on its tensor;
/// - a figure is on another scale than the floor's and has no exact conversion (privacy/leakage_conversion.hpp): it
///   does not count, so the cut counts as unmeasured. A figure for the same cut on the right scale wins over it;
/// - the floor names no scale and the figures have several;
/// - the worst figure is beyond the bound.
/// Where nothing was seen but ciphertext, or nothing at all, it is kept. Of several reasons the gravest stands first, and
/// the others are counted. Left out: a psnr_db is not turned into an mse, since a score does not say whether it is a mean
/// over runs.
FloorVerdict decide(PrivacyFloor const& floor, std::span<PrivacyScore const> scores, FactsOf const& facts);

/// "mse of at least 0.05 (per_element_peak_1) against 'curious cloud', workload 'vision'", without what is not given.
std::string to_text(PrivacyFloor const& floor);

}  // namespace coinfer
