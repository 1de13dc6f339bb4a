#include "scenarios/sweep/sweep_axes_load.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "scenarios/sweep/range_values.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// As the schema says, which tells a user of a count above it.
std::uint32_t constexpr most_values = 1000000;

/// The field that holds the range of an axis.
char const* range_field(proto::Axis const& axis) { return axis.has_log() ? "log" : "linear"; }

proto::Range const& range_of(proto::Axis const& axis) { return axis.has_log() ? axis.log() : axis.linear(); }

/// One end: `name` is its field.
void check_end(char const* name, double value, AxisRange const& range, Where const& where, Diagnostics& diagnostics) {
  std::string const text = name + std::string(" is ") + shortest(value);
  if (range.logarithmic && !(value > 0)) {
    diagnostics.add(where.field(name), text, "must be above 0: the range is logarithmic");
  } else if (range.logarithmic && (value < least_log_end || value > most_log_end)) {
    diagnostics.add(where.field(name), text,
                    "the ends of a log range lie from " + shortest(least_log_end) + " to " + shortest(most_log_end));
  } else if (range.logarithmic && range.whole && std::round(value) < 1) {
    diagnostics.add(where.field(name), text, "it rounds to 0, and the range is logarithmic");
  } else if (range.whole && std::fabs(value) > most_whole_end) {
    diagnostics.add(where.field(name), text,
                    "whole numbers lie from -" + std::to_string(static_cast<std::int64_t>(most_whole_end)) + " to " +
                        std::to_string(static_cast<std::int64_t>(most_whole_end)));
  }
}

/// Two steps of a grid that give one value would run the same point twice under two names.
void check_steps(AxisRange const& range, Where const& where, Diagnostics& diagnostics) {
  if (range.count == 1 && range.from != range.to) {
    diagnostics.add(where.field("count"), "count is 1", "'from' and 'to' differ, and both are among the values");
    return;
  }
  std::vector<std::string> const values = grid_values(range);
  auto const twice = std::adjacent_find(values.begin(), values.end());
  if (twice == values.end()) return;
  diagnostics.add(
      where.field("count"),
      std::to_string(range.count) + " values from " + values.front() + " to " + values.back() + " are not all different",
      (range.whole ? "as whole numbers " : "") + std::string("two of them are ") + *twice);
}

/// Nothing where it has a problem, so that nothing else is asked of it.
std::optional<AxisRange> load_range(proto::Axis const& axis, bool sampled, Where const& where, Diagnostics& diagnostics) {
  proto::Range const& message = range_of(axis);
  AxisRange const range{message.from(), message.to(), message.count(), axis.has_log(), message.whole()};
  Diagnostics found;
  if (message.has_from()) check_end("from", range.from, range, where, found);
  if (message.has_to()) check_end("to", range.to, range, where, found);
  if (sampled && message.has_count()) {
    found.add(where.field("count"), "'count' is given in a sample", "a sample draws as many values as it has points");
  } else if (!sampled && !message.has_count()) {
    found.add(where.here(), "field 'count' is missing", "a grid takes that many values of the range");
  }
  bool const in_bounds = sampled || (range.count >= 1 && range.count <= most_values);
  bool const complete = message.has_from() && message.has_to() && in_bounds;
  if (complete && !sampled && found.ok()) check_steps(range, where, found);
  bool const usable = complete && found.ok();
  for (Diagnostic& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  return usable ? std::optional<AxisRange>(range) : std::nullopt;
}

/// A value given twice makes two equal points, unless another axis tells them apart; in a sample it is drawn twice as
/// often.
void check_repeats(Axis const& axis, bool sampled, Where const& where, Diagnostics& diagnostics) {
  if (sampled || !axis.zip.empty()) return;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    if (seen.insert(axis.values[i]).second) continue;
    diagnostics.add(where.child("values").field("value", static_cast<int>(i)),
                    "value '" + axis.values[i] + "' is given twice");
  }
}

Axis load_axis(proto::Axis const& message, bool sampled, Where const& where, Diagnostics& diagnostics) {
  Axis axis;
  axis.fields.assign(message.fields().begin(), message.fields().end());
  axis.name = message.has_name() || axis.fields.empty() ? message.name() : axis.fields.back();
  axis.zip = message.zip();
  if (message.has_name() && message.name().empty()) diagnostics.add(where.field("name"), "field 'name' is empty");
  if (message.has_zip() && message.zip().empty()) diagnostics.add(where.field("zip"), "field 'zip' is empty");
  if (message.has_values()) {
    axis.values.assign(message.values().value().begin(), message.values().value().end());
    check_repeats(axis, sampled, where, diagnostics);
  } else if (message.has_linear() || message.has_log()) {
    axis.range = load_range(message, sampled, where.child(range_field(message)), diagnostics);
  } else {
    diagnostics.add(where.here(), none_given(*proto::Axis::descriptor()->FindOneofByName("levels")));
  }
  return axis;
}

void check_names(std::vector<Axis> const& axes, proto::Sweep const& message, Where const& where, Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].name.empty() || names.insert(axes[a].name).second) continue;
    Where const axis = where.child("axes", static_cast<int>(a));
    bool const named = message.axes(static_cast<int>(a)).has_name();
    diagnostics.add(named ? axis.field("name") : axis.here(), "duplicate axis name '" + axes[a].name + "'",
                    "results tell axes apart by name");
  }
  for (std::size_t a = 0; a < axes.size(); ++a) {
    std::string_view constexpr prefix = "axis.";
    if (!axes[a].name.starts_with(prefix) || !names.contains(axes[a].name.substr(prefix.size()))) continue;
    Where const axis = where.child("axes", static_cast<int>(a));
    diagnostics.add(message.axes(static_cast<int>(a)).has_name() ? axis.field("name") : axis.here(),
                    "axis name '" + axes[a].name + "' may be that of another axis's column",
                    "the column of axis '" + axes[a].name.substr(prefix.size()) +
                        "' is called so where its own name is taken by a result");
  }
}

/// How many values an axis has in a grid, or, of a sample, in its list; nothing where that asks nothing of other axes.
std::optional<std::size_t> length_of(Axis const& axis, bool sampled) {
  if (!axis.range) return axis.values.size();
  return sampled ? std::nullopt : std::optional<std::size_t>(axis.range->count);
}

void check_zips(std::vector<Axis> const& axes, bool sampled, Where const& where, Diagnostics& diagnostics) {
  std::map<std::string, std::vector<std::size_t>> zips;
  std::vector<std::string> words;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].zip.empty()) continue;
    if (zips[axes[a].zip].empty()) words.push_back(axes[a].zip);
    zips[axes[a].zip].push_back(a);
  }
  for (std::string const& word : words) {
    std::vector<std::size_t> const& together = zips[word];
    if (together.size() == 1) {
      std::vector<std::string> others;
      std::copy_if(words.begin(), words.end(), std::back_inserter(others),
                   [&word](std::string const& other) { return other != word; });
      diagnostics.add(where.child("axes", static_cast<int>(together.front())).field("zip"),
                      "no other axis has the zip '" + word + "'", {}, did_you_mean(word, others));
    }
    std::size_t with = axes.size();  // the first of known length
    for (std::size_t const a : together) {
      std::optional<std::size_t> const length = length_of(axes[a], sampled);
      if (!length || *length == 0) continue;  // one without values has its own problem
      if (with == axes.size()) with = a;
      std::size_t const wanted = *length_of(axes[with], sampled);
      if (*length == wanted) continue;
      diagnostics.add(where.child("axes", static_cast<int>(a)).field("zip"),
                      "axis '" + axes[a].name + "' has " + std::to_string(*length) + (*length == 1 ? " value" : " values"),
                      "axis '" + axes[with].name + "', zipped with it, has " + std::to_string(wanted));
    }
  }
}

void check_size(std::vector<Axis> const& axes, Where const& where, Diagnostics& diagnostics) {
  double points = 1;
  std::set<std::string> zips;
  for (Axis const& axis : axes) {
    if (!axis.zip.empty() && !zips.insert(axis.zip).second) continue;
    points *= static_cast<double>(*length_of(axis, false));
  }
  if (points <= static_cast<double>(most_sweep_points)) return;
  diagnostics.add(where.field("axes"), "the sweep has " + shortest(points) + " points",
                  "at most " + shortest(static_cast<double>(most_sweep_points)) + "; a sample draws as many as it is told");
}

}  // namespace

std::vector<Axis> load_axes(proto::Sweep const& message, Where const& where, Diagnostics& diagnostics) {
  bool const sampled = message.has_sample();
  std::vector<Axis> axes;
  for (int a = 0; a < message.axes_size(); ++a) {
    axes.push_back(load_axis(message.axes(a), sampled, where.child("axes", a), diagnostics));
  }
  check_names(axes, message, where, diagnostics);
  check_zips(axes, sampled, where, diagnostics);
  if (sampled && axes.empty()) {
    diagnostics.add(where.field("sample"), "the sample has nothing to draw", "the sweep has no axes");
  }
  if (!sampled) check_size(axes, where, diagnostics);
  return axes;
}

Location value_place(proto::Axis const& axis, Where const& where, std::size_t position) {
  if (axis.has_values()) return where.child("values").field("value", static_cast<int>(position));
  Where const range = where.child(range_field(axis));
  if (position == 0) return range.field("from");
  return position + 1 == range_of(axis).count() ? range.field("to") : range.here();
}

}  // namespace coinfer
