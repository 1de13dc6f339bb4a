// One thing that a run or a point must keep, as those who read the outcome of tests know it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "privacy/floor.hpp"
#include "scenarios/gate/verdict.hpp"

namespace coinfer {

/// Names and values.
using CaseProperties = std::vector<std::pair<std::string, std::string>>;

struct GateCase {
  enum class Outcome : std::uint8_t { passed, failed, broken };  ///< broken: it could not be asked
  std::string group;                                             ///< The scenario, or the point of a sweep.
  std::string name;                                              ///< "latency_s.p95 at most 0.2"
  Outcome outcome = Outcome::passed;
  std::string kind;     ///< Of what did not pass: "missed", "not_decided", ...
  std::string message;  ///< On one line: what it is, and what it should be.
  CaseProperties properties;
};

/// "latency_s.p95 is 0.31 (95 % interval 0.29 to 0.33), expected at most 0.2 because the app waits 200 ms: REASON".
std::string told(ExpectationVerdict const& verdict);

GateCase case_of(std::string const& group, ExpectationVerdict const& verdict);
GateCase case_of(std::string const& group, FloorVerdict const& verdict);

/// The table row of a case in Markdown: verdict, figure, value, interval, bound, why.
std::string markdown_row(ExpectationVerdict const& verdict);
std::string markdown_row(FloorVerdict const& verdict);
/// The two lines above such rows. `first` is the title of a column before them, if any.
std::string markdown_heading(std::string const& first = {});
/// A text that stays in its cell.
std::string markdown_cell(std::string const& text);

}  // namespace coinfer
