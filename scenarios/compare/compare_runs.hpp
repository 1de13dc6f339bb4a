// Two results folders of `coinfer run`, figure by figure.
#pragma once

#include "scenarios/compare/comparison.hpp"
#include "scenarios/saved/saved_results.hpp"

namespace coinfer {

/// Everything that both say, not yet decided (see `decide`). Latency, times of tokens, their parts, throughput and the
/// share of requests that completed come with estimates: by request, where both runs had the same requests (arrivals,
/// workloads and tokens), else as samples that share nothing. Bytes, leakage, exposures and grades of inputs are as they
/// are. What one run says without its spread (energy, money) is equal or not comparable.
///
/// Where the runs completed different requests, times are compared over those that both completed, and a note says so.
Comparison compare_runs(SavedResults const& a, SavedResults const& b);

/// Whether both runs had the same requests; else why not.
struct SamePairs {
  bool same = false;
  std::string why_not;
};
SamePairs same_requests(SavedRequests const& a, SavedRequests const& b);

}  // namespace coinfer
