#include "scenarios/sweep/swept_fields.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "scenarios/sweep/range_values.hpp"
#include "scenarios/sweep/sweep_axes_load.hpp"
#include "sim/base/field_path.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

/// A value that is tried, and where it is written.
struct Trial {
  std::string value;
  Location place;
};

/// The field that an indexed path leads to.
google::protobuf::FieldDescriptor const& field_at(std::string_view path) {
  google::protobuf::Descriptor const* type = proto::Scenario::descriptor();
  while (true) {
    std::size_t const dot = path.find('.');
    std::string_view const step = path.substr(0, dot);
    google::protobuf::FieldDescriptor const* const field =
        type->FindFieldByName(std::string(step.substr(0, step.find('['))));
    if (dot == std::string_view::npos) return *field;
    type = field->message_type();
    path.remove_prefix(dot + 1);
  }
}

class FieldCheck {
 public:
  FieldCheck(Sweep const& sweep, proto::Sweep const& message, Where const& where, Located<proto::Scenario> scenario,
             Diagnostics& diagnostics)
      : sweep_(sweep), message_(message), where_(where), scenario_(std::move(scenario)), diagnostics_(diagnostics) {}

  void check() {
    for (std::size_t i = 0; i < sweep_.assignments.size(); ++i) {
      check_setting(sweep_.assignments[i], where_.field("set", static_cast<int>(i)));
    }
    for (std::size_t a = 0; a < sweep_.axes.size(); ++a) check_axis(a);
  }

 private:
  /// A field that something sets at every point.
  struct Taken {
    std::string path;  ///< with indices
    std::optional<std::size_t> axis;
  };

  void check_setting(std::string const& assignment, Location const& place) {
    Diagnostics found;
    if (auto const parts = split_assignment(assignment)) {
      Diagnostics ignored;
      if (auto path = indexed_path(scenario_.message, parts->first, parts->second, ignored)) {
        taken_.push_back({std::move(*path), std::nullopt});
      }
    }
    set_field(scenario_.message, scenario_.tree, assignment, found);
    tell(found, place);
  }

  void check_axis(std::size_t a) {
    Axis const& axis = sweep_.axes[a];
    Where const where = where_.child("axes", static_cast<int>(a));
    std::vector<Trial> const trials = trials_of(a, where);
    // Of an axis whose values have a problem the fields are looked up all the same, as if a list were to be replaced.
    std::string const first = trials.empty() ? "[]" : trials.front().value;
    for (std::size_t f = 0; f < axis.fields.size(); ++f) {
      Location const place = where.field("fields", static_cast<int>(f));
      Diagnostics found;
      std::optional<std::string> path = indexed_path(scenario_.message, axis.fields[f], first, found);
      tell(found, place);
      if (!path) continue;
      check_taken(axis.fields[f], *path, a, place);
      bool const takes_range = !axis.range || check_range(axis.fields[f], *path, trials);
      taken_.push_back({std::move(*path), a});
      if (!trials.empty() && takes_range) check_values(axis, axis.fields[f], trials);
    }
  }

  /// The parser takes the numbers of words for the words; how they are numbered is nobody's question.
  bool check_range(std::string const& written, std::string const& path, std::vector<Trial> const& trials) {
    google::protobuf::EnumDescriptor const* const words = field_at(path).enum_type();
    if (words == nullptr || trials.empty()) return true;
    std::string known;
    for (int i = 0; i < words->value_count(); ++i) {
      if (words->value(i)->number() == 0) continue;  // the word for "unset"
      known += (known.empty() ? "" : ", ") + words->value(i)->name();
    }
    diagnostics_.add(trials.front().place, "'" + written + "' takes words, not a range of numbers", "one of " + known,
                     "list them in 'values'");
    return false;
  }

  void check_taken(std::string const& written, std::string const& path, std::size_t a, Location const& place) {
    if (path == "seed") {
      diagnostics_.add(place, "'seed' cannot be varied", "runs have seeds of their own: see 'replications' and 'seeds'");
      return;
    }
    for (Taken const& earlier : taken_) {
      bool const same = earlier.path == path;
      bool const within =
          earlier.path.starts_with(path) && !same && (earlier.path[path.size()] == '.' || earlier.path[path.size()] == '[');
      if (!same && !within) continue;
      std::string problem = same ? "'" + written + "' is " : "'" + written + "' replaces '" + earlier.path + "', which is ";
      if (!earlier.axis) {
        problem += "set for every point";
      } else if (*earlier.axis == a) {
        problem += "a field of the same axis";
      } else {
        problem += "varied by axis '" + sweep_.axes[*earlier.axis].name + "'";
      }
      diagnostics_.add(place, problem + (same ? " too" : ""),
                       same ? "" : "an axis that replaces a whole message comes before those of its fields");
      return;
    }
  }

  /// All values of a list; of a range its ends, and the first value that is not whole.
  [[nodiscard]] std::vector<Trial> trials_of(std::size_t a, Where const& where) const {
    Axis const& axis = sweep_.axes[a];
    proto::Axis const& message = message_.axes(static_cast<int>(a));
    std::vector<Trial> trials;
    for (std::size_t i = 0; i < axis.values.size(); ++i) trials.push_back({axis.values[i], value_place(message, where, i)});
    if (!axis.range) return trials;
    AxisRange ends = *axis.range;
    ends.count = 2;
    std::vector<std::string> const end_values = grid_values(ends);
    Where const range = where.child(ends.logarithmic ? "log" : "linear");
    trials.push_back({end_values.front(), range.field("from")});
    if (ends.whole) {
      trials.push_back({end_values.back(), range.field("to")});
      return trials;
    }
    if (sweep_.sample) {
      trials.push_back({sampled_value(*axis.range, 0.3), range.here()});
    } else {
      std::vector<std::string> const values = grid_values(*axis.range);
      auto const not_whole = std::find_if(values.begin(), values.end(), [](std::string const& value) {
        return value.find_first_not_of("-0123456789") != std::string::npos;
      });
      if (not_whole != values.end()) trials.push_back({*not_whole, range.here()});
    }
    trials.push_back({end_values.back(), range.field("to")});
    return trials;
  }

  /// The first value stays set at the end, for the axes that follow.
  void check_values(Axis const& axis, std::string const& field, std::vector<Trial> const& trials) {
    for (Trial const& trial : trials) {
      if (trial.value.empty()) continue;  // told by the rules of the schema
      Diagnostics found;
      if (set_field(scenario_.message, scenario_.tree, field, trial.value, found)) continue;
      bool const whole_would_do = axis.range && !axis.range->whole && takes_whole(field, axis.range->from);
      if (whole_would_do) {
        diagnostics_.add(trial.place, "'" + field + "' cannot be " + trial.value, "it takes whole numbers",
                         "did you mean 'whole: true'");
        break;
      }
      tell(found, trial.place);
      if (axis.range) break;  // the other values of a range have the same problem
    }
    Diagnostics told;
    set_field(scenario_.message, scenario_.tree, field, trials.front().value, told);
  }

  bool takes_whole(std::string const& field, double value) {
    AxisRange const whole{value, value, 1, false, true};
    Diagnostics ignored;
    return set_field(scenario_.message, scenario_.tree, field, grid_values(whole).front(), ignored);
  }

  void tell(Diagnostics const& found, Location const& place) {
    for (Diagnostic diagnostic : found.sorted()) {
      diagnostic.where = place;
      diagnostics_.add(std::move(diagnostic));
    }
  }

  Sweep const& sweep_;
  proto::Sweep const& message_;
  Where const& where_;
  Located<proto::Scenario> scenario_;
  Diagnostics& diagnostics_;
  std::vector<Taken> taken_;
};

}  // namespace

void check_swept_fields(Sweep const& sweep, proto::Sweep const& message, Where const& where,
                        Located<proto::Scenario> scenario, Diagnostics& diagnostics) {
  FieldCheck(sweep, message, where, std::move(scenario), diagnostics).check();
}

}  // namespace coinfer
