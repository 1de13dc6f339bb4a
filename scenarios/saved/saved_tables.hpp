// The small tables of a results folder read back: resources.csv, servers.csv and timeline.csv.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace coinfer {

/// A row of resources.csv; see ResourceResult.
struct SavedResource {
  std::string resource;
  std::string kind;
  std::uint64_t members = 0;
  std::uint64_t members_used = 0;
  double utilisation = 0;
  std::optional<double> offered_utilisation;  ///< absent where iteration servers work on it
  double mean_waiting = 0;
  std::uint64_t max_waiting = 0;
  std::uint64_t served = 0;
  double busy_s = 0;
  std::optional<double> bytes;
  std::optional<double> energy_j;
  std::optional<double> cost_usd;
};

/// A row of servers.csv, as far as anybody asks; see ServerResult.
struct SavedServer {
  std::string server;
  std::uint64_t replicas = 0;
  std::uint64_t replicas_used = 0;
  double utilisation = 0;
  std::uint64_t iterations = 0;
  std::uint64_t tokens = 0;
  double mean_batch = 0;
  std::uint64_t largest_batch = 0;
  double mean_waiting = 0;
  double peak_kv_utilisation = 0;
  std::uint64_t preemptions = 0;
};

/// A row of timeline.csv: one interval of one resource.
struct SavedInterval {
  std::string resource;
  std::string kind;
  double from_s = 0;
  double to_s = 0;
  double utilisation = 0;
  double mean_waiting = 0;
};

/// All throw InputError with the place of what is wrong; columns they do not know are passed over.
std::vector<SavedResource> load_saved_resources(std::filesystem::path const& file);
std::vector<SavedServer> load_saved_servers(std::filesystem::path const& file);
std::vector<SavedInterval> load_saved_timeline(std::filesystem::path const& file);

}  // namespace coinfer
