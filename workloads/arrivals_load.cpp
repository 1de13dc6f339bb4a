#include "workloads/arrivals_load.hpp"

#include <cassert>
#include <cmath>
#include <memory>
#include <utility>

#include "sim/base/distribution_load.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/number_format.hpp"
#include "workloads/arrival_trace.hpp"

namespace coinfer {

namespace {

// The smallest rates are legal numbers whose inverse is not.
bool check_rate(double rate_per_s, Where const& where, Diagnostics& diagnostics) {
  if (std::isfinite(1 / rate_per_s)) return true;
  diagnostics.add(where.field("rate_per_s"), "rate_per_s is " + shortest(rate_per_s), "its mean gap is not finite");
  return false;
}

std::optional<ArrivalPattern> load_replay(proto::Arrivals::Replay const& message, Where const& where,
                                          std::filesystem::path const& folder, Diagnostics& diagnostics) {
  auto trace = load_arrival_trace(folder / message.path(), where.field("path"), diagnostics);
  if (!trace) return std::nullopt;
  std::vector<Seconds>& times = trace->times;
  if (message.has_time_scale()) {
    for (Seconds& time : times) time = time * message.time_scale();
  }
  if (!std::isfinite(times.back().value())) {
    diagnostics.add(where.field(message.has_time_scale() ? "time_scale" : "path"), "the scaled trace has no finite end");
    return std::nullopt;
  }
  ReplayPattern pattern;
  pattern.times = std::make_shared<std::vector<Seconds> const>(std::move(times));
  pattern.lengths = std::move(trace->lengths);
  if (message.has_keep()) pattern.keep = message.keep();
  return pattern;
}

std::optional<ArrivalPattern> load_closed_loop(proto::Arrivals::ClosedLoop const& message, Where const& where,
                                               Diagnostics& diagnostics) {
  ClosedLoop loop;
  loop.users = message.users();
  if (message.has_think_s()) {
    Diagnostics found;
    check_distribution(message.think_s(), where.child("think_s"), found);
    for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
    if (!found.ok()) return std::nullopt;
    loop.think = load_distribution(message.think_s());
  }
  return loop;
}

}  // namespace

std::optional<ArrivalPattern> load_arrivals(proto::Arrivals const& message, Where const& where,
                                            std::filesystem::path const& folder, Diagnostics& diagnostics) {
  Diagnostics rules;
  check_rules(message, where, rules);
  if (!rules.ok()) return std::nullopt;
  switch (message.kind_case()) {
    case proto::Arrivals::kPoisson:
      if (!check_rate(message.poisson().rate_per_s(), where.child("poisson"), diagnostics)) return std::nullopt;
      return PoissonPattern{message.poisson().rate_per_s()};
    case proto::Arrivals::kFixedRate:
      if (!check_rate(message.fixed_rate().rate_per_s(), where.child("fixed_rate"), diagnostics)) return std::nullopt;
      return FixedRatePattern{message.fixed_rate().rate_per_s()};
    case proto::Arrivals::kGamma:
      if (!check_rate(message.gamma().rate_per_s(), where.child("gamma"), diagnostics)) return std::nullopt;
      return GammaPattern{message.gamma().rate_per_s(), message.gamma().cv()};
    case proto::Arrivals::kClosedLoop:
      return load_closed_loop(message.closed_loop(), where.child("closed_loop"), diagnostics);
    case proto::Arrivals::kReplay:
      return load_replay(message.replay(), where.child("replay"), folder, diagnostics);
    case proto::Arrivals::KIND_NOT_SET:
      break;
  }
  assert(false && "check_rules refuses arrivals of no kind");
  return std::nullopt;
}

}  // namespace coinfer
