#include <cmath>

#include "privacy/score.hpp"
#include "scenarios/planner/plan_report.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

std::string number(std::optional<double> value) { return value && std::isfinite(*value) ? shortest(*value) : ""; }

std::string joined(std::vector<std::string> const& parts, std::string const& between) {
  std::string text;
  for (std::string const& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string row(PlanChoice const& choice, std::string const& kind, std::size_t place) {
  PricedPlacement const& priced = choice.priced;
  SimulatedPlacement const run = choice.simulated.value_or(SimulatedPlacement{});
  std::vector<std::string> fields = {kind,
                                     place > 0 ? std::to_string(place) : "",
                                     choice.rank ? std::to_string(*choice.rank) : "",
                                     choice.own ? "true" : "false",
                                     choice.optimal ? "true" : "false",
                                     choice.text,
                                     choice.protocol,
                                     number(priced.latency_s()),
                                     number(priced.throughput_per_s()),
                                     priced.bottleneck,
                                     number(priced.energy_j),
                                     number(priced.cost_usd),
                                     number(priced.bytes),
                                     std::to_string(priced.places),
                                     priced.leakage ? std::string(to_string(priced.leakage->status)) : "",
                                     priced.leakage ? number(priced.leakage->value) : "",
                                     joined(choice.misses, "; "),
                                     number(run.latency_mean_s),
                                     number(run.latency_p95_s),
                                     number(run.latency_p99_s),
                                     number(run.throughput_per_s),
                                     number(run.energy_j),
                                     number(run.cost_usd),
                                     run.load ? std::string(to_string(*run.load)) : "",
                                     joined(run.misses, "; "),
                                     run.failure};
  std::string assignments;
  for (std::string const& one : choice.assignments) assignments += (assignments.empty() ? "'" : " '") + one + "'";
  fields.push_back(assignments);
  std::string text;
  CsvLine line(text);
  for (std::string const& field : fields) line.text(field);
  line.end();
  return text;
}

}  // namespace

std::string plan_csv(PlanAnswer const& answer) {
  std::string text =
      "kind,place,rank,own,pareto_optimal,placement,protocol,latency_s,throughput_per_s,bottleneck,energy_j,cost_usd,bytes,"
      "places,leakage,leakage_value,misses,simulated_latency_mean_s,simulated_latency_p95_s,simulated_latency_p99_s,"
      "simulated_throughput_per_s,simulated_energy_j,simulated_cost_usd,simulated_load,simulated_misses,failure,"
      "assignments\n";
  for (std::size_t i = 0; i < answer.choices.size(); ++i) text += row(answer.choices[i], "choice", i + 1);
  for (PlanChoice const& choice : answer.front) {
    bool there = false;
    for (PlanChoice const& other : answer.choices) there = there || other.priced.placement == choice.priced.placement;
    if (!there) text += row(choice, "front", 0);
  }
  return text;
}

}  // namespace coinfer
