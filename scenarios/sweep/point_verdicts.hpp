// Whether the points of a sweep are what was expected of them, each decided over its replications.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenarios/gate/gate_case.hpp"
#include "scenarios/gate/junit.hpp"
#include "scenarios/sweep/point_row.hpp"
#include "scenarios/sweep/sweep_identity.hpp"

namespace coinfer {

/// What the runs of one point say.
struct PointVerdicts {
  std::uint64_t point = 0;
  std::vector<std::string> const* axes = nullptr;
  std::vector<std::string> levels;           ///< by axis
  std::vector<ExpectationVerdict> verdicts;  ///< none where no run came to its end, or nothing was expected
  std::string failure;                       ///< of the first run that did not; empty where all did
  bool has_floors = false;
  std::vector<std::string> missed_floors;  ///< by the name of their columns, in any run

  [[nodiscard]] bool met() const;
  [[nodiscard]] std::string name() const;  ///< "point 3 (rate = 40)"
};

/// Decides a point by its rows, at least one; refers to the identity. Where a run did not come to its end, nothing that was
/// expected is measured.
PointVerdicts decide_point(SweepIdentity const& identity, std::span<PointRow const> rows);

/// The columns that the verdicts have in points.csv, and their values, which are the same in each row of the point:
/// "expectations_met", and for each "expect[0].METRIC" (its value, over replications the mean), the same with ".low" and
/// ".high" (95 % interval) and ".met".
std::vector<PointColumn> columns_of(PointVerdicts const& point);
std::vector<std::string> values_of(PointVerdicts const& point);

/// The outcomes of a point, as test reports have them.
std::vector<GateCase> cases_of(PointVerdicts const& point);

/// What the points of a sweep say as a whole.
struct SweepVerdicts {
  /// One expectation over all points.
  struct Count {
    std::string metric;
    std::string bounds;  ///< of the first point; a sweep may vary them
    std::string because;
    std::uint64_t met = 0;
    std::uint64_t missed = 0;
    std::uint64_t not_decided = 0;
    std::uint64_t not_measured = 0;
    std::uint64_t allowed = 0;
  };
  /// So many are kept by name.
  static constexpr std::size_t most_named = 50;

  CaseCounts cases;
  std::uint64_t points = 0;            ///< with anything expected of them
  std::uint64_t points_missed = 0;     ///< of these
  std::vector<Count> counts;           ///< by place in the list, and metric where points differ in it
  std::vector<std::string> misses;     ///< "point 3 (rate = 40): latency_s.p95 is ...", the first ones
  std::vector<std::string> miss_rows;  ///< the same as rows of a Markdown table
  std::uint64_t missed = 0;            ///< how many there are in all

  void add(PointVerdicts const& point);

 private:
  std::vector<std::size_t> places_;  ///< by count: place in the list
};

/// The Markdown of a sweep: how many points keep each expectation, and the first misses by name.
std::string sweep_markdown(std::string const& sweep, SweepVerdicts const& verdicts);

}  // namespace coinfer
