#include "scenarios/gate/verdict.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include "scenarios/gate/intervals.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

bool above(Expectation const& expectation, double value) { return expectation.at_most && value > *expectation.at_most; }
bool below(Expectation const& expectation, double value) { return expectation.at_least && value < *expectation.at_least; }
bool within(Expectation const& expectation, double value) {
  return !above(expectation, value) && !below(expectation, value);
}

std::string text_of(Interval const& interval) { return shortest(interval.low) + " to " + shortest(interval.high); }

/// A figure without a value.
void decide_absent(ExpectationVerdict& verdict) {
  Expectation const& expectation = verdict.expectation;
  FigureValue::Keeps const keeps = verdict.figure.keeps;
  bool const kept = (keeps == FigureValue::Keeps::at_least && !expectation.at_most) ||
                    (keeps == FigureValue::Keeps::at_most && !expectation.at_least);
  verdict.verdict = kept ? Verdict::met : expectation.allow_unmeasured ? Verdict::allowed : Verdict::not_measured;
  verdict.reason = verdict.figure.absence;
  if (verdict.verdict == Verdict::allowed) verdict.reason += "; the expectation allows that";
}

/// Whether what a total leaves out may set it on the other side of a bound: it is at least its value, and nobody knows how
/// much more.
bool is_decided_by_what_is_left_out(Expectation const& expectation, FigureValue const& figure) {
  if (figure.leaves_out.empty() || above(expectation, *figure.value)) return false;
  return expectation.at_most.has_value() || below(expectation, *figure.value);
}

void decide_incomplete(ExpectationVerdict& verdict) {
  bool const allowed = verdict.expectation.allow_unmeasured;
  verdict.verdict = allowed ? Verdict::allowed : Verdict::not_measured;
  verdict.reason = "it is at least that, " + verdict.figure.leaves_out + (allowed ? "; the expectation allows that" : "");
}

/// A figure that is held against the bounds with its interval.
void decide_by_interval(ExpectationVerdict& verdict, Interval const& interval) {
  Expectation const& expectation = verdict.expectation;
  if (within(expectation, interval.low) && within(expectation, interval.high)) {
    verdict.verdict = Verdict::met;
    verdict.reason = "the whole interval keeps it";
  } else if (above(expectation, interval.low) || below(expectation, interval.high)) {
    verdict.verdict = Verdict::missed;
    verdict.reason = "the whole interval is beyond it";
  } else {
    verdict.verdict = Verdict::not_decided;
    verdict.reason =
        "the interval " + text_of(interval) + " straddles the bound: more requests or replications would decide";
  }
}

/// How far a value is beyond the bounds; negative within them.
double excess(Expectation const& expectation, double value) {
  double const over = expectation.at_most ? value - *expectation.at_most : -1e308;
  double const under = expectation.at_least ? *expectation.at_least - value : -1e308;
  return std::max(over, under);
}

std::string in_replication(std::size_t index, std::size_t of) {
  return "replication " + std::to_string(index) + " of " + std::to_string(of);
}

/// The replication that is worst for a figure that must be kept in each: without a value, or the farthest beyond.
std::size_t worst_of(std::span<ExpectationVerdict const> replications) {
  std::size_t worst = 0;
  for (std::size_t i = 0; i < replications.size(); ++i) {
    if (!replications[i].figure.value && !replications[i].passes()) return i;
    if (!replications[i].figure.value) continue;
    Expectation const& expectation = replications[i].expectation;
    std::optional<double> const value = replications[worst].figure.value;
    if (!value || excess(expectation, *replications[i].figure.value) > excess(expectation, *value)) worst = i;
  }
  return worst;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "missed";
    case Verdict::not_decided:
      return "not_decided";
    case Verdict::not_measured:
      return "not_measured";
    default:
      return "allowed";
  }
}

ExpectationVerdict decide(Expectation const& expectation, FigureValue const& figure) {
  ExpectationVerdict verdict{expectation, figure, Verdict::met, ""};
  if (!figure.value) {
    decide_absent(verdict);
  } else if (is_decided_by_what_is_left_out(expectation, figure)) {
    decide_incomplete(verdict);
  } else if (expectation.by_interval && figure.interval) {
    decide_by_interval(verdict, *figure.interval);
  } else if (!within(expectation, *figure.value)) {
    verdict.verdict = Verdict::missed;
    verdict.reason = expectation.by_interval ? "by its value: " + figure.no_interval : "by its value, as it asks";
  } else if (expectation.by_interval && figure.unsettled) {
    verdict.verdict = Verdict::not_decided;
    verdict.reason = figure.no_interval + " (decide_by: VALUE takes the value alone)";
  } else {
    verdict.reason = expectation.by_interval ? "by its value: " + figure.no_interval : "by its value, as it asks";
  }
  return verdict;
}

ExpectationVerdict over_replications(std::span<ExpectationVerdict const> replications) {
  assert(!replications.empty());
  if (replications.size() == 1) return replications.front();
  std::size_t const n = replications.size();
  Expectation const& expectation = replications.front().expectation;
  auto const none = [](ExpectationVerdict const& one) { return !one.figure.value; };
  bool const fixed = replications.front().figure.variation == Variation::none;
  auto const lacking = std::find_if(replications.begin(), replications.end(), none);
  if (fixed || lacking != replications.end()) {
    std::size_t const place = fixed ? worst_of(replications) : static_cast<std::size_t>(lacking - replications.begin());
    ExpectationVerdict verdict = replications[place];
    bool const alike = std::all_of(replications.begin(), replications.end(), [&](ExpectationVerdict const& one) {
      return one.figure.value == verdict.figure.value && one.figure.absence == verdict.figure.absence;
    });
    if (!alike) verdict.reason = in_replication(place, n) + ": " + verdict.reason;
    return verdict;
  }
  FigureValue figure;
  figure.variation = replications.front().figure.variation;
  figure.leaves_out = replications.front().figure.leaves_out;  // of the scenario, not of chance
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    FigureValue const& one = replications[i].figure;
    values.push_back(*one.value);
    // Too few requests for an interval of one run do not matter here; a run that does not keep up does.
    if (!one.keeps_up && figure.keeps_up) {
      figure.keeps_up = false;
      figure.unsettled = true;
      figure.no_interval = in_replication(i, n) + ": " + one.no_interval;
    }
  }
  figure.value = exact_sum(values) / static_cast<double>(n);
  if (figure.keeps_up) figure.interval = replications_interval(values);
  return decide(expectation, figure);
}

std::string bounds_text(Expectation const& expectation) {
  std::string text;
  if (expectation.at_least) text = "at least " + shortest(*expectation.at_least);
  if (expectation.at_most) text += (text.empty() ? "" : " and ") + ("at most " + shortest(*expectation.at_most));
  return text;
}

std::string value_text(FigureValue const& figure) {
  if (!figure.value) return "has no value";
  return "is " + shortest(*figure.value) +
         (figure.interval ? " (95 % interval " + text_of(*figure.interval) + ")" : std::string());
}

}  // namespace coinfer
