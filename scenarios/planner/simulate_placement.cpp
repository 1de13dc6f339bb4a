#include "scenarios/planner/simulate_placement.hpp"

#include <limits>

#include "scenarios/run/run.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

/// Joules of a run beyond what its machines draw when idle, by request; nothing where any of it is not measured.
std::optional<double> added_energy_j(Scenario const& scenario, Results const& results) {
  std::uint64_t const requests = results.all.admitted();
  if (!results.energy_j.value || requests == 0) return std::nullopt;
  double idle_w = 0;
  for (Device const& device : scenario.platform.devices()) {
    for (Processor const& processor : device.processors) {
      if (!processor.idle) return std::nullopt;
      idle_w += processor.idle->value() * device.count;
    }
  }
  return (*results.energy_j.value - idle_w * results.record.end_s) / static_cast<double>(requests);
}

void note_misses(SimulatedPlacement& run, PlanSetting const& setting, Results const& results) {
  double constexpr ms = 1e-3;
  proto::PlanConstraints const& bounds = setting.constraints;
  double constexpr unknown = std::numeric_limits<double>::infinity();
  if (bounds.has_latency_p95_ms() && run.latency_p95_s.value_or(unknown) > bounds.latency_p95_ms() * ms) {
    run.misses.push_back("latency_p95_ms at most " + shortest(bounds.latency_p95_ms()));
  }
  if (bounds.has_latency_p99_ms() && run.latency_p99_s.value_or(unknown) > bounds.latency_p99_ms() * ms) {
    run.misses.push_back("latency_p99_ms at most " + shortest(bounds.latency_p99_ms()));
  }
  for (FloorVerdict const& verdict : results.floors) {
    if (!verdict.kept) run.misses.push_back(to_text(verdict.floor));
  }
}

}  // namespace

SimulatedPlacement simulate_placement(PlanRequest const& request, PlanSetting const& setting,
                                      std::vector<std::string> const& assignments, Catalog const& catalog) {
  SimulatedPlacement done;
  LoadOptions load = request.load;
  load.assignments.insert(load.assignments.end(), assignments.begin(), assignments.end());
  Diagnostics diagnostics;
  std::optional<Scenario> const scenario = load_scenario_text(request.file, request.text, load, catalog, diagnostics);
  if (!scenario) {
    Diagnostic const first = diagnostics.sorted().front();
    done.failure = first.problem + (first.why.empty() ? "" : " (" + first.why + ")");
    return done;
  }
  try {
    Results const results = run(*scenario);
    WorkloadResult const& workload = results.workloads[setting.index];
    if (workload.latency_s) {
      done.latency_mean_s = workload.latency_s->mean;
      done.latency_p95_s = workload.latency_s->p95;
      done.latency_p99_s = workload.latency_s->p99;
    }
    done.throughput_per_s = workload.throughput_per_s;
    done.energy_j = added_energy_j(*scenario, results);
    std::uint64_t const requests = results.all.admitted();
    if (results.cost_usd.value && requests > 0) done.cost_usd = *results.cost_usd.value / static_cast<double>(requests);
    done.load = results.saturation;
    note_misses(done, setting, results);
  } catch (RunError const& error) {
    done.failure = error.what();
  }
  return done;
}

}  // namespace coinfer
