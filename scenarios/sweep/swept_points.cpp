#include "scenarios/sweep/swept_points.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/gate/expectations_load.hpp"
#include "scenarios/scenario_load.hpp"
#include "scenarios/sweep/axis_levels.hpp"
#include "scenarios/sweep/sweep_axes_load.hpp"

namespace coinfer {

namespace {

/// A point to try, and the axis at one of whose ends it stands.
struct Trial {
  std::uint64_t point = 0;
  std::optional<std::size_t> axis;  ///< nothing for the first point
};

/// The first point, and those at the ends of each axis, each once.
std::vector<Trial> trials_of(PointList const& points, std::size_t axes) {
  std::vector<Trial> trials{{0, std::nullopt}};
  std::set<std::uint64_t> known{0};
  for (std::size_t a = 0; a < axes; ++a) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    double lowest = points.rank(0, a);
    double highest = lowest;
    for (std::uint64_t p = 1; p < points.size(); ++p) {
      double const rank = points.rank(p, a);
      if (rank < lowest) {
        first = p;
        lowest = rank;
      } else if (rank > highest) {
        last = p;
        highest = rank;
      }
    }
    for (std::uint64_t const p : {first, last}) {
      if (known.insert(p).second) trials.push_back({p, a});
    }
  }
  return trials;
}

/// The scenario at a point, or nothing after problems.
std::optional<Scenario> load_at(Sweep const& sweep, SweepPoint const& point, SweptScenario const& scenario,
                                Catalog const& catalog, AbsentFigures absent_figures, Diagnostics& found) {
  LoadOptions options;
  options.assignments = sweep.assignments;
  options.assignments.insert(options.assignments.end(), point.assignments.begin(), point.assignments.end());
  std::optional<Located<proto::Scenario>> const read = read_scenario_text(scenario.file, scenario.text, options, found);
  if (!read) return std::nullopt;
  return load_scenario_message(scenario.file, *read, catalog, found, absent_figures);
}

class PointCheck {
 public:
  PointCheck(Sweep const& sweep, PointList const& points, proto::Sweep const& message, Where const& where,
             SweptScenario const& scenario, Catalog const& catalog)
      : sweep_(sweep), points_(points), message_(message), where_(where), scenario_(scenario), catalog_(catalog) {}

  void somewhere(Diagnostics& diagnostics) {
    std::vector<Diagnostic> const first = problems_at(0);
    if (first.empty()) return;
    for (Trial const& trial : trials_of(points_, sweep_.axes.size())) {
      if (trial.axis && problems_at(trial.point).empty()) return;
    }
    for (Diagnostic const& problem : first) tell(problem, {0, std::nullopt}, diagnostics);
  }

  void at_every_end(Diagnostics& diagnostics) {
    for (Trial const& trial : trials_of(points_, sweep_.axes.size())) {
      for (Diagnostic const& problem : problems_at(trial.point)) tell(problem, trial, diagnostics);
    }
  }

 private:
  [[nodiscard]] std::vector<Diagnostic> problems_at(std::uint64_t index) const {
    Diagnostics found;
    // What an axis changes may take away a figure; the scenario as the first point has it must have them all.
    AbsentFigures const absent = index == 0 ? AbsentFigures::are_problems : AbsentFigures::are_not_measured;
    load_at(sweep_, points_[index], scenario_, catalog_, absent, found);
    return found.sorted();
  }

  /// Adds a problem at the place that its user can mend, unless it was told of another point.
  void tell(Diagnostic problem, Trial const& trial, Diagnostics& diagnostics) {
    if (!told_.insert(to_string(problem)).second) return;
    std::map<std::string, Location> const settings = settings_of(trial.point);
    auto const setting = settings.find(problem.where.file);
    if (setting != settings.end()) {
      problem.where = setting->second;
    } else if (trial.axis) {
      Axis const& axis = sweep_.axes[*trial.axis];
      std::string const level = points_[trial.point].levels[*trial.axis];
      std::string const place = to_string(Diagnostic{problem.where, "", {}, {}});
      problem.problem = "with '" + axis.name + "' at " + level + ", " + place + problem.problem;
      problem.where = place_of(trial.point, *trial.axis);
    }
    diagnostics.add(std::move(problem));
  }

  /// What a problem with a setting calls its file, and where the value is written.
  [[nodiscard]] std::map<std::string, Location> settings_of(std::uint64_t index) const {
    std::map<std::string, Location> settings;
    for (std::size_t i = 0; i < sweep_.assignments.size(); ++i) {
      settings["--set " + sweep_.assignments[i]] = where_.field("set", static_cast<int>(i));
    }
    SweepPoint const point = points_[index];
    for (std::size_t a = 0; a < sweep_.axes.size(); ++a) {
      for (std::string const& field : sweep_.axes[a].fields) {
        settings["--set " + field + "=" + point.levels[a]] = place_of(index, a);
      }
    }
    return settings;
  }

  [[nodiscard]] Location place_of(std::uint64_t index, std::size_t axis) const {
    proto::Axis const& message = message_.axes(static_cast<int>(axis));
    Where const where = where_.child("axes", static_cast<int>(axis));
    if (sweep_.sample && sweep_.axes[axis].range) return where.field(message.has_log() ? "log" : "linear");
    return value_place(message, where, static_cast<std::size_t>(points_.rank(index, axis)));
  }

  Sweep const& sweep_;
  PointList const& points_;
  proto::Sweep const& message_;
  Where const& where_;
  SweptScenario const& scenario_;
  Catalog const& catalog_;
  std::set<std::string> told_;
};

}  // namespace

void check_swept_points(Sweep const& sweep, PointList const& points, proto::Sweep const& message, Where const& where,
                        SweptScenario const& scenario, Catalog const& catalog, MustLoad must_load,
                        Diagnostics& diagnostics) {
  PointCheck check(sweep, points, message, where, scenario, catalog);
  if (must_load == MustLoad::somewhere) {
    check.somewhere(diagnostics);
  } else {
    check.at_every_end(diagnostics);
  }
}

void check_swept_metrics(Sweep const& sweep, PointList const& points, proto::Sweep const& message, Where const& where,
                         SweptScenario const& scenario, Catalog const& catalog, Diagnostics& diagnostics) {
  std::map<int, Diagnostics> unknown;
  for (int e = 0; e < message.expect_size(); ++e) unknown.try_emplace(e);
  bool first = true;
  for (Trial const& trial : trials_of(points, sweep.axes.size())) {
    if (unknown.empty()) return;
    Diagnostics ignored;
    std::optional<Scenario> const there =
        load_at(sweep, points[trial.point], scenario, catalog, AbsentFigures::are_not_measured, ignored);
    if (!there) continue;
    for (auto one = unknown.begin(); one != unknown.end();) {
      Diagnostics found;
      bool const known = check_metric(message.expect(one->first), where.child("expect", one->first), *there, found);
      if (first) one->second = found;
      one = known ? unknown.erase(one) : std::next(one);
    }
    first = false;
  }
  for (auto const& [index, problems] : unknown) {
    for (Diagnostic const& problem : problems.sorted()) diagnostics.add(problem);
  }
}

}  // namespace coinfer
