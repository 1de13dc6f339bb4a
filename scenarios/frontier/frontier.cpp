#include "scenarios/frontier/frontier.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "privacy/leakage_metric.hpp"
#include "scenarios/frontier/leakage_answer.hpp"
#include "scenarios/frontier/moved_cut.hpp"
#include "scenarios/frontier/pareto.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// The costs of one cut, and everything its adversaries learned of the workload.
struct CutRun {
  FrontierCut cut;
  std::vector<PrivacyScore> scores;
};

void check_metrics(std::vector<std::string> const& wanted) {
  std::vector<std::string> names;
  for (LeakageMetric const& metric : leakage_metrics()) names.emplace_back(metric.name);
  for (std::string const& name : wanted) {
    LeakageMetric const* const metric = find_leakage_metric(name);
    if (metric == nullptr) {
      std::string const hint = did_you_mean(name, names);
      throw InputError("--metric: no metric '" + name + "'" +
                       (hint.empty() ? " (coinfer list metrics lists them)" : " " + hint + "?"));
    }
    if (metric->more_private == PrivateDirection::none) {
      throw InputError("--metric: '" + name + "' measures utility, not leakage");
    }
  }
}

/// The first problem in words; its place is that of our own assignment and says nothing.
std::string first_problem(Diagnostics const& diagnostics) {
  Diagnostic first = diagnostics.sorted().front();
  return first.problem + (first.why.empty() ? "" : " (" + first.why + ")");
}

std::optional<double> of_a_request(std::optional<double> total, std::uint64_t requests) {
  if (!total || requests == 0) return std::nullopt;
  return *total / static_cast<double>(requests);
}

void take_costs(FrontierCut& cut, Results const& results, WorkloadResult const& workload) {
  if (workload.latency_s) {
    cut.latency_mean_s = workload.latency_s->mean;
    cut.latency_p95_s = workload.latency_s->p95;
  }
  cut.up_bytes = of_a_request(workload.bytes_up, workload.admitted());
  cut.down_bytes = of_a_request(workload.bytes_down, workload.admitted());
  cut.energy_j = {of_a_request(results.energy_j.value, results.all.admitted()), results.energy_j.reason};
  cut.cost_usd = {of_a_request(results.cost_usd.value, results.all.admitted()), results.cost_usd.reason};
  cut.throughput_per_s = workload.throughput_per_s;
  cut.load = results.saturation;
}

CutRun run_cut(FrontierQuestion const& question, MovableCut const& movable, CutChoice const& choice,
               Catalog const& catalog) {
  CutRun done;
  done.cut.name = choice.name;
  done.cut.place = choice.place;
  done.cut.aliases = choice.aliases;
  done.cut.own = choice.name == movable.own;
  done.cut.protocol = choice.whole_at_cloud ? "cloud_only" : choice.whole_at_edge ? "local_only" : "plain_split";
  LoadOptions load = question.load;
  for (std::string& assignment : assignments_of(movable, choice)) load.assignments.push_back(std::move(assignment));
  Diagnostics diagnostics;
  std::optional<Scenario> const scenario = load_scenario_text(question.file, question.text, load, catalog, diagnostics);
  if (!scenario) {
    done.cut.failure = first_problem(diagnostics);
    return done;
  }
  try {
    Results const results = run(*scenario);
    for (std::size_t w = 0; w < scenario->workloads.size(); ++w) {
      if (scenario->workloads[w].name == movable.workload) take_costs(done.cut, results, results.workloads[w]);
    }
    for (PrivacyScore const& score : results.privacy) {
      if (score.workload == movable.workload) done.scores.push_back(score);
    }
  } catch (RunError const& error) {
    done.cut.failure = error.what();
  }
  return done;
}

/// What a cut costs by a question's metric, smaller is better; nothing where it has no rank.
std::optional<double> rank(LeakageQuestion const& question, LeakageAnswer const& answer) {
  double constexpr worst = std::numeric_limits<double>::infinity();
  switch (answer.status) {
    case ScoreStatus::measured: {
      if (!answer.value) return std::nullopt;
      bool const larger_is_better = find_leakage_metric(question.metric)->more_private == PrivateDirection::larger;
      return larger_is_better ? -*answer.value : *answer.value;
    }
    case ScoreStatus::raw_input:
      return worst;
    case ScoreStatus::nothing_seen:
    case ScoreStatus::ciphertext_only:
      return -worst;
    default:
      return std::nullopt;
  }
}

bool takes_part(FrontierCut const& cut) {
  return cut.failure.empty() && cut.latency_p95_s && cut.load != Saturation::overloaded;
}

Scenario load_or_throw(FrontierQuestion const& question, Catalog const& catalog) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario_text(question.file, question.text, question.load, catalog, diagnostics);
  if (!scenario) throw InputError(diagnostics);
  return std::move(*scenario);
}

MovableCut movable_or_throw(FrontierQuestion const& question, Catalog const& catalog) {
  Diagnostics diagnostics;
  std::optional<MovableCut> movable;
  if (auto const read = read_scenario_text(question.file, question.text, question.load, diagnostics)) {
    movable = find_movable_cut(*read, question.workload, catalog, diagnostics);
    if (movable && read->message.adversaries_size() == 0) {
      diagnostics.add(read->where().here(), "the scenario has no adversary", "leakage is always to somebody");
    }
  }
  if (!diagnostics.ok()) throw InputError(diagnostics);
  return std::move(*movable);
}

std::vector<TransitionZone> zones_of(Scenario const& scenario, Workload const& workload, MovableCut const& movable,
                                     Catalog const& catalog) {
  Diagnostics diagnostics;
  std::vector<PublishedTransition> const published = load_transition_catalog(catalog.extra, diagnostics);
  if (!diagnostics.ok()) throw InputError(diagnostics);
  return transition_zones(*scenario.leakage, published, workload.leakage_model, workload.dataset, movable.choices);
}

}  // namespace

bool compares_across_cuts(std::string_view metric) {
  std::array<std::string_view, 4> constexpr of_one_cut = {"rc2", "rc2_per_dimension", "feature_entropy_bound_nat",
                                                          "decision_entropy_bound_nat"};
  if (std::find(of_one_cut.begin(), of_one_cut.end(), metric) != of_one_cut.end()) return false;
  LeakageMetric const* const known = find_leakage_metric(metric);
  return known != nullptr && known->more_private != PrivateDirection::none;
}

void mark_pareto_optimal(Frontier& frontier) {
  frontier.bytes_compared = frontier.energy_compared = true;
  for (FrontierCut const& cut : frontier.cuts) {
    if (!takes_part(cut)) continue;
    frontier.bytes_compared = frontier.bytes_compared && cut.up_bytes && cut.down_bytes;
    frontier.energy_compared = frontier.energy_compared && cut.energy_j.value;
  }
  for (std::size_t q = 0; q < frontier.questions.size(); ++q) {
    std::vector<LeakageAnswer*> ranked;
    std::vector<std::vector<double>> costs;
    for (FrontierCut& cut : frontier.cuts) {
      if (!cut.failure.empty()) continue;
      cut.answers[q].pareto_optimal = false;
      std::optional<double> const by_metric = rank(frontier.questions[q], cut.answers[q]);
      if (!takes_part(cut) || !frontier.questions[q].comparable || !by_metric) continue;
      std::vector<double> cost = {*cut.latency_p95_s, *by_metric};
      if (frontier.bytes_compared) cost.push_back(*cut.up_bytes + *cut.down_bytes);
      if (frontier.energy_compared) cost.push_back(*cut.energy_j.value);
      ranked.push_back(&cut.answers[q]);
      costs.push_back(std::move(cost));
    }
    std::vector<bool> const optimal = pareto_optimal(costs);
    for (std::size_t i = 0; i < ranked.size(); ++i) ranked[i]->pareto_optimal = optimal[i];
  }
}

Frontier find_frontier(FrontierQuestion const& question, Catalog const& catalog, FrontierProgress const& progress) {
  check_metrics(question.metrics);
  Scenario const as_it_stands = load_or_throw(question, catalog);
  MovableCut const movable = movable_or_throw(question, catalog);
  std::vector<CutChoice> const choices = chosen_cuts(movable, question.cuts);
  std::vector<CutRun> runs;
  std::vector<PrivacyScore> scores;
  for (CutChoice const& choice : choices) {
    if (progress) progress(runs.size(), choices.size(), choice.name);
    runs.push_back(run_cut(question, movable, choice, catalog));
    scores.insert(scores.end(), runs.back().scores.begin(), runs.back().scores.end());
  }
  if (progress) progress(runs.size(), choices.size(), "");
  std::vector<std::string> adversaries;
  for (Adversary const& adversary : as_it_stands.adversaries) adversaries.push_back(adversary.name);
  auto const workload = std::find_if(as_it_stands.workloads.begin(), as_it_stands.workloads.end(),
                                     [&](Workload const& known) { return known.name == movable.workload; });
  Frontier frontier;
  frontier.scenario = as_it_stands.name;
  frontier.workload = movable.workload;
  frontier.model = workload->model;
  frontier.leakage_model = workload->leakage_model;
  frontier.dataset = workload->dataset;
  frontier.questions = leakage_questions(adversaries, scores, question.metrics);
  for (CutRun& done : runs) {
    if (done.cut.failure.empty()) {
      for (LeakageQuestion const& asked : frontier.questions)
        done.cut.answers.push_back(leakage_answer(asked, done.scores));
    }
    frontier.cuts.push_back(std::move(done.cut));
  }
  frontier.zones = zones_of(as_it_stands, *workload, movable, catalog);
  mark_pareto_optimal(frontier);
  return frontier;
}

}  // namespace coinfer
