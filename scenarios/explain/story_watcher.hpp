// Writes down what happens to one request while its scenario runs.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "scenarios/run/run_watcher.hpp"
#include "scenarios/trace/run_names.hpp"

namespace coinfer {

class StoryWatcher final : public RunWatcher {
 public:
  explicit StoryWatcher(std::uint32_t request);
  ~StoryWatcher() override;
  StoryWatcher(StoryWatcher const&) = delete;
  StoryWatcher& operator=(StoryWatcher const&) = delete;

  void begins(RunView const& run) override;
  void task_waits(ObservedTask const&) override {}
  void task_started(ObservedTask const&) override {}
  void task_ended(ObservedTask const&, bool) override {}
  void run_ended(EndedRun const& run, GraphId graph, std::uint32_t tag) override;
  void request_ended(std::uint32_t) override {}
  void iterations_ended(ServerId, Batch const&, double) override {}
  void ends() override {}

  /// A list of its tasks, with the members of StoryTask.
  [[nodiscard]] nlohmann::json const& story() const { return *story_; }

 private:
  void add_wait(double from_s, double to_s);

  std::uint32_t request_;
  std::optional<RunView> run_;
  std::optional<RunNames> names_;
  std::unique_ptr<nlohmann::json> story_;
  double told_until_s_ = 0;
};

}  // namespace coinfer
