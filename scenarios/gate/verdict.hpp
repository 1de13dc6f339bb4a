// Whether a run, or a point of a sweep, is what was expected of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/gate/expectation.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer {

/// How a figure differs between runs that differ in their seeds alone.
enum class Variation : std::uint8_t {
  none,     ///< What it says must hold in each run by itself: published leakage, budgets, what somebody saw.
  total,    ///< A run has one value, of which only several runs can say how much it varies.
  sampled,  ///< A run has many values, one a request, from which an interval can be made.
};

/// One figure of a run, or of several.
struct FigureValue {
  std::optional<double> value;
  std::string absence;  ///< Why there is no value; empty where there is one.
  Variation variation = Variation::total;
  std::optional<Interval> interval;  ///< 95 %, two-sided.
  std::string no_interval;           ///< Why there is no interval; empty where there is one.
  /// An interval could be made, from more requests, or from a run that keeps up: the value alone says too little.
  bool unsettled = false;
  /// Of a total that is at least its value: what it leaves out; empty where it leaves out nothing.
  std::string leaves_out;
  bool keeps_up = true;  ///< Whether the run keeps up with its load, as far as the figure depends on that.
  /// Which bounds a figure without a value keeps all the same: nothing was seen, so that nothing leaks.
  enum class Keeps : std::uint8_t { none, at_least, at_most };
  Keeps keeps = Keeps::none;
};

enum class Verdict : std::uint8_t {
  met,
  missed,
  not_decided,   ///< What is known does not suffice to say; counts as missed.
  not_measured,  ///< There is no value; counts as missed.
  allowed,       ///< There is no value, and the expectation lets that pass.
};
/// "met", "missed", "not_decided", "not_measured", "allowed".
std::string_view to_string(Verdict verdict);

struct ExpectationVerdict {
  Expectation expectation;
  FigureValue figure;
  Verdict verdict = Verdict::not_measured;
  std::string reason;  ///< For people; never empty.
  [[nodiscard]] bool passes() const { return verdict == Verdict::met || verdict == Verdict::allowed; }
};

/// Holds a figure against its bounds. By interval, where there is one: met where all of it keeps them, missed where none of
/// it does, else not decided. By value where the figure has no interval or the expectation says so. A value within the
/// bounds that is `unsettled` is not decided, unless the expectation goes by value; one beyond them is missed. A total that
/// leaves something out keeps no upper bound, and misses no lower one: it is not measured then.
ExpectationVerdict decide(Expectation const& expectation, FigureValue const& figure);

/// One expectation over the replications of a point, at least one, in their order. One by itself is what it is. Of several,
/// a figure that varies is held by its mean and Student's interval over their values; one that does not by the replication
/// farthest beyond the bounds. What one of them lacks, or leaves unsettled by not keeping up, all of them do.
ExpectationVerdict over_replications(std::span<ExpectationVerdict const> replications);

/// "at most 0.2", "at least 1 and at most 3".
std::string bounds_text(Expectation const& expectation);

/// "is 0.31 (95 % interval 0.29 to 0.33)", "has no value".
std::string value_text(FigureValue const& figure);

}  // namespace coinfer
