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

struct Against {
  Explanation before;
  Explanation after;
  std::vector<Change> parts;   ///< they add up to the difference of the means; the largest difference first
  std::vector<Change> queues;  ///< by resource: what 'queue' is made of; the largest difference first
  std::vector<ResourceChange> resources;
};

/// Throws InputError where one of them has no request to compare.
Against compare_explanations(Explanation before, Explanation after);

std::string against_text(Against const& against);
std::string against_json(Against const& against);
/// One plain sentence: which is slower, and what made it so.
std::string why_text(Against const& against);

}  // namespace coinfer
