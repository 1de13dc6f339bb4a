#include "scenarios/gate/gate_case.hpp"

#include <optional>

#include "scenarios/report/readable.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

std::string cell_of(std::optional<double> value) { return value ? shortest(*value) : ""; }

/// Five digits are enough for a reader; the JUnit file has them all.
std::string rounded(double value) { return readable_number(value, 5); }

std::string in_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "**missed**";
    case Verdict::not_decided:
      return "**not decided**";
    case Verdict::not_measured:
      return "**not measured**";
    default:
      return "not measured, allowed";
  }
}

}  // namespace

std::string told(ExpectationVerdict const& verdict) {
  Expectation const& expectation = verdict.expectation;
  return expectation.metric + " " + value_text(verdict.figure) + ", expected " + bounds_text(expectation) +
         (expectation.because.empty() ? "" : " because " + expectation.because) + ": " + verdict.reason;
}

GateCase case_of(std::string const& group, ExpectationVerdict const& verdict) {
  Expectation const& expectation = verdict.expectation;
  GateCase made;
  made.group = group;
  made.name = expectation.metric + " " + bounds_text(expectation);
  made.outcome = verdict.passes() ? GateCase::Outcome::passed : GateCase::Outcome::failed;
  made.kind = to_string(verdict.verdict);
  made.message = told(verdict);
  auto const add = [&](char const* name, std::string const& value) {
    if (!value.empty()) made.properties.emplace_back(name, value);
  };
  add("metric", expectation.metric);
  add("value", cell_of(verdict.figure.value));
  if (verdict.figure.interval) {
    add("interval_low", shortest(verdict.figure.interval->low));
    add("interval_high", shortest(verdict.figure.interval->high));
  }
  add("at_least", cell_of(expectation.at_least));
  add("at_most", cell_of(expectation.at_most));
  add("verdict", made.kind);
  add("reason", verdict.reason);
  add("because", expectation.because);
  return made;
}

GateCase case_of(std::string const& group, FloorVerdict const& verdict) {
  GateCase made;
  made.group = group;
  made.name = "privacy floor: " + to_text(verdict.floor);
  made.outcome = verdict.kept ? GateCase::Outcome::passed : GateCase::Outcome::failed;
  made.kind = verdict.kept ? "met" : "missed";
  made.message = to_text(verdict.floor) + ": " + verdict.reason;
  made.properties = {{"metric", verdict.floor.metric}};
  if (verdict.value) made.properties.emplace_back("value", shortest(*verdict.value));
  made.properties.emplace_back(verdict.floor.at_least() ? "at_least" : "at_most", shortest(verdict.floor.bound));
  made.properties.emplace_back("verdict", made.kind);
  made.properties.emplace_back("reason", verdict.reason);
  return made;
}

std::string markdown_cell(std::string const& text) {
  std::string cell;
  for (char const c : text) {
    if (static_cast<unsigned char>(c) < ' ') {
      cell += ' ';
    } else {
      if (c == '|' || c == '<' || c == '*' || c == '_' || c == '`' || c == '\\' || c == '[' || c == ']') cell += '\\';
      cell += c;
    }
  }
  return cell;
}

std::string markdown_heading(std::string const& first) {
  std::string const before = first.empty() ? "" : "| " + first + " ";
  return before + "| Verdict | Figure | Value | 95 % interval | Expected | Why |\n" + (first.empty() ? "" : "|---") +
         "|---|---|--:|---|---|---|\n";
}

std::string markdown_row(ExpectationVerdict const& verdict) {
  Expectation const& expectation = verdict.expectation;
  FigureValue const& figure = verdict.figure;
  std::string const interval =
      figure.interval ? rounded(figure.interval->low) + " to " + rounded(figure.interval->high) : "none";
  std::string const why = verdict.reason + (expectation.because.empty() ? "" : "; expected because " + expectation.because);
  return "| " + in_words(verdict.verdict) + " | " + markdown_cell(expectation.metric) + " | " +
         (figure.value ? rounded(*figure.value) : "none") + " | " + interval + " | " + bounds_text(expectation) + " | " +
         markdown_cell(why) + " |\n";
}

std::string markdown_row(FloorVerdict const& verdict) {
  return "| " + std::string(verdict.kept ? "met" : "**missed**") +
         " | privacy floor: " + markdown_cell(to_text(verdict.floor)) + " | " +
         (verdict.value ? rounded(*verdict.value) : "none") + " | none | " +
         (verdict.floor.at_least() ? "at least " : "at most ") + shortest(verdict.floor.bound) + " | " +
         markdown_cell(verdict.reason) + " |\n";
}

}  // namespace coinfer
