// What the parts of a run are called, for people: stations, links, servers, tasks.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "scenarios/run/run_watcher.hpp"
#include "sim/kernel/kernel_ids.hpp"

namespace coinfer {

class RunNames {
 public:
  /// The run outlives the names.
  explicit RunNames(RunView const& run);

  /// "phone[3]", or "cloud" where there is one of it.
  [[nodiscard]] std::string device(std::uint32_t device, std::uint32_t member) const;
  /// Of its device: "cpu", "sgx", "sgx bridge", "sgx quoting".
  [[nodiscard]] std::string unit(StationId station) const;
  /// "phone[3].cpu".
  [[nodiscard]] std::string station(StationId station) const;
  /// "access up", "access[3] down", "bus".
  [[nodiscard]] std::string pipe(PipeId pipe) const;
  /// "decode", "decode[1]".
  [[nodiscard]] std::string server(ServerId server) const;
  /// What a task does, with the tensor it makes or carries: "compute conv1", "send conv1", "serve".
  [[nodiscard]] std::string const& task(GraphId graph, std::uint32_t task) const { return tasks_.at(graph.index())[task]; }
  /// Where a task took place: a station, the links of a route, a server; empty for a delay.
  [[nodiscard]] std::string place(TaskRun const& task) const;

 private:
  void add(GraphId graph, struct Plan const& plan, struct Phase const& phase);

  RunView run_;
  std::unordered_map<std::uint32_t, std::vector<std::string>> tasks_;  ///< by graph
};

}  // namespace coinfer
