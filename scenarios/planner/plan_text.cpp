#include <algorithm>
#include <cmath>

#include "scenarios/planner/plan_report.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/report/text_table.hpp"

namespace coinfer {

namespace {

std::size_t constexpr shown_of_front = 20;
char const* const dash_legend = "-: not known, or (rank) not among the best.\n";

std::string duration(std::optional<double> time_s) { return time_s ? readable_duration(*time_s) : "-"; }
std::string number(std::optional<double> value) { return value && std::isfinite(*value) ? readable_number(*value) : "-"; }

std::string joined(std::vector<std::string> const& parts, std::string const& between) {
  std::string text;
  for (std::string const& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string word_of(proto::PlanObjective objective) {
  switch (objective) {
    case proto::THROUGHPUT:
      return "throughput";
    case proto::ENERGY:
      return "energy";
    case proto::MONEY:
      return "money";
    case proto::LEAKAGE:
      return "leakage";
    default:
      return "latency";
  }
}

std::string leakage_text(PricedPlacement const& priced) {
  if (!priced.leakage) return "-";
  if (priced.leakage->value) return readable_number(*priced.leakage->value);
  switch (priced.leakage->status) {
    case ScoreStatus::raw_input:
      return "raw input";
    case ScoreStatus::ciphertext_only:
      return "ciphertext";
    case ScoreStatus::nothing_seen:
      return "nothing seen";
    default:
      return "not measured";
  }
}

std::string marks_of(PlanChoice const& choice) {
  return std::string(choice.optimal ? "*" : "") + (choice.own ? "own" : "");
}

std::string state_of(PlanChoice const& choice) {
  std::vector<std::string> words = choice.misses;
  if (choice.simulated) {
    SimulatedPlacement const& run = *choice.simulated;
    if (!run.failure.empty()) return "cannot run: " + run.failure;
    words.insert(words.end(), run.misses.begin(), run.misses.end());
  }
  std::string const missed = words.empty() ? "" : "misses " + joined(words, ", ");
  bool const overloaded = choice.simulated && choice.simulated->load == Saturation::overloaded;
  return std::string(overloaded ? "OVERLOADED" : "") + (overloaded && !missed.empty() ? ", " : "") + missed;
}

template <class Cell>
TextColumn column(std::string group, std::string title, std::vector<PlanChoice> const& choices, Cell const& cell,
                  bool words = false) {
  TextColumn made{std::move(group), std::move(title), {}, words};
  for (PlanChoice const& choice : choices) made.cells.push_back(cell(choice));
  return made;
}

std::vector<TextColumn> closed_form_columns(std::vector<PlanChoice> const& choices, bool leakage) {
  std::string const group = "closed form, one request alone";
  auto const any = [&](auto const& has) { return std::any_of(choices.begin(), choices.end(), has); };
  std::vector<TextColumn> columns;
  columns.push_back(column(group, "latency", choices, [](auto const& c) { return duration(c.priced.latency_s()); }));
  columns.push_back(column(group, "per s", choices, [](auto const& c) { return number(c.priced.throughput_per_s()); }));
  columns.push_back(column(
      group, "bottleneck", choices, [](auto const& c) { return c.priced.bottleneck; }, true));
  columns.push_back(column(group, "sent", choices, [](auto const& c) { return readable_size(c.priced.bytes); }));
  if (any([](auto const& c) { return c.priced.energy_j.has_value(); })) {
    columns.push_back(column(group, "added J", choices, [](auto const& c) { return number(c.priced.energy_j); }));
  }
  if (any([](auto const& c) { return c.priced.cost_usd.has_value(); })) {
    columns.push_back(column(group, "USD", choices, [](auto const& c) { return number(c.priced.cost_usd); }));
  }
  if (leakage) {
    columns.push_back(column(group, "leakage", choices, [](auto const& c) { return leakage_text(c.priced); }));
  }
  return columns;
}

void add_simulated_columns(std::vector<TextColumn>& columns, std::vector<PlanChoice> const& choices) {
  std::string const group = "simulated, all requests";
  auto const run = [](PlanChoice const& choice) { return choice.simulated.value_or(SimulatedPlacement{}); };
  columns.push_back(column(group, "mean", choices, [&](auto const& c) { return duration(run(c).latency_mean_s); }));
  columns.push_back(column(group, "p95", choices, [&](auto const& c) { return duration(run(c).latency_p95_s); }));
  columns.push_back(column(group, "p99", choices, [&](auto const& c) { return duration(run(c).latency_p99_s); }));
  columns.push_back(column(group, "per s", choices, [&](auto const& c) { return number(run(c).throughput_per_s); }));
  bool const energy =
      std::any_of(choices.begin(), choices.end(), [&](auto const& c) { return run(c).energy_j.has_value(); });
  if (energy) columns.push_back(column(group, "added J", choices, [&](auto const& c) { return number(run(c).energy_j); }));
}

std::string table_of(std::vector<PlanChoice> const& choices, bool leakage, bool simulated) {
  std::vector<TextColumn> columns;
  columns.push_back(
      column("", "rank", choices, [](auto const& c) { return c.rank ? std::to_string(*c.rank) : std::string("-"); }));
  columns.push_back(column("", "", choices, marks_of, true));
  columns.push_back(column(
      "", "placement", choices, [](auto const& c) { return c.text; }, true));
  std::vector<TextColumn> const closed = closed_form_columns(choices, leakage);
  columns.insert(columns.end(), closed.begin(), closed.end());
  std::vector<std::string> tails;
  if (simulated) add_simulated_columns(columns, choices);
  for (PlanChoice const& choice : choices) {
    std::string const state = state_of(choice);
    tails.push_back(state.empty() ? "" : "  " + state);
  }
  return text_table(columns, tails);
}

std::string infeasible_text(PlanAnswer const& answer) {
  std::string text = "\nNo placement keeps everything that it has to.\n";
  for (std::vector<std::string> const& set : answer.conflicts) {
    text += set.empty() ? "Even without any bound nothing is possible: no tier can run the layers.\n"
                        : "  possible without: " + joined(set, " and ") + "\n";
  }
  for (BestOfBound const& one : answer.best_of_bounds)
    text += "  " + one.bound + ": the best " + (one.unknown.empty() ? "possible" : "known") + " is " + one.best +
            (one.unknown.empty() ? "" : "; placements that use " + joined(one.unknown, ", ") + " have no figure") + "\n";
  return text;
}

bool any_money(PlanAnswer const& answer) {
  auto const has = [](PlanChoice const& choice) { return choice.priced.cost_usd.has_value(); };
  return std::any_of(answer.choices.begin(), answer.choices.end(), has) ||
         std::any_of(answer.front.begin(), answer.front.end(), has);
}

std::string notes_text(PlanAnswer const& answer) {
  std::string text;
  for (std::string const& note : answer.notes) text += "note: " + note + "\n";
  return text;
}

/// Why the answer is none, where placements keep the bounds of the closed form.
std::string not_kept_text(PlanAnswer const& answer) {
  if (!answer.unchecked.empty()) {
    return "\nNot checked: " + joined(answer.unchecked, ", ") +
           ". Only a simulation decides it; leave out --no-simulation.\n";
  }
  if (answer.all_overload()) {
    std::string text = "\nAll of these are overloaded";
    if (answer.offered_per_s) text += ": " + readable_number(*answer.offered_per_s) + " requests come a second";
    return text + ". Fewer requests, faster machines or links, or looser bounds are needed.\n";
  }
  if (!answer.none_keeps_under_load()) return "";
  return "\nNone of these keeps every bound under the scenario's load; more of the next best are simulated with --top.\n";
}

std::string legend(PlanAnswer const& answer, bool simulated) {
  std::string text = "\nrank: by the closed form, which ignores queues. *: on the Pareto front of " +
                     joined(answer.front_figures, ", ") + ". own: the scenario's own placement.\n";
  bool const energy = std::any_of(answer.choices.begin(), answer.choices.end(),
                                  [](PlanChoice const& choice) { return choice.priced.energy_j.has_value(); });
  if (energy) text += "added J: beyond what machines draw when idle.\n";
  if (any_money(answer)) {
    text +=
        "USD: for the time that a request keeps machines busy and the bytes that it moves, without the rent of idle "
        "ones.\n";
  }
  text += dash_legend;
  if (!simulated) return text;
  text +=
      "Simulated first is what keeps up with the requests that come by the closed form, of that the front before the "
      "rest.\n";
  if (answer.objective != proto::LATENCY) {
    text += "The order is that of the closed form";
    text += "; what misses a bound under load stands last.\n";
  } else if (answer.reordered) {
    text += "Under the scenario's load the order is another one than by the closed form: what waits for others counts.\n";
  } else {
    text += "Under the scenario's load the order is the same.\n";
  }
  return text;
}

std::string commands(PlanAnswer const& answer) {
  std::string text = "\nTo run one: coinfer run SCENARIO with\n";
  for (std::size_t i = 0; i < answer.choices.size(); ++i) {
    PlanChoice const& choice = answer.choices[i];
    if (choice.own || choice.assignments.empty()) continue;
    text += "  " + (choice.rank ? std::to_string(*choice.rank) : std::string("-")) + ":";
    for (std::string const& one : choice.assignments) text += " --set '" + one + "'";
    text += "\n";
  }
  return text;
}

std::string front_text(PlanAnswer const& answer) {
  std::string text = "\nPareto front by the closed form (" + joined(answer.front_figures, ", ") +
                     "): " + std::to_string(answer.front.size()) +
                     (answer.front.size() == 1 ? " placement" : " placements");
  std::vector<PlanChoice> shown = answer.front;
  if (shown.size() > shown_of_front) {
    // The ends and what lies between them at equal steps tell its shape.
    std::vector<PlanChoice> some;
    for (std::size_t i = 0; i < shown_of_front; ++i) some.push_back(shown[i * (shown.size() - 1) / (shown_of_front - 1)]);
    shown = std::move(some);
    text += ", " + std::to_string(shown_of_front) + " of them (all with --csv)";
  }
  std::vector<TextColumn> columns = {column(
      "", "placement", shown, [](auto const& c) { return c.text; }, true)};
  std::vector<TextColumn> const closed = closed_form_columns(shown, !answer.leakage_metric.empty());
  columns.insert(columns.end(), closed.begin(), closed.end());
  for (TextColumn& one : columns) one.group.clear();
  return text + "\n" + text_table(columns);
}

}  // namespace

std::string plan_text(PlanAnswer const& answer) {
  std::string text = "Plan of workload '" + answer.workload + "' of " + answer.scenario + ": " + answer.model + " over " +
                     joined(answer.tiers, ", ") + (answer.objective == proto::THROUGHPUT ? "; most " : "; least ") +
                     word_of(answer.objective);
  if (!answer.leakage_metric.empty()) text += ", leakage is " + answer.leakage_metric + " of '" + answer.adversary + "'";
  text += "\nSearched: " + answer.searched + "\n";
  bool const simulated = std::any_of(answer.choices.begin(), answer.choices.end(),
                                     [](PlanChoice const& choice) { return choice.simulated.has_value(); });
  if (!answer.feasible()) text += infeasible_text(answer);
  if (!answer.choices.empty()) text += "\n" + table_of(answer.choices, !answer.leakage_metric.empty(), simulated);
  if (!answer.feasible())
    return text + (answer.choices.empty() ? "" : std::string("\n") + dash_legend) + notes_text(answer);
  return text + not_kept_text(answer) + legend(answer, simulated) + notes_text(answer) + commands(answer) +
         front_text(answer);
}

}  // namespace coinfer
