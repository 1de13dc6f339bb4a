// requests.csv read back.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "privacy/attribution.hpp"
#include "scenarios/run/run_record.hpp"

namespace coinfer {

/// One row. What is absent in the file is absent here. Words are indices into the lists of SavedRequests.
struct SavedRequest {
  std::uint64_t request_id = 0;
  double arrival_s = 0;
  std::optional<double> start_s;
  std::optional<double> end_s;
  std::optional<double> latency_s;
  std::optional<double> ttft_s;
  std::optional<double> tpot_s;
  std::optional<std::uint64_t> prompt_tokens;
  std::optional<std::uint64_t> output_tokens;
  /// In the order of `part_names`; they add up to the latency. Absent (all of them) while a request has not ended.
  std::optional<std::array<double, part_names.size()>> parts_s;
  std::uint32_t workload = 0;
  std::uint32_t device = 0;
  std::uint32_t protocol = 0;
  std::uint32_t cut = 0;
  std::uint32_t attempts = 0;
  Outcome outcome = Outcome::unfinished;
  bool warm_up = false;

  /// Whether the statistics are over it: completed, and not warm-up.
  [[nodiscard]] bool counted() const { return outcome == Outcome::completed && !warm_up; }
};

struct SavedRequests {
  std::vector<SavedRequest> rows;      ///< in order of arrival
  std::vector<std::string> workloads;  ///< in the order in which the rows first name them, as the others are
  std::vector<std::string> devices;
  std::vector<std::string> protocols;
  std::vector<std::string> cuts;
};

/// Throws InputError with file:line:col where the table is not one that `coinfer run` writes, or is cut off. Columns it
/// does not know are passed over.
SavedRequests load_saved_requests(std::filesystem::path const& file);

}  // namespace coinfer
