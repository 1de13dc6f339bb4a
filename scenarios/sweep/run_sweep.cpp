#include "scenarios/sweep/run_sweep.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "scenarios/report/report.hpp"
#include "scenarios/sweep/point_runner.hpp"
#include "scenarios/sweep/read_files.hpp"
#include "scenarios/sweep/sweep_folder.hpp"
#include "scenarios/sweep/sweep_manifest.hpp"
#include "scenarios/sweep/sweep_workers.hpp"
#include "scenarios/version.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

SweepIdentity identity_of(Sweep const& sweep, SweptScenario const& scenario, PointRunner const& runner,
                          PointList const& points, Catalog const& catalog, SweepShard shard) {
  SweepIdentity identity;
  identity.name = sweep.name;
  identity.version = version;
  identity.sweep = sweep.text;
  identity.scenario = scenario.text;
  identity.catalog = fingerprint_of_catalog(catalog.extra);
  identity.files = fingerprint_of_files(sweep, runner.base(), scenario.file.parent_path());
  identity.points = points.size();
  identity.replications = sweep.replications;
  for (Axis const& axis : sweep.axes) {
    identity.axes.push_back(axis.name);
    identity.zips.push_back(axis.zip);
  }
  identity.idle_skips = points.idle_skips();
  identity.shard = shard;
  return identity;
}

/// Of the largest of this process and those that have ended below it.
double peak_memory_mib() {
  double constexpr kib_per_mib = 1024;
  rusage own{};
  rusage workers{};
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &workers);
  return static_cast<double>(std::max(own.ru_maxrss, workers.ru_maxrss)) / kib_per_mib;
}

/// Numbers of the runs that remain, and how many of the shard there are in all.
struct Pending {
  std::vector<std::uint64_t> runs;
  std::uint64_t total = 0;
};

Pending pending_runs(SweepJournal const& journal, SweepFolder const& folder, bool results_folders) {
  SweepIdentity const& identity = journal.identity();
  Pending pending;
  for (std::uint64_t run = 0; run < identity.runs(); ++run) {
    if (!identity.has(run)) continue;
    ++pending.total;
    bool done = journal.has(run) && !journal.crashed(run);
    if (done && results_folders && journal.row(run).status == PointStatus::ok) {
      auto const replication = static_cast<std::uint32_t>(run % identity.replications);
      done = std::filesystem::exists(folder.results_of(run / identity.replications, replication));
    }
    if (!done) pending.runs.push_back(run);
  }
  return pending;
}

/// Removes what a killed process left half-written.
void clear_partial_results(std::filesystem::path const& folder) {
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().filename().string().starts_with('.')) std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

SweepOutcome run_sweep(Sweep const& sweep, Catalog const& catalog, SweepOptions const& options,
                       SweepProgress const& progress) {
  SweptScenario const scenario = read_swept_scenario(sweep);
  PointRunner const runner(sweep, scenario, catalog);
  PointList const points = expand(sweep);
  if (points.size() > most_sweep_runs / sweep.replications) {
    throw InputError("the sweep has " + std::to_string(points.size()) + " points with " +
                     std::to_string(sweep.replications) + " replications each; at most " + std::to_string(most_sweep_runs) +
                     " runs are possible");
  }
  SweepIdentity const identity = identity_of(sweep, scenario, runner, points, catalog, options.shard);
  SweepFolder const folder(options.out, identity, options.renew);
  if (options.results_folders) clear_partial_results(folder.path() / "points");
  Pending const pending = pending_runs(SweepJournal(folder.path()), folder, options.results_folders);

  SweepOutcome outcome;
  outcome.total = pending.total;
  outcome.before = outcome.done = pending.total - pending.runs.size();
  auto const run_of = [&](std::uint64_t item, std::uint64_t& point, std::uint32_t& replication) {
    point = pending.runs[item] / sweep.replications;
    replication = static_cast<std::uint32_t>(pending.runs[item] % sweep.replications);
  };
  WorkerCalls calls;
  calls.make = [&](std::uint32_t number) -> Worker {
    auto const journal = std::make_shared<JournalWriter>(folder.path(), number);
    return [&, journal](std::uint64_t item) {
      std::uint64_t point = 0;
      std::uint32_t replication = 0;
      run_of(item, point, replication);
      OnResults write;
      if (options.results_folders) {
        write = [&](Scenario const& of, Results const& results, double wall_s) {
          write_report(of, results, {wall_s, peak_memory_mib()}, folder.results_of(point, replication), true);
        };
      }
      journal->append(runner.run(points[point], replication, write));
    };
  };
  calls.died = [&](std::uint32_t number, std::uint64_t item, std::string const& how) {
    PointRow row;
    run_of(item, row.point, row.replication);
    SweepPoint const point = points[row.point];
    row.levels = point.levels;
    row.seed = runner.seed_of(row.point, row.replication);
    row.status = PointStatus::failed;
    row.crashed = true;
    row.reason = "the process that ran it ended with " + how;
    JournalWriter(folder.path(), number).append(row);
  };
  calls.progress = [&](std::uint64_t done) {
    outcome.done = outcome.before + done;
    if (progress) progress(outcome.done, outcome.before, outcome.total);
  };
  auto const begun = std::chrono::steady_clock::now();
  outcome.interrupted = !work_in_processes(pending.runs.size(), options.jobs, calls);
  if (outcome.interrupted) return outcome;
  std::chrono::duration<double> const wall_s = std::chrono::steady_clock::now() - begun;
  std::vector<SweepJournal> journals;
  journals.emplace_back(folder.path());
  outcome.summary = write_points_csv(journals, folder.points_csv());
  // A call that found everything done says nothing new of how it was done.
  if (!pending.runs.empty() || !folder.has_manifest()) {
    SweepCall const call{options.jobs, pending.runs.size(), wall_s.count(), peak_memory_mib()};
    folder.write_manifest(sweep_manifest(journals, call));
  }
  return outcome;
}

}  // namespace coinfer
