#include "scenarios/gate/expectations_load.hpp"

#include "scenarios/gate/figures.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

/// A number that is none is told by check_rules; no text can be made of it.
void check_bounds(proto::Expectation const& message, Where const& where, Diagnostics& diagnostics) {
  if (!message.has_at_most() && !message.has_at_least()) {
    diagnostics.add(where.here(), "the expectation has no bound", "give 'at_most', 'at_least' or both");
  } else if (message.has_at_most() && message.has_at_least() && message.at_least() > message.at_most()) {
    diagnostics.add(where.field("at_least"), "'at_least' is above 'at_most'", "no value keeps both");
  }
}

}  // namespace

std::vector<Expectation> load_expectations(ExpectationMessages const& messages, Where const& parent,
                                           Diagnostics& diagnostics) {
  std::vector<Expectation> expectations;
  for (int i = 0; i < messages.size(); ++i) {
    proto::Expectation const& message = messages[i];
    check_bounds(message, parent.child("expect", i), diagnostics);
    Expectation expectation;
    expectation.metric = message.metric();
    if (message.has_at_most()) expectation.at_most = message.at_most();
    if (message.has_at_least()) expectation.at_least = message.at_least();
    expectation.allow_unmeasured = message.unmeasured() == proto::Expectation::ALLOW;
    expectation.by_interval = message.decide_by() != proto::Expectation::VALUE;
    expectation.because = message.because();
    expectations.push_back(std::move(expectation));
  }
  return expectations;
}

bool check_metric(proto::Expectation const& message, Where const& where, Scenario const& scenario,
                  Diagnostics& diagnostics) {
  std::optional<FigureProblem> problem = check_figure(message.metric(), scenario);
  if (!problem) return true;
  diagnostics.add(where.field("metric"), std::move(problem->problem), std::move(problem->why),
                  std::move(problem->suggestion));
  return false;
}

}  // namespace coinfer
