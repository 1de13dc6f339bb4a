// Why one run was slower than another: what the difference of their mean latencies is made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/explain/explanation.hpp"

namespace coinfer {

/// A part of the latency, or the queue of a resource, before and after; seconds a request.
struct Change {
  std::string what;
  double before_s = 0;
  double after_s = 0;
  [[nodiscard]] double by_s() const { return after_s - before_s; }
};

/// A resource in both runs; a run that does not have it is absent.
struct ResourceChange {
  std::string resource;
  std::optional<ResourceShare> before;
  std::optional<ResourceShare> after;
};

/// A workload that both runs have, with counted requests in both.
struct WorkloadChange {
  Change latency;             ///< the means; `what` is the workload's name
  std::vector<Change> parts;  ///< as those of Against
};

struct Against {
  Explanation before;
  Explanation after;
  std::vector<Change> parts;   ///< they add up to the difference of the means; the largest difference first
  std::vector<Change> queues;  ///< by resource: what 'queue' is made of; the largest difference first
  std::vector<ResourceChange> resources;
  std::vector<WorkloadChange> workloads;  ///< in the order of the second run; empty where both are about one workload
};

/// Throws InputError where one of them has no request to compare.
Against compare_explanations(Explanation before, Explanation after);

std::string against_text(Against const& against);
std::string against_json(Against const& against);
/// One plain sentence: which is slower, and what made it so.
std::string why_text(Against const& against);
/// What makes it doubtful that the sentence names the cause, a sentence each; empty: nothing that could be seen.
std::vector<std::string> doubts(Against const& against);

}  // namespace coinfer
