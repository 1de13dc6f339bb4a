#include "scenarios/sweep/point_runner.hpp"

#include <chrono>
#include <new>

#include "scenarios/run/run.hpp"
#include "scenarios/scenario_load.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/field_path.hpp"

namespace coinfer {

namespace {

/// A reason stands in one field of a table.
std::string on_one_line(std::string const& text) {
  std::string line;
  for (char const c : text) {
    if (c == '\n') {
      line += "; ";
    } else {
      line += c;
    }
  }
  return line;
}

void set(PointRow& row, PointStatus status, std::string const& reason) {
  row.status = status;
  row.reason = on_one_line(reason);
  row.columns.clear();
  row.values.clear();
  row.expectations.clear();
}

}  // namespace

PointRunner::PointRunner(Sweep const& sweep, SweptScenario const& scenario, Catalog const& catalog)
    : sweep_(sweep), catalog_(catalog), file_(scenario.file) {
  Diagnostics diagnostics;
  auto base = read_scenario_text(scenario.file, scenario.text, {sweep.assignments, std::nullopt}, diagnostics);
  if (!base) throw InputError(diagnostics);
  base_ = std::move(*base);
}

std::uint64_t PointRunner::seed_of(std::uint64_t point, std::uint32_t replication) const {
  return coinfer::seed_of(sweep_, base_.message.has_seed() ? base_.message.seed() : 1, point, replication);
}

PointRow PointRunner::run(SweepPoint const& point, std::uint32_t replication, OnResults const& on_results) const {
  PointRow row;
  row.point = point.index;
  row.replication = replication;
  row.levels = point.levels;
  row.seed = seed_of(point.index, replication);
  try {
    Located<proto::Scenario> located = base_;
    Diagnostics diagnostics;
    bool settable = true;
    for (std::string const& assignment : point.assignments) {
      settable = set_field(located.message, located.tree, assignment, diagnostics) && settable;
    }
    located.message.set_seed(row.seed);
    std::optional<Scenario> scenario;
    if (settable) {
      scenario = load_scenario_message(file_, located, catalog_, diagnostics, AbsentFigures::are_not_measured);
    }
    if (!scenario) {
      set(row, PointStatus::invalid, diagnostics.text());
      return row;
    }
    std::vector<Expectation>& expectations = scenario->expectations;
    expectations.insert(expectations.end(), sweep_.expectations.begin(), sweep_.expectations.end());
    auto const begun = std::chrono::steady_clock::now();
    Results const results = coinfer::run(*scenario, RunOptions{{}, static_cast<bool>(on_results), nullptr});
    std::chrono::duration<double> const wall_s = std::chrono::steady_clock::now() - begun;
    add_measures(row, *scenario, results);
    row.expectations = results.expectations;
    if (on_results) on_results(*scenario, results, wall_s.count());
  } catch (InputError const& error) {
    set(row, PointStatus::invalid, error.what());
  } catch (RunError const& error) {
    set(row, PointStatus::failed, error.what());
  } catch (std::bad_alloc const&) {
    set(row, PointStatus::failed, memory_exhausted);
    row.crashed = true;
  }
  return row;
}

}  // namespace coinfer
