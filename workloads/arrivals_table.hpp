// Every way in which requests can come, and how to make one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "workloads/closed_loop.hpp"
#include "workloads/fixed_rate_arrivals.hpp"
#include "workloads/gamma_arrivals.hpp"
#include "workloads/poisson_arrivals.hpp"
#include "workloads/replay_arrivals.hpp"

namespace coinfer {

/// What a scenario says about the arrivals of one workload; `workloads/arrivals_load.hpp` reads it.
using ArrivalPattern = std::variant<PoissonPattern, FixedRatePattern, GammaPattern, ClosedLoop, ReplayPattern>;

/// One line of the table. Entries stand in the order of the variant's alternatives.
struct ArrivalsEntry {
  std::string_view name;  ///< the field of the schema: "poisson"
  std::string_view description;
  /// Makes the arrivals of workload `index`, whose streams are "arrivals.gap" and "arrivals.keep" of that index. Null for
  /// the closed loop, which is not open.
  std::unique_ptr<Arrivals> (*make)(ArrivalPattern const& pattern, std::uint64_t seed, std::uint64_t index);
};

/// Everything `coinfer list arrivals` prints.
std::span<ArrivalsEntry const> arrivals_table();

/// The arrivals of `pattern` for workload `index`; null where it is a closed loop, which the run loop drives.
std::unique_ptr<Arrivals> make_arrivals(ArrivalPattern const& pattern, std::uint64_t seed, std::uint64_t index);

}  // namespace coinfer
