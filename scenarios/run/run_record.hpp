// What a simulation leaves behind: flat tables that can cross from a child process to its parent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "privacy/ledger.hpp"
#include "privacy/user_exposures.hpp"
#include "scenarios/run/request_log.hpp"
#include "scenarios/run/spill_file.hpp"

namespace coinfer {

/// A resource's use over a run, summed over the members of its fleet.
struct ResourceRecord {
  double busy_s = 0;      ///< time with at least one job or flow
  double service_s = 0;   ///< integral of the number in service
  double waiting_s = 0;   ///< integral of the number waiting
  double offered = 0;     ///< seconds of work, or bytes, that were asked for
  double bytes = 0;       ///< carried (links)
  double bytes_down = 0;  ///< the part of `bytes` that went down a half-duplex link
  std::uint64_t served = 0;
  std::uint64_t max_waiting = 0;  ///< of any member
  std::uint64_t members_used = 0;
};

/// How much a resource has been used up to a date, summed over the members of its fleet; see ResourceRecord.
struct ResourceSample {
  double busy_s = 0;
  double service_s = 0;
  double waiting_s = 0;
  double bytes = 0;  ///< of a link; a transfer's as if they flowed evenly
};

/// An iteration server's use over a run, summed over its replicas.
struct ServerRecord {
  double busy_s = 0;      ///< time in iterations
  double in_batch_s = 0;  ///< integral of the number of sessions in the batch
  double waiting_s = 0;   ///< integral of the number of calls that wait
  std::uint64_t replicas_used = 0;
  std::uint64_t iterations = 0;
  std::uint64_t tokens = 0;  ///< new tokens computed, recomputed ones included
  std::uint64_t largest_batch = 0;
  std::uint64_t preemptions = 0;
  std::uint64_t recomputed_tokens = 0;
  std::uint64_t prefix_hit_tokens = 0;        ///< prompt tokens whose keys and values were there
  std::uint64_t prefix_hit_blocks_other = 0;  ///< KV blocks found that another user had filled
  std::uint64_t peak_kv_blocks = 0;           ///< of any replica
  std::uint64_t priced = 0;                   ///< iterations priced by measured tables
  std::uint64_t extrapolated = 0;             ///< of those: outside the measured grid
};

/// Units of an enclave that have records of their own, in the order of StationRef::Unit: the enclave's own slots, its
/// bridge, what signs its quotes.
inline constexpr std::size_t enclave_unit_count = 3;

/// What the phases of a workload's plan did for each of its users.
struct ShownCounts {
  std::vector<std::vector<UserCount>> counts;  ///< by phase and member of the source
  std::vector<UnstartedTask> unstarted;        ///< what runs that were cut did not come to
};

/// That what was left of a member's privacy budget first did not suffice for a request.
struct Exhaustion {
  double time_s = 0;
  std::uint32_t account = 0;  ///< of the scenario's source accounts
  std::uint32_t member = 0;
};

struct RunRecord {
  RequestLog requests;                                               ///< in order of arrival
  std::vector<ResourceRecord> processors;                            ///< by device, then processor
  std::vector<ResourceRecord> enclaves;                              ///< by device, then enclave, then unit
  std::vector<ResourceRecord> pipes;                                 ///< by link: up, then down (half duplex: all in up)
  std::vector<ServerRecord> servers;                                 ///< as in the scenario
  std::vector<std::vector<std::vector<std::uint64_t>>> task_starts;  ///< by workload, phase of its plan, and task
  std::vector<ShownCounts> shown;                                    ///< by workload
  std::vector<LedgerRecord> ledgers;                                 ///< by source account
  std::vector<Exhaustion> exhaustions;                               ///< as they happened
  std::vector<double> sample_dates_s;   ///< of the timeline: ends of its intervals, the last that of the run; may be empty
  std::vector<ResourceSample> samples;  ///< by date; processors, enclaves and pipes as above
  double end_s = 0;
  double last_arrival_s = 0;
  std::uint64_t events = 0;
  std::uint64_t simgrid_flows = 0;
};

/// The record as bytes and back, between processes of one program that share the file of the request log.
std::string pack(RunRecord const& record);
RunRecord unpack(std::string const& bytes, std::shared_ptr<SpillFile> const& file = nullptr);

}  // namespace coinfer
