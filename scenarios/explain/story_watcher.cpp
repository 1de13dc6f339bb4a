#include "scenarios/explain/story_watcher.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "privacy/attribution.hpp"

namespace coinfer {

namespace {

nlohmann::json to_list(PartTimes const& parts) {
  nlohmann::json list = nlohmann::json::array();
  for (PartName const& name : part_names) list.push_back(parts[name.part]);
  return list;
}

}  // namespace

StoryWatcher::StoryWatcher(std::uint32_t request)
    : request_(request), story_(std::make_unique<nlohmann::json>(nlohmann::json::array())) {}

StoryWatcher::~StoryWatcher() = default;

void StoryWatcher::begins(RunView const& run) {
  run_.emplace(run);
  names_.emplace(run);
}

/// Between two phases nothing of a request runs only where it waits for a set-up that another one runs.
void StoryWatcher::add_wait(double from_s, double to_s) {
  PartTimes parts{};
  parts[queue_part] = to_s - from_s;
  story_->push_back({{"task", "wait for the set-up that another request runs"},
                     {"where", ""},
                     {"ready_s", from_s},
                     {"start_s", to_s},
                     {"end_s", to_s},
                     {"waited_s", to_s - from_s},
                     {"critical", true},
                     {"parts_s", to_list(parts)}});
}

void StoryWatcher::run_ended(EndedRun const& run, GraphId graph, std::uint32_t tag) {
  if (tag != request_) return;
  std::size_t const count = run.graph.tasks().size();
  std::vector<bool> critical(count);
  for (std::uint32_t task = run.last_ended; task != nothing; task = run.state.tasks[run.first_task + task].critical) {
    critical[task] = true;
  }
  double begun_s = std::numeric_limits<double>::infinity();
  for (std::uint32_t task : run.graph.roots()) begun_s = std::min(begun_s, run.state.tasks[run.first_task + task].ready_s);
  double const before_s = story_->empty() ? run_->requests[request_].arrival_s : told_until_s_;
  if (begun_s > before_s) add_wait(before_s, begun_s);
  for (std::uint32_t task = 0; task < count; ++task) {
    TaskRun const& times = run.state.tasks[run.first_task + task];
    PartTimes parts{};
    add_task(parts, run, task);
    bool const serves = times.kind == TaskKind::serve;
    story_->push_back({{"task", names_->task(graph, task)},
                       {"where", names_->place(times)},
                       {"ready_s", times.ready_s},
                       {"start_s", times.start_s},
                       {"end_s", times.end_s},
                       {"waited_s", serves ? times.start_s - times.ready_s : parts[queue_part]},
                       {"critical", static_cast<bool>(critical[task])},
                       {"parts_s", to_list(parts)}});
  }
  told_until_s_ = run.state.now_s;
}

}  // namespace coinfer
