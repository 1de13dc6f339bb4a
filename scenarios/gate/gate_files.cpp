#include "scenarios/gate/gate_files.hpp"

#include <algorithm>

#include "scenarios/gate/gate_case.hpp"
#include "scenarios/gate/junit.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/version.hpp"

namespace coinfer {

namespace {

std::vector<GateCase> cases_of(Scenario const& scenario, Results const& results) {
  std::vector<GateCase> cases;
  for (ExpectationVerdict const& verdict : results.expectations) cases.push_back(case_of(scenario.name, verdict));
  for (FloorVerdict const& verdict : results.floors) cases.push_back(case_of(scenario.name, verdict));
  return cases;
}

/// As wide as the labels of the other blocks of the answer.
std::string label_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "  met           ";
    case Verdict::missed:
      return "  MISSED        ";
    case Verdict::not_decided:
      return "  NOT DECIDED   ";
    case Verdict::not_measured:
      return "  NOT MEASURED  ";
    default:
      return "  not measured  ";
  }
}

std::string short_value(FigureValue const& figure) {
  if (!figure.value) return "none";
  std::string text = readable_number(*figure.value, 4);
  if (figure.interval) {
    text += " (" + readable_number(figure.interval->low, 4) + " to " + readable_number(figure.interval->high, 4) + ")";
  }
  return text;
}

}  // namespace

void check_gate_files(GateFiles const& files, std::filesystem::path const& results) {
  // "results/" and "results/gates.xml" name one folder.
  auto const folder_of = [](std::filesystem::path const& path) { return (path / "").lexically_normal(); };
  for (std::filesystem::path const file : {files.junit, files.markdown}) {
    if (file.empty()) continue;
    bool const within = !results.empty() && file.has_filename() && folder_of(file.parent_path()) == folder_of(results);
    if (!within) check_file_destination(file);
  }
}

void write_gate_files(GateFiles const& files, Scenario const& scenario, Results const& results) {
  if (!files.junit.empty()) {
    std::vector<GateCase> const cases = cases_of(scenario, results);
    CaseCounts counts;
    for (GateCase const& one : cases) counts.add(one.outcome);
    CaseProperties const about = {
        {"scenario", scenario.name}, {"seed", std::to_string(scenario.seed)}, {"coinfer_version", std::string(version)}};
    JunitWriter writer(files.junit, scenario.name, about, counts);
    for (GateCase const& one : cases) writer.add(one);
    writer.commit();
  }
  if (!files.markdown.empty()) {
    WholeFile file(files.markdown);
    file.write(gate_markdown(scenario, results));
    file.commit();
  }
}

std::string gate_markdown(Scenario const& scenario, Results const& results) {
  std::size_t const all = results.expectations.size() + results.floors.size();
  auto const met =
      std::count_if(results.expectations.begin(), results.expectations.end(),
                    [](ExpectationVerdict const& verdict) { return verdict.passes(); }) +
      std::count_if(results.floors.begin(), results.floors.end(), [](FloorVerdict const& verdict) { return verdict.kept; });
  std::string text = "### " + markdown_cell(scenario.name) + ": ";
  if (all == 0) return text + "nothing was expected\n";
  text += std::to_string(met) + " of " + std::to_string(all) + " expectations met\n\n" + markdown_heading();
  for (ExpectationVerdict const& verdict : results.expectations) text += markdown_row(verdict);
  for (FloorVerdict const& verdict : results.floors) text += markdown_row(verdict);
  return text;
}

std::string expectations_text(Results const& results) {
  std::string text;
  for (ExpectationVerdict const& verdict : results.expectations) {
    Expectation const& expectation = verdict.expectation;
    if (text.empty()) text = "\nWhat was expected\n";
    text += label_of(verdict.verdict) + expectation.metric + " " + bounds_text(expectation) + ": " +
            short_value(verdict.figure) + ", " + verdict.reason;
    if (!expectation.because.empty()) text += " (expected because " + expectation.because + ")";
    text += "\n";
  }
  return text;
}

void write_expectations(JsonWriter& json, Results const& results) {
  json.key("expectations").begin_array();
  for (ExpectationVerdict const& verdict : results.expectations) {
    Expectation const& expectation = verdict.expectation;
    json.begin_object().field("metric", expectation.metric);
    json.field("at_least", expectation.at_least).field("at_most", expectation.at_most);
    json.field("value", verdict.figure.value).key("ci95");
    if (verdict.figure.interval) {
      json.begin_object().field("low", verdict.figure.interval->low).field("high", verdict.figure.interval->high);
      json.end_object();
    } else {
      json.null();
    }
    json.field("verdict", to_string(verdict.verdict)).field("met", verdict.passes()).field("reason", verdict.reason);
    json.key("because");
    expectation.because.empty() ? json.null() : json.value(expectation.because);
    json.end_object();
  }
  json.end_array();
}

std::string missed_text(Scenario const& scenario, Results const& results) {
  std::string text;
  for (ExpectationVerdict const& verdict : results.expectations) {
    if (verdict.passes()) continue;
    text += (text.empty() ? "" : "\n") + ("expectation missed: " + scenario.name + ": " + told(verdict));
  }
  for (FloorVerdict const& verdict : results.floors) {
    if (verdict.kept) continue;
    text += (text.empty() ? "" : "\n") + ("privacy floor missed: " + to_text(verdict.floor) + ": " + verdict.reason);
  }
  return text;
}

}  // namespace coinfer
