// points.csv: one row a run, in the order of points and replications, whoever ran them and when.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/gate/gate_files.hpp"
#include "scenarios/sweep/axis_effects.hpp"
#include "scenarios/sweep/point_verdicts.hpp"
#include "scenarios/sweep/sweep_journal.hpp"

namespace coinfer {

/// What a table says as a whole.
struct PointsSummary {
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;
  std::uint64_t invalid = 0;
  std::uint64_t missed_floors = 0;                  ///< runs that missed one
  std::string first_reason;                         ///< of the first run that is not ok; empty where all are
  std::vector<AxisEffects::Verdict> axis_verdicts;  ///< by axis
  SweepVerdicts verdicts;                           ///< on what was expected
  std::vector<std::uint32_t> idle_skips;            ///< rules that leave out no point, by position
};

/// Columns of the runs of several scenarios as one list: each column once, in its scenario's order, new ones right after
/// the column that they follow there.
void merge_columns(std::vector<PointColumn>& all, std::vector<PointColumn> const& more);

/// Writes the runs that the journals have, which must be of one sweep; of a run that several have, the first one's. The
/// file is there complete or not at all. Throws InputError where an axis has the name of another column, OutputError where
/// the file cannot be written.
PointsSummary write_points_csv(std::vector<SweepJournal> const& journals, std::filesystem::path const& path);

/// Writes what the points were expected to be, for --junit and --markdown; `summary` is that of write_points_csv for the
/// same journals. Throws OutputError.
void write_sweep_gates(GateFiles const& files, std::vector<SweepJournal> const& journals, PointsSummary const& summary);

}  // namespace coinfer
