// How what a run showed divides among the users whose data it was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/exposure.hpp"

namespace coinfer {

/// What one phase of a plan did for one user: a member of the source. A phase of a request counts each of its runs; an
/// iteration counts for each member of its batch, and `yielding` only where that member got a token.
struct UserCount {
  std::uint64_t runs = 0;
  std::uint64_t yielding = 0;  ///< at most `runs`
  std::uint64_t requests = 0;  ///< of the user that had at least one run
};

/// A task that did not start in a run that was cut before it came to it.
struct UnstartedTask {
  std::uint32_t phase = 0;
  std::uint32_t task = 0;
  std::uint32_t user = 0;
  bool first = true;  ///< whether it was the first run of this phase for its request
};

/// Whose data was shown.
struct ExposedUsers {
  std::uint64_t requests = 0;       ///< Of which anything was shown at least once.
  std::uint64_t users = 0;          ///< Whose requests these were.
  std::uint64_t most_per_user = 0;  ///< Exposures of the user of whom most was shown.
  std::string worst_user;           ///< "phone[3]", or "phone" where there is only one; the first of several.
};

/// The users of one workload.
class UserExposures {
 public:
  /// `counts` by phase of the plan and user (users from the end of a list on had none). `source` is the device or fleet
  /// that the users are members of.
  UserExposures(std::string workload, std::string source, bool is_fleet, std::vector<std::vector<UserCount>> counts,
                std::vector<UnstartedTask> unstarted);

  /// Whose data these tasks showed, all their starts together. Requests are those of the task that started for the most of
  /// them, so that each counts once. Nothing for no tasks.
  [[nodiscard]] std::optional<ExposedUsers> exposed(std::span<ShownBy const> tasks) const;

  /// How often these tasks started for each user (users from the end of the list on had none): the sum is that of their
  /// starts.
  [[nodiscard]] std::vector<std::uint64_t> exposures_by_user(std::span<ShownBy const> tasks) const;

  /// Name of the workload.
  [[nodiscard]] std::string const& workload() const { return workload_; }

 private:
  [[nodiscard]] std::uint64_t requests_of(std::span<ShownBy const> tasks) const;

  std::string workload_;
  std::string source_;
  bool is_fleet_;
  std::vector<std::vector<UserCount>> counts_;
  std::vector<std::uint64_t> requests_;  ///< by phase
  std::vector<UnstartedTask> unstarted_;
};

}  // namespace coinfer
