#include "scenarios/explain/request_story.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/explain/story_watcher.hpp"
#include "scenarios/run/request_life.hpp"
#include "scenarios/scenario_load.hpp"
#include "scenarios/version.hpp"
#include "sim/base/errors.hpp"
#include "sim/kernel/child_process.hpp"

namespace coinfer {

namespace {

/// The scenario that the manifest echoes.
Scenario scenario_of(SavedResults const& results, std::filesystem::path const& catalog) {
  std::string const manifest = (results.folder / "manifest.json").string();
  std::string const made_by = results.manifest.text("coinfer_version").value_or("?");
  if (made_by != version) {
    throw InputError(manifest + ": the run was made by coinfer " + made_by + ", this is " + std::string(version) +
                     ": simulated again it may take other times (run it anew with this version)");
  }
  std::optional<std::string> const input = results.manifest.text("input");
  if (!input) throw InputError(manifest + ": it echoes no input, so the run cannot be simulated again");
  std::filesystem::path const folder =
      catalog.empty() ? std::filesystem::path(results.manifest.text("catalog").value_or("")) : catalog;
  std::filesystem::path const file = results.manifest.text("file").value_or(manifest);
  Catalog const entries(folder.empty() ? std::nullopt : std::optional(folder));
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario_text(file, *input, {}, entries, diagnostics);
  if (!scenario) {
    throw InputError(manifest +
                     ": its input cannot be loaded any more, so the run cannot be simulated again (are files or "
                     "catalogue entries gone or changed?):\n" +
                     diagnostics.text());
  }
  return std::move(*scenario);
}

SavedRequest const& row_of(SavedResults const& results, std::uint64_t request) {
  std::vector<SavedRequest> const& rows = results.requests.rows;
  if (request >= rows.size()) {
    throw InputError(results.folder.string() + ": no request " + std::to_string(request) +
                     (rows.empty() ? ": there is none" : ": the last is " + std::to_string(rows.size() - 1)));
  }
  SavedRequest const& row = rows[request];
  if (row.outcome != Outcome::completed || !row.parts_s) {
    throw InputError(results.folder.string() + ": request " + std::to_string(request) + " did not complete (" +
                     std::string(to_string(row.outcome)) + "): there is no path to explain");
  }
  return row;
}

/// Refuses a replay in which the request is not the same, to the last bit.
void check_same(SavedResults const& results, SavedRequest const& row, RequestRecord const& again) {
  bool same = again.arrival_s == row.arrival_s && again.end_s == row.end_s;
  for (std::size_t part = 0; part < part_names.size(); ++part) same = same && again.parts_s[part] == (*row.parts_s)[part];
  if (same) return;
  throw InputError(results.folder.string() + ": simulated again, request " + std::to_string(row.request_id) +
                   " takes other times than requests.csv says (have files, catalogue or program changed since?)");
}

}  // namespace

RequestStory request_story(SavedResults const& results, std::uint64_t request, std::filesystem::path const& catalog) {
  SavedRequest const& row = row_of(results, request);
  Scenario const scenario = scenario_of(results, catalog);
  // A process of its own, whether SimGrid is needed or not: what it finds out comes back as text.
  std::string const told = run_in_child([&] {
    StoryWatcher watcher(static_cast<std::uint32_t>(request));
    RunOptions options;
    options.watcher = &watcher;
    RunRecord const record = RequestLife(scenario, options).run();
    if (record.requests.size() <= request)
      throw InputError(results.folder.string() + ": simulated again, fewer requests come");
    check_same(results, row, record.requests.at(request));
    return watcher.story().dump();
  });
  RequestStory story{row, results.requests.devices[row.device], results.requests.workloads[row.workload], {}, {}};
  for (nlohmann::json const& told_task : nlohmann::json::parse(told)) {
    StoryTask task;
    task.task = told_task.at("task").get<std::string>();
    task.where = told_task.at("where").get<std::string>();
    task.ready_s = told_task.at("ready_s").get<double>();
    task.start_s = told_task.at("start_s").get<double>();
    task.end_s = told_task.at("end_s").get<double>();
    task.waited_s = told_task.at("waited_s").get<double>();
    task.critical = told_task.at("critical").get<bool>();
    for (std::size_t part = 0; part < part_names.size(); ++part) {
      task.parts_s[part] = told_task.at("parts_s").at(part).get<double>();
      if (task.critical) story.parts_s[part] += task.parts_s[part];
    }
    story.tasks.push_back(std::move(task));
  }
  std::stable_sort(story.tasks.begin(), story.tasks.end(),
                   [](StoryTask const& a, StoryTask const& b) { return a.start_s < b.start_s; });
  return story;
}

}  // namespace coinfer
