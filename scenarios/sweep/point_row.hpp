// What one run of a sweep leaves behind: its row of points.csv.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// How one run ended.
enum class PointStatus : std::uint8_t {
  ok,
  failed,   ///< it was legal and could not be carried out
  invalid,  ///< the scenario is wrong with the values of this point
};
/// "ok", "failed", "invalid".
std::string_view to_string(PointStatus status);

/// A column of results. Which ones a run has depends on its scenario: its workloads, adversaries, and what is measured.
struct PointColumn {
  std::string name;
  /// Another column of the same run, whose value stands here in rows of runs that lack this one. Empty: nothing does.
  std::string stands_in;
  bool operator==(PointColumn const&) const = default;
};

struct PointRow {
  std::uint64_t point = 0;
  std::uint32_t replication = 0;
  std::uint64_t seed = 0;
  std::vector<std::string> levels;  ///< by axis, as text
  PointStatus status = PointStatus::ok;
  /// The process that ran it died: killed, or out of memory. It may fare better another time.
  bool crashed = false;
  std::string reason;                ///< on one line; empty where the run is ok
  std::vector<PointColumn> columns;  ///< of results; none unless the run is ok
  std::vector<std::string> values;   ///< as many as columns; empty: absent
  /// What this run says to the scenario's expectations and those of the sweep; a point is decided over its replications.
  std::vector<ExpectationVerdict> expectations;
};

/// Columns and values of a run, in this order:
/// - requests by outcome, latency, throughput, times of tokens and the service objective, over all requests as in
///   summary.json; then load, bytes, energy, money, and how many events were simulated;
/// - where the scenario has several workloads the first group again for each, its name and a point before the column;
/// - leakage, by adversary (and workload, where there are several), metric and scale:
/// "leakage.cloud.mse.per_element_peak_1"
///   has the value that `leakage_answer` finds, and the same with ".status" says why where it is empty. A run that does not
///   know the metric has the status of "leakage.cloud.other_metrics.status" there: unknown, or the reason why it is safe;
/// - the largest total of any user of each source that draws from private mechanisms, by theorem;
/// - whether the privacy floors were kept, all and each.
void add_measures(PointRow& row, Scenario const& scenario, Results const& results);

/// Whether a floor was missed, as the row of a run says.
bool misses_floor(PointRow const& row);

}  // namespace coinfer
