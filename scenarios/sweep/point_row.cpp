#include "scenarios/sweep/point_row.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "scenarios/frontier/leakage_answer.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

constexpr std::string_view floors_column = "floors_kept";

/// Adds columns with a common beginning of their names.
class Measures {
 public:
  Measures(PointRow& row, std::string prefix) : row_(row), prefix_(std::move(prefix)) {}

  void text(std::string const& name, std::string_view value, std::string stands_in = {}) {
    row_.columns.push_back({prefix_ + name, std::move(stands_in)});
    row_.values.emplace_back(value);
  }
  void number(std::string const& name, std::optional<double> value) { text(name, value ? shortest(*value) : ""); }
  void count(std::string const& name, std::uint64_t value) { text(name, std::to_string(value)); }
  void truth(std::string const& name, bool value) { text(name, value ? "true" : "false"); }

  /// `quantity` is without its unit: "latency".
  void summary(std::string const& quantity, std::optional<Summary> const& summary) {
    auto const one = [&](char const* which, double Summary::*member) {
      number(quantity + "_" + which + "_s", summary ? std::optional<double>((*summary).*member) : std::nullopt);
    };
    one("mean", &Summary::mean);
    one("p50", &Summary::p50);
    one("p90", &Summary::p90);
    one("p95", &Summary::p95);
    one("p99", &Summary::p99);
    one("max", &Summary::max);
  }

 private:
  PointRow& row_;
  std::string prefix_;
};

void add_requests(Measures& measures, WorkloadResult const& result) {
  measures.count("requests_submitted", result.submitted);
  for (std::size_t i = 0; i < outcome_count; ++i) {
    measures.count("requests_" + std::string(to_string(static_cast<Outcome>(i))), result.outcomes[i]);
  }
  measures.count("requests_counted", result.counted);
  measures.summary("latency", result.latency_s);
  measures.number("throughput_per_s", result.throughput_per_s);
  measures.summary("ttft", result.ttft_s);
  measures.summary("tpot", result.tpot_s);
  measures.count("prompt_tokens", result.prompt_tokens);
  measures.count("output_tokens", result.output_tokens);
  measures.number("output_tokens_per_s", result.output_tokens_per_s);
  measures.number("slo_met", result.objective_met);
  measures.number("goodput_per_s", result.goodput_per_s);
}

/// What one adversary can do to one workload.
void add_leakage(PointRow& row, std::string const& adversary, std::string const& prefix,
                 std::span<PrivacyScore const> scores) {
  Measures measures(row, prefix);
  std::string const otherwise = "other_metrics.status";
  auto const answer_to = [&](std::string const& metric, std::string const& scale) {
    return leakage_answer({adversary, metric, scale, true}, scores);
  };
  std::set<std::pair<std::string, std::string>> asked;
  for (PrivacyScore const& score : scores) {
    if (score.adversary != adversary || !score.value) continue;
    if (!asked.insert({score.metric, score.scale}).second) continue;
    LeakageAnswer const answer = answer_to(score.metric, score.scale);
    std::string const name = score.metric + (score.scale.empty() ? "" : "." + score.scale);
    measures.number(name, answer.value);
    measures.text(name + ".status", to_string(answer.status), prefix + otherwise);
  }
  measures.text(otherwise, to_string(answer_to("", "").status));
}

void add_all_leakage(PointRow& row, Scenario const& scenario, Results const& results) {
  for (Workload const& workload : scenario.workloads) {
    std::vector<PrivacyScore> scores;
    std::copy_if(results.privacy.begin(), results.privacy.end(), std::back_inserter(scores),
                 [&](PrivacyScore const& score) { return score.workload == workload.name; });
    for (Adversary const& adversary : scenario.adversaries) {
      std::string const whose = scenario.workloads.size() > 1 ? workload.name + "." : "";
      add_leakage(row, adversary.name, "leakage." + adversary.name + "." + whose, scores);
    }
  }
}

void add_ledgers(PointRow& row, Results const& results) {
  for (LedgerResult const& ledger : results.ledgers) {
    Measures measures(row, "ledger." + ledger.source + ".");
    for (std::size_t t = 0; t < composition_theorems; ++t) {
      std::string const theorem(to_string(static_cast<CompositionTheorem>(t)));
      measures.number(theorem + ".worst_epsilon", ledger.epsilon[t].worst);
    }
    measures.count("exhausted_users", ledger.exhausted_users);
    measures.count("requests_refused", ledger.refused);
    measures.count("requests_over_budget", ledger.over_budget);
  }
}

void add_floors(PointRow& row, Results const& results) {
  if (results.floors.empty()) return;
  Measures measures(row, "");
  measures.truth(std::string(floors_column),
                 std::all_of(results.floors.begin(), results.floors.end(), [](auto const& floor) { return floor.kept; }));
  for (std::size_t i = 0; i < results.floors.size(); ++i) {
    std::string const floor = "floors[" + std::to_string(i) + "]." + results.floors[i].floor.metric;
    measures.number(floor, results.floors[i].value);
    measures.truth(floor + ".kept", results.floors[i].kept);
  }
}

}  // namespace

std::string_view to_string(PointStatus status) {
  switch (status) {
    case PointStatus::ok:
      return "ok";
    case PointStatus::failed:
      return "failed";
    default:
      return "invalid";
  }
}

void add_measures(PointRow& row, Scenario const& scenario, Results const& results) {
  Measures measures(row, "");
  add_requests(measures, results.all);
  measures.text("saturation", results.saturation ? to_string(*results.saturation) : "");
  measures.text("bottleneck", results.bottleneck);
  measures.number("up_bytes", results.bytes_up);
  measures.number("down_bytes", results.bytes_down);
  measures.number("energy_j", results.energy_j.value);
  measures.number("cost_usd", results.cost_usd.value);
  measures.number("end_s", results.record.end_s);
  measures.count("events", results.record.events);
  if (results.workloads.size() > 1) {
    for (WorkloadResult const& workload : results.workloads) {
      Measures own(row, workload.name + ".");
      add_requests(own, workload);
      own.number("up_bytes", workload.bytes_up);
      own.number("down_bytes", workload.bytes_down);
    }
  }
  add_all_leakage(row, scenario, results);
  add_ledgers(row, results);
  add_floors(row, results);
}

bool misses_floor(PointRow const& row) {
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    if (row.columns[i].name == floors_column) return row.values[i] == "false";
  }
  return false;
}

}  // namespace coinfer
