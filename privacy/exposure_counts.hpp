// How often each adversary saw anything of whom, by how well that was protected.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/adversary.hpp"
#include "privacy/exposure.hpp"
#include "privacy/score.hpp"
#include "privacy/user_exposures.hpp"

namespace coinfer {

/// What one adversary saw of one workload under one protection, all tensors and places together.
struct ExposureCount {
  std::string adversary;
  std::string workload;
  Protection protection = Protection::clear;
  std::uint64_t tensors = 0;          ///< Different ones.
  std::uint64_t exposures = 0;        ///< Summed over tensors and places.
  std::optional<ExposedUsers> users;  ///< Absent where nobody counted.
};

/// A row for each adversary, workload and protection under which it saw anything: adversaries and workloads in their order,
/// the weakest protection first.
std::vector<ExposureCount> exposure_counts(std::span<Adversary const> adversaries, std::span<Exposure const> exposures,
                                           std::span<UserExposures const> workloads);

}  // namespace coinfer
