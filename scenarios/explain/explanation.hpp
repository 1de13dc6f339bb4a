// Where the time of a run went, from what it left behind: which parts, in the tail and in the middle, on which resource,
// and how much more load it could take.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/saved/saved_results.hpp"

namespace coinfer {

/// One part of the latency (a column of requests.csv), in seconds a request.
struct PartShare {
  std::string part;      ///< without its unit: "queue"
  double mean_s = 0;     ///< over the counted requests
  double share = 0;      ///< of their mean latency
  double typical_s = 0;  ///< mean over those around the median latency
  double tail_s = 0;     ///< mean over the slowest
};

/// One resource or iteration server.
struct ResourceShare {
  std::string resource;  ///< as in resources.csv; a server's name stands behind "server "
  std::string kind;      ///< "processor", "enclave", "link", "server"
  std::uint64_t members = 1;
  double utilisation = 0;
  std::optional<double> asked_for;  ///< offered utilisation, where it says something
  double mean_waiting = 0;
  /// What was spent in its queue, by whatever request, over the completed requests; 0 of a server, whose
  /// processor has it.
  double waiting_s_per_request = 0;
  // Of a server.
  std::optional<double> mean_batch = {};   ///< sessions in an iteration
  std::optional<double> iteration_s = {};  ///< of its time, an iteration
  std::optional<double> token_s = {};      ///< of its time, a token
  std::optional<double> peak_kv = {};      ///< how full the KV cache of any replica was
};

/// Where the latency of some requests went: those that completed outside the warm-up.
struct LatencyParts {
  std::uint64_t counted = 0;
  double latency_mean_s = 0;  ///< 0 where none was counted, as the next three
  double latency_p50_s = 0;
  double latency_p99_s = 0;
  double latency_max_s = 0;
  std::uint64_t typical = 0;     ///< requests around the median: from the 45th to the 55th percentile
  std::uint64_t tail = 0;        ///< the slowest 1 %, at least one
  std::vector<PartShare> parts;  ///< those that took any time, the largest mean first
};

struct WorkloadShare {
  std::string workload;
  std::array<std::uint64_t, outcome_count> outcomes{};  ///< how many requests, in the order of Outcome
  LatencyParts latency;
};

struct Explanation {
  std::string folder;
  std::string scenario;
  std::string workload;                                 ///< the only one it is about; empty: all
  std::array<std::uint64_t, outcome_count> outcomes{};  ///< of the requests it is about, in the order of Outcome
  LatencyParts latency;                                 ///< of the requests it is about
  std::vector<WorkloadShare> workloads;                 ///< of all requests, in the order in which they first came
  double end_s = 0;
  std::vector<ResourceShare> resources;  ///< as in the files, servers last; by the requests of all workloads
  std::string bottleneck;                ///< empty: nothing is used
  std::optional<double> bottleneck_asked_for;
  std::optional<std::string> saturation;  ///< "STABLE", ... of the whole run; nothing: it was not judged
  /// Mean latency of the last quarter of the completed requests over that of the second, in order of arrival; nothing for
  /// fewer than 40 requests. Of all workloads, as the verdict.
  std::optional<double> late_over_early;

  [[nodiscard]] std::uint64_t submitted() const;
  [[nodiscard]] std::uint64_t outcome(Outcome of) const { return outcomes[static_cast<std::size_t>(of)]; }
};

/// Of all requests, or of those of one workload. Throws InputError where no request is of that workload.
Explanation explain(SavedResults const& results, std::string const& workload = "");

/// For people.
std::string explanation_text(Explanation const& explanation);
/// For scripts.
std::string explanation_json(Explanation const& explanation);

/// The verdict in words, with what it rests on: "STABLE: nothing is asked for more than it can do ...".
std::string saturation_text(Explanation const& explanation);
/// How the requests ended: "100 requests: 40 completed, 60 rejected".
std::string outcomes_text(Explanation const& explanation);
/// What a tenth off each of the largest parts brings while nothing else changes; one line each. No bounds: what requests
/// wait for each other on a fair link, a shared processor or in a batch is in these parts too, and a tenth off that
/// resource's work brings more there.
std::vector<std::string> what_would_help(Explanation const& explanation);

}  // namespace coinfer
