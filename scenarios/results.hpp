// What a run returns: everything the results folder will hold, before it is written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "privacy/exposure.hpp"
#include "privacy/exposure_counts.hpp"
#include "privacy/floor.hpp"
#include "privacy/score.hpp"
#include "scenarios/gate/verdict.hpp"
#include "scenarios/ledger_results.hpp"
#include "scenarios/run/run_record.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer {

/// Requests and latency of one workload, or of all.
struct WorkloadResult {
  std::string name;
  std::uint64_t submitted = 0;
  std::array<std::uint64_t, outcome_count> outcomes{};  ///< by Outcome; warm-up included
  /// Requests that were let in: whatever a run spends, it spends on them.
  [[nodiscard]] std::uint64_t admitted() const { return submitted - outcomes[static_cast<std::size_t>(Outcome::rejected)]; }
  std::uint64_t counted = 0;  ///< completed and not warm-up: what the statistics are over
  std::optional<Summary> latency_s;
  std::optional<Interval> latency_mean_interval_s;  ///< batch means, 95 %
  std::optional<double> throughput_per_s;           ///< of counted requests between their first and last ends
  std::optional<Summary> ttft_s;                    ///< arrival to first token at the data owner; absent without tokens
  std::optional<Summary> tpot_s;                    ///< mean gap between the tokens of a request that gets at least two
  std::uint64_t prompt_tokens = 0;                  ///< of counted requests
  std::uint64_t output_tokens = 0;
  std::optional<double> output_tokens_per_s;  ///< of counted requests, over the time in which they ended
  std::optional<double> objective_met;  ///< share of counted requests that kept the service objective; absent without one
  std::optional<double> goodput_per_s;  ///< that share of the throughput
  /// Over the links that its requests use, warm-up included; absent where another workload may use one of them too.
  std::optional<double> bytes_up;
  std::optional<double> bytes_down;
  std::array<double, part_names.size()> mean_parts_s{};
};

/// One processor, or one direction of a link.
struct ResourceResult {
  std::string resource;  ///< "cloud.gpu", "access up"
  std::string kind;      ///< "processor", "enclave", "link"
  std::uint64_t members = 1;
  std::uint64_t members_used = 0;
  double utilisation = 0;          ///< busy share of slots (processor) or of bandwidth (link), over all members
  double offered_utilisation = 0;  ///< what was asked for during arrivals over what it can do in that time
  /// Whether iteration servers work on it: it is then busy as long as there is anyone, in larger batches where there are
  /// more, and its busy time says little of how much more it could do.
  bool serves_batches = false;
  /// `offered_utilisation` where it says something.
  [[nodiscard]] std::optional<double> asked_for() const {
    return serves_batches ? std::nullopt : std::optional<double>(offered_utilisation);
  }
  double mean_waiting = 0;
  std::uint64_t max_waiting = 0;
  std::uint64_t served = 0;
  double busy_s = 0;
  std::optional<double> bytes;  ///< links only
  std::optional<double> energy_j;
  std::optional<double> cost_usd;
};

/// One iteration server, over its replicas.
struct ServerResult {
  std::string server;
  std::string on;  ///< the processor, as resources are named
  std::uint64_t replicas = 1;
  std::uint64_t kv_capacity_tokens = 0;  ///< of one replica
  double utilisation = 0;                ///< share of the time in iterations
  double mean_batch = 0;                 ///< sessions in an iteration, over the time in iterations
  double mean_waiting = 0;               ///< calls that wait, over the whole time
  double peak_kv_utilisation = 0;        ///< of any replica
  ServerRecord record;
};

/// A total that may be absent, and then says why.
struct Total {
  std::optional<double> value;
  std::string reason;
};

enum class Saturation : std::uint8_t {
  stable,      ///< everything keeps up
  backlogged,  ///< no resource is asked for more than it can do, yet latency grows along the run
  saturated,   ///< a resource is always busy, and users who wait for their answers keep it so
  overloaded,  ///< a resource is asked for more than it can do while requests keep coming
};
/// "STABLE", "BACKLOGGED", "SATURATED", "OVERLOADED".
std::string_view to_string(Saturation verdict);

struct Results {
  RunRecord record;
  WorkloadResult all;
  std::vector<WorkloadResult> workloads;
  std::vector<ResourceResult> resources;
  std::vector<ServerResult> servers;  ///< those that some workload uses
  std::vector<Exposure> exposures;
  std::vector<UserExposures> users;  ///< by workload: how its exposures divide among its users
  std::vector<PrivacyScore> privacy;
  std::vector<FloorVerdict> floors;              ///< as in the scenario
  std::vector<ExpectationVerdict> expectations;  ///< as in the scenario
  std::vector<ExposureCount> exposure_counts;    ///< of the scenario's adversaries
  double bytes_up = 0;                           ///< over all links, by direction
  double bytes_down = 0;
  std::vector<LedgerResult> ledgers;  ///< of sources that draw from private mechanisms
  Total energy_j;
  Total cost_usd;
  std::optional<Saturation> saturation;  ///< absent: too few requests to judge
  std::string bottleneck;                ///< the resource with the highest offered utilisation; empty where nothing is used
};

}  // namespace coinfer
