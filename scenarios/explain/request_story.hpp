// The life of one request, task by task, found by simulating its run again.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "privacy/attribution.hpp"
#include "scenarios/saved/saved_results.hpp"

namespace coinfer {

/// A task of the request, or a wait between two of its phases.
struct StoryTask {
  std::string task;   ///< "compute conv1"
  std::string where;  ///< "phone.cpu", "access up"; empty where nothing is used
  double ready_s = 0;
  double start_s = 0;  ///< of its service, flow or first iteration
  double end_s = 0;
  double waited_s = 0;                              ///< in queues, before it started
  bool critical = false;                            ///< on the path whose times add up to the latency
  std::array<double, part_names.size()> parts_s{};  ///< what it counts as, where it is critical
};

struct RequestStory {
  SavedRequest row;  ///< as in requests.csv
  std::string device;
  std::string workload;
  std::vector<StoryTask> tasks;                     ///< by start
  std::array<double, part_names.size()> parts_s{};  ///< of the critical ones; they add up to the row's
};

/// Simulates the run of a results folder once more, from what its manifest echoes: the same input, seed and engine give the
/// same run. `catalog`: a folder that adds to the catalogue; empty: that of the manifest. Throws InputError where there is
/// no such request or it did not complete, where the version, the files or the catalogue are others than they were, and
/// where the run does not give this request the same times again; RunError where it cannot be carried out.
RequestStory request_story(SavedResults const& results, std::uint64_t request, std::filesystem::path const& catalog);

std::string story_text(RequestStory const& story);
std::string story_json(RequestStory const& story);

}  // namespace coinfer
