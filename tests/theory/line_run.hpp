// Runs jobs through a line of stations and links in the kernel, and says what became of each: the side of the theory tests
// that is under test. The other side, recursions.hpp, knows nothing of the kernel.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/kernel/simulation.hpp"

namespace coinfer::theory {

/// One stop of the line. A compute stage takes seconds of work to a station, a transfer stage takes bytes over a link.
struct Stage {
  TaskKind kind = TaskKind::compute;
  StationSpec station;          ///< of a compute stage
  PipeSpec pipe;                ///< of a transfer stage
  double latency_s = 0;         ///< of a transfer stage
  std::vector<double> amounts;  ///< by job
};

/// At `time_s` a station goes up (not 0) or down (0), or the bandwidth of a link becomes `value`.
struct Change {
  double time_s;
  std::size_t stage;
  double value;
};

struct Outcome {
  double end_s = 0;
  PartTimes parts{};  ///< of the whole line
};

/// By job. Jobs arrive at `arrivals_s`, in order, and take the stages one after the other.
std::vector<Outcome> run_line(EngineKind engine, std::vector<double> const& arrivals_s, std::vector<Stage> const& stages,
                              std::vector<Change> const& changes = {});

/// `count` draws of a stream of their own.
std::vector<double> draws(Distribution const& distribution, std::size_t count, std::uint64_t seed,
                          std::string_view purpose);

/// Arrival times with these gaps: gap 0 passes before the first.
std::vector<double> arrivals_of(std::vector<double> const& gaps_s);

/// The largest |a[i] - b[i]|; infinity where the lengths differ or a number is not one.
double largest_difference(std::vector<double> const& a, std::vector<double> const& b);

/// `count` numbers taken from outcomes: their ends, or one part of each.
std::vector<double> ends_of(std::vector<Outcome> const& outcomes);
std::vector<double> part_of(std::vector<Outcome> const& outcomes, Part part);

}  // namespace coinfer::theory
