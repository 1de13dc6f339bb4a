// The figures of the requests of a run, all or of one workload.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "scenarios/gate/verdict.hpp"
#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// What a figure is made of, one value a request that counts.
enum class Series : std::uint8_t {
  none,  ///< A total of the run.
  latency,
  first_token,
  per_token,
  part,       ///< One part of the latency.
  objective,  ///< Whether the request kept its service objective, 1 or 0.
  ends,       ///< One at each end of a request,
  good_ends,  ///< of a request that kept its objective,
  tokens,     ///< and as many as it has output tokens.
};

/// What is made of the series.
enum class Statistic : std::uint8_t { none, mean, quantile, share, rate };

struct RequestFigure {
  std::string name;         ///< The path below the run or the workload.
  std::string description;  ///< For people, with the unit.
  std::string absence;      ///< Why a run may have no value; empty where it always has one.
  std::function<std::optional<double>(WorkloadResult const&)> value;
  Series series = Series::none;
  Statistic statistic = Statistic::none;
  double q = 0;          ///< Of a quantile.
  std::size_t part = 0;  ///< Index in `part_names`.
  /// Whether it becomes worse the longer a run is that does not keep up.
  bool grows = false;
};

/// Every one that summary.json has, in its order.
std::span<RequestFigure const> request_figures();

/// The value and, where it has one, the interval. `workload` is the index of `result`; nothing stands for all.
FigureValue measure_requests(RequestFigure const& figure, Scenario const& scenario, RunRecord const& record,
                             WorkloadResult const& result, std::optional<std::uint32_t> workload);

}  // namespace coinfer
