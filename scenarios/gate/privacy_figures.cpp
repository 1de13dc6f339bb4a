#include "scenarios/gate/privacy_figures.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "privacy/leakage_metric.hpp"
#include "privacy/protection.hpp"
#include "scenarios/frontier/leakage_answer.hpp"
#include "scenarios/source_accounts.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

struct Field {
  char const* name;
  char const* description;
};

std::array<Field, 3> constexpr exposed_fields = {{
    {"exposed.requests", "requests of which it saw that"},
    {"exposed.users", "users whose requests these were"},
    {"exposed.most_per_user", "exposures of the user of whom most was seen"},
}};

/// Fields of one list, by their description in the order of summary.json.
std::vector<Field> fields_of(std::string_view group) {
  std::vector<Field> fields;
  if (group == "privacy") {
    fields = {{"value", "what the adversary achieves by the metric, in its unit; SCALE where there are several"},
              {"exposures", "how often it saw the tensor that this is about"}};
  } else if (group == "exposure_counts") {
    fields = {{"tensors", "different tensors that the adversary saw so protected"},
              {"exposures", "how often it saw any of them"}};
  } else if (group == "privacy_floors") {
    return {{"bound", "the bound of a floor, by its index from 0"}, {"value", "the worst figure that it covers"}};
  } else {
    return {{"delta", "the delta at which epsilons are told"},
            {"budget.epsilon", "what each user of the source may give away"},
            {"users", "users that asked for draws"},
            {"exhausted_users", "users whose budget did not suffice"},
            {"requests_refused", "requests that were refused for it"},
            {"requests_over_budget", "requests that went on over it"},
            {"first_exhausted_s", "when a budget first did not suffice, seconds"},
            {"epsilon.sequential.worst", "the largest total epsilon of any user, by the plain sum"},
            {"epsilon.sequential.mean", "its mean over users"},
            {"epsilon.advanced.worst", "the largest by advanced composition"},
            {"epsilon.advanced.mean", "its mean over users"},
            {"epsilon.renyi.worst", "the largest by Renyi divergences"},
            {"epsilon.renyi.mean", "its mean over users"}};
  }
  fields.insert(fields.end(), exposed_fields.begin(), exposed_fields.end());
  return fields;
}

std::array<Field, 4> constexpr groups = {{
    {"privacy", "ADVERSARY/WORKLOAD/METRIC/SCALE"},
    {"exposure_counts", "ADVERSARY/WORKLOAD/PROTECTION"},
    {"privacy_ledger", "SOURCE"},
    {"privacy_floors", "INDEX"},
}};

/// Removes "NAME/" from the beginning of `text` for the first of `names` that stands there.
std::optional<std::size_t> take_name(std::string& text, std::vector<std::string> const& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (text.rfind(names[i] + "/", 0) != 0) continue;
    text.erase(0, names[i].size() + 1);
    return i;
  }
  return std::nullopt;
}

/// An element of a list of what adversaries see: its parts, or what is wrong with it.
struct Seen {
  std::size_t adversary = 0;
  std::size_t workload = 0;
  std::string what;   ///< metric or protection; empty for a tensor that no attack was measured for
  std::string scale;  ///< empty: the only one
  std::optional<FigureProblem> problem;
};

Seen seen_by(std::string const& element, std::string const& form, Scenario const& scenario) {
  std::vector<std::string> adversaries;
  std::vector<std::string> workloads;
  for (Adversary const& adversary : scenario.adversaries) adversaries.push_back(adversary.name);
  for (Workload const& workload : scenario.workloads) workloads.push_back(workload.name);
  Seen seen;
  std::string rest = element;
  auto const unknown = [&](char const* kind, std::vector<std::string> const& names) {
    seen.problem = unknown_name(kind, rest.substr(0, rest.find('/')), names);
    seen.problem->why += "; what adversaries see is named " + form;
    return seen;
  };
  auto const adversary = take_name(rest, adversaries);
  if (!adversary) return unknown("adversary", adversaries);
  auto const workload = take_name(rest, workloads);
  if (!workload) return unknown("workload", workloads);
  seen.adversary = *adversary;
  seen.workload = *workload;
  std::size_t const slash = rest.find('/');
  seen.what = rest.substr(0, slash);
  if (slash != std::string::npos) seen.scale = rest.substr(slash + 1);
  return seen;
}

std::optional<FigureProblem> check_metric(Seen const& seen, bool for_value, Scenario const& scenario) {
  std::vector<std::string> names;
  for (LeakageMetric const& metric : leakage_metrics()) {
    if (metric.more_private != PrivateDirection::none) names.emplace_back(metric.name);
  }
  bool const thing = seen.what.empty() || seen.what == "input" || seen.what == "output";
  if (thing && !for_value) return std::nullopt;
  LeakageMetric const* const metric = find_leakage_metric(seen.what);
  if (metric != nullptr && metric->more_private == PrivateDirection::none) {
    return FigureProblem{"metric '" + seen.what + "' is no leakage", std::string(metric->description), ""};
  }
  if (metric == nullptr) {
    return FigureProblem{"no metric '" + seen.what + "'", "coinfer list metrics shows them",
                         did_you_mean(seen.what, names)};
  }
  std::set<std::string> scales;
  for (LeakageRow const& row : scenario.leakage->rows()) {
    if (row.metric == seen.what) scales.insert(row.scale);
  }
  if (seen.scale.empty() || scales.empty() || is_budget(seen.what) || scales.contains(seen.scale)) return std::nullopt;
  return unknown_name("scale", seen.scale, {scales.begin(), scales.end()});
}

std::vector<std::string> ledger_sources(Scenario const& scenario) {
  std::vector<std::string> names;
  for (SourceAccount const& account : source_accounts(scenario.workloads, scenario.budgets)) {
    names.push_back(scenario.platform.device(account.source).name);
  }
  return names;
}

std::string form_of(std::string_view group) {
  for (Field const& known : groups) {
    if (group == known.name) return known.description;
  }
  return "";
}

FigureValue absent(std::string reason) {
  FigureValue value;
  value.variation = Variation::none;
  value.absence = std::move(reason);
  return value;
}

FigureValue fixed(std::optional<double> number, std::string absence, std::string no_interval) {
  FigureValue value = absent(number ? "" : std::move(absence));
  value.value = number;
  if (number) value.no_interval = std::move(no_interval);
  return value;
}

FigureValue counted(std::uint64_t count) {
  return fixed(static_cast<double>(count), "", "it is counted, not estimated: it must hold in each run");
}

FigureValue of_exposed(std::string const& field, std::optional<ExposedUsers> const& exposed) {
  if (!exposed) return absent("nobody counted whose it was");
  if (field == "exposed.requests") return counted(exposed->requests);
  return counted(field == "exposed.users" ? exposed->users : exposed->most_per_user);
}

/// What the adversary can do, as a whole: a row counts for as much as the worst that it saw leaves it.
FigureValue leakage_of(Seen const& seen, Scenario const& scenario, Results const& results) {
  std::string const& adversary = scenario.adversaries[seen.adversary].name;
  std::string const& workload = scenario.workloads[seen.workload].name;
  if (results.workloads[seen.workload].admitted() == 0) return absent("no request ran, so nothing shows what it leaks");
  std::vector<PrivacyScore> scores;
  std::set<std::string> scales;
  for (PrivacyScore const& score : results.privacy) {
    if (score.workload != workload || score.adversary != adversary) continue;
    if (score.metric == seen.what && score.value) scales.insert(score.scale);
    scores.push_back(score);
  }
  std::string scale = seen.scale;
  if (scale.empty() && scales.size() > 1) {
    std::string names;
    for (std::string const& one : scales) names += (names.empty() ? "" : ", ") + one;
    return absent("there are values on several scales; name one: " + names);
  }
  if (scale.empty() && !scales.empty()) scale = *scales.begin();
  LeakageAnswer const answer = leakage_answer({adversary, seen.what, scale, true}, scores);
  FigureValue value = fixed(answer.value, answer.reason,
                            is_budget(seen.what) ? "it is a promise of the mechanism, not an estimate"
                                                 : "it is a figure of a table, in which nothing of this run is drawn");
  if (answer.status == ScoreStatus::nothing_seen || answer.status == ScoreStatus::ciphertext_only) {
    bool const larger = find_leakage_metric(seen.what)->more_private == PrivateDirection::larger;
    value.keeps = larger ? FigureValue::Keeps::at_least : FigureValue::Keeps::at_most;
  }
  return value;
}

/// The row of an element by index, whose parts then name it.
std::optional<FigureValue> measure_row(FigurePath const& path, PrivacyScore const& score) {
  if (path.field == "exposures") return counted(score.exposures);
  if (path.field != "value") return of_exposed(path.field, score.users);
  return std::nullopt;
}

FigureValue measure_score(FigurePath const& path, Scenario const& scenario, Results const& results) {
  Seen seen;
  if (auto const index = index_of(path.element)) {
    if (*index >= results.privacy.size()) return absent("the run has no so many scores");
    PrivacyScore const& score = results.privacy[*index];
    if (auto value = measure_row(path, score)) return *value;
    seen = seen_by(score.adversary + "/" + score.workload + "/" + score.metric, "", scenario);
    seen.scale = score.scale;
    if (seen.what.empty() || find_leakage_metric(seen.what) == nullptr) return absent(score.reason);
  } else {
    seen = seen_by(path.element, "", scenario);
  }
  if (path.field == "value") return leakage_of(seen, scenario, results);
  for (PrivacyScore const& score : results.privacy) {
    bool const meant = score.adversary == scenario.adversaries[seen.adversary].name &&
                       score.workload == scenario.workloads[seen.workload].name && score.metric == seen.what &&
                       (seen.scale.empty() || score.scale == seen.scale);
    if (meant) return *measure_row(path, score);
  }
  return absent("the results say nothing of it");
}

/// What was not seen was seen 0 times, once any request ran.
FigureValue measure_count(FigurePath const& path, Scenario const& scenario, Results const& results) {
  ExposureCount none;
  none.users = ExposedUsers{};
  ExposureCount const* found = nullptr;
  if (auto const index = index_of(path.element)) {
    if (*index >= results.exposure_counts.size()) return absent("the run has no so many counts");
    found = &results.exposure_counts[*index];
  } else {
    Seen const seen = seen_by(path.element, "", scenario);
    for (ExposureCount const& count : results.exposure_counts) {
      bool const meant = count.adversary == scenario.adversaries[seen.adversary].name &&
                         count.workload == scenario.workloads[seen.workload].name &&
                         to_string(count.protection) == seen.what;
      if (meant) found = &count;
    }
    if (found == nullptr && results.workloads[seen.workload].admitted() == 0) {
      return absent("no request ran, so nothing shows what is seen");
    }
    if (found == nullptr) found = &none;
  }
  if (path.field == "tensors") return counted(found->tensors);
  if (path.field == "exposures") return counted(found->exposures);
  return of_exposed(path.field, found->users);
}

FigureValue measure_ledger(std::string const& field, LedgerResult const& ledger) {
  auto const promised = [](std::optional<double> value, std::string const& reason) {
    return fixed(value, reason, "it is a bound that must hold in each run");
  };
  std::optional<double> const none;
  if (field == "delta") return promised(ledger.budget ? ledger.budget->delta : none, "no budget gives a delta");
  if (field == "budget.epsilon") {
    return promised(ledger.budget ? std::optional(ledger.budget->epsilon) : none, "the source has no budget");
  }
  if (field == "users") return counted(ledger.users.size());
  if (field == "exhausted_users") return counted(ledger.exhausted_users);
  if (field == "requests_refused") return counted(ledger.refused);
  if (field == "requests_over_budget") return counted(ledger.over_budget);
  if (field == "first_exhausted_s") return promised(ledger.first_exhausted_s, "no budget fell short");
  for (std::size_t t = 0; t < composition_theorems; ++t) {
    std::string const theorem = "epsilon." + std::string(to_string(static_cast<CompositionTheorem>(t)));
    if (field == theorem + ".worst") return promised(ledger.epsilon[t].worst, ledger.epsilon[t].reason);
    if (field == theorem + ".mean") return promised(ledger.epsilon[t].mean, ledger.epsilon[t].reason);
  }
  return absent("the ledger says nothing of it");
}

}  // namespace

std::vector<FigureLine> privacy_figure_lines() {
  std::vector<FigureLine> lines;
  for (Field const& group : groups) {
    for (Field const& field : fields_of(group.name)) {
      lines.push_back({std::string(group.name) + "[" + group.description + "]." + field.name, field.description});
    }
  }
  return lines;
}

bool is_privacy_group(std::string_view group) { return !form_of(group).empty(); }

std::optional<FigureProblem> check_privacy_figure(FigurePath const& path, Scenario const& scenario) {
  std::vector<std::string> names;
  for (Field const& field : fields_of(path.group)) names.emplace_back(field.name);
  if (std::find(names.begin(), names.end(), path.field) == names.end()) {
    return FigureProblem{path.group + " has no figure '" + path.field + "'", "coinfer list figures shows them",
                         did_you_mean(path.field, names)};
  }
  bool const by_index = index_of(path.element).has_value();
  if (path.group == "privacy_floors") {
    if (by_index && *index_of(path.element) < scenario.floors.size()) return std::nullopt;
    return FigureProblem{"no privacy floor '" + path.element + "'",
                         "they go by index, from 0, and there are " + std::to_string(scenario.floors.size()), ""};
  }
  if (path.group == "privacy_ledger") {
    std::vector<std::string> const sources = ledger_sources(scenario);
    if (find_element(path.element, sources)) return std::nullopt;
    FigureProblem problem = unknown_name("source", path.element, sources);
    problem.why += "; the ledger is of sources whose requests draw from private mechanisms";
    return problem;
  }
  if (by_index) return std::nullopt;
  Seen const seen = seen_by(path.element, form_of(path.group), scenario);
  if (seen.problem) return seen.problem;
  if (path.group == "privacy") return check_metric(seen, path.field == "value", scenario);
  if (seen.scale.empty() && protection_of(seen.what)) return std::nullopt;
  auto const words = protection_words();
  return unknown_name("protection", seen.what, {words.begin(), words.end()});
}

FigureValue measure_privacy_figure(FigurePath const& path, Scenario const& scenario, Results const& results) {
  if (path.group == "privacy") return measure_score(path, scenario, results);
  if (path.group == "exposure_counts") return measure_count(path, scenario, results);
  if (path.group == "privacy_ledger") {
    std::vector<std::string> names;
    for (LedgerResult const& ledger : results.ledgers) names.push_back(ledger.source);
    auto const found = find_element(path.element, names);
    return found ? measure_ledger(path.field, results.ledgers[*found]) : absent("no request drew from a mechanism");
  }
  FloorVerdict const& floor = results.floors.at(*index_of(path.element));
  if (path.field == "bound") return fixed(floor.floor.bound, "", "it is given");
  return fixed(floor.value, floor.reason, "it is a figure of a table, in which nothing of this run is drawn");
}

}  // namespace coinfer
