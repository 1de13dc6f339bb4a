#include "scenarios/sweep/sweep_skips_load.hpp"

#include <algorithm>

#include "scenarios/sweep/range_values.hpp"
#include "scenarios/sweep/skip_rules.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// The values an axis can have; nothing where they are drawn from a range.
std::optional<std::vector<std::string>> values_of(Axis const& axis, bool sampled) {
  if (!axis.range) return axis.values;
  if (sampled) return std::nullopt;
  return grid_values(*axis.range);
}

void check_values(proto::Skip::Where const& message, Axis const& axis, bool sampled, Where const& where,
                  Diagnostics& diagnostics) {
  if (!axis.range && axis.values.empty()) return;  // told where the axis stands
  std::optional<std::vector<std::string>> const values = values_of(axis, sampled);
  for (int i = 0; i < message.is_size(); ++i) {
    if (!values) {
      if (axis.range->whole) continue;
      diagnostics.add(where.field("is", i), "axis '" + axis.name + "' has no single values",
                      "they are drawn from a range; use 'at_least' and 'at_most'");
    } else if (std::none_of(values->begin(), values->end(),
                            [&](std::string const& value) { return same_value(message.is(i), value); })) {
      diagnostics.add(where.field("is", i), "axis '" + axis.name + "' has no value '" + message.is(i) + "'", {},
                      axis.range ? "" : did_you_mean(message.is(i), *values));
    }
  }
  if (axis.range || !(message.has_at_least() || message.has_at_most())) return;
  for (std::string const& value : axis.values) {
    if (parse_number(value)) continue;
    char const* bound = message.has_at_least() ? "at_least" : "at_most";
    diagnostics.add(where.field(bound), "axis '" + axis.name + "' has the value '" + value + "'",
                    "'" + std::string(bound) + "' compares numbers");
    return;
  }
}

std::optional<SkipWhere> load_where(proto::Skip::Where const& message, std::vector<Axis> const& axes, bool sampled,
                                    Where const& where, Diagnostics& diagnostics) {
  if (!message.has_axis()) return std::nullopt;  // told by the rules of the schema
  auto const axis =
      std::find_if(axes.begin(), axes.end(), [&](Axis const& candidate) { return candidate.name == message.axis(); });
  if (axis == axes.end()) {
    std::vector<std::string> names;
    for (Axis const& candidate : axes) names.push_back(candidate.name);
    diagnostics.add(where.field("axis"), "no axis '" + message.axis() + "'", {}, did_you_mean(message.axis(), names));
    return std::nullopt;
  }
  if (message.is_size() == 0 && !message.has_at_least() && !message.has_at_most()) {
    diagnostics.add(where.here(), "none of 'is', 'at_least', 'at_most' is given", "the condition asks nothing");
  }
  if (message.has_at_least() && message.has_at_most() && message.at_least() > message.at_most()) {
    diagnostics.add(where.field("at_least"), "at_least is " + shortest(message.at_least()),
                    "above at_most, which is " + shortest(message.at_most()));
  }
  SkipWhere condition;
  condition.axis = static_cast<std::size_t>(axis - axes.begin());
  condition.is.assign(message.is().begin(), message.is().end());
  if (message.has_at_least()) condition.at_least = message.at_least();
  if (message.has_at_most()) condition.at_most = message.at_most();
  check_values(message, *axis, sampled, where, diagnostics);
  return condition;
}

}  // namespace

std::vector<SkipRule> load_skips(proto::Sweep const& message, std::vector<Axis> const& axes, Where const& where,
                                 Diagnostics& diagnostics) {
  std::vector<SkipRule> rules;
  for (int s = 0; s < message.skip_size(); ++s) {
    SkipRule& rule = rules.emplace_back();
    for (int w = 0; w < message.skip(s).where_size(); ++w) {
      std::optional<SkipWhere> condition = load_where(message.skip(s).where(w), axes, message.has_sample(),
                                                      where.child("skip", s).child("where", w), diagnostics);
      if (condition) rule.push_back(std::move(*condition));
    }
  }
  return rules;
}

}  // namespace coinfer
