// The seam every protocol implements: how a placement is executed and protected.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/plan.hpp"
#include "privacy/privacy.pb.h"
#include "workloads/cost_trace.hpp"
#include "workloads/model.hpp"
#include "workloads/placement.hpp"
#include "workloads/serving/server_config.hpp"

namespace coinfer {

/// How data is put on a link.
struct WireFormat {
  /// Number format of activations that cross.
  DataType type = DataType::fp32;
  /// Size of the raw input on the wire; unset means the model's shape times its input type.
  std::optional<Bytes> input;
  /// Added to every transfer.
  Bytes framing{0};
  /// Whether the result travels back to the source.
  bool return_result = true;
  /// AES-256-GCM at both ends of every transfer, instead of nothing.
  bool encrypted = false;
  /// Time to put one message into its wire format and take it out again, at each transfer.
  Seconds serialise{0};
};

/// When the evidence of an enclave is checked before data is sent to it.
enum class Attestation {
  none,         ///< never: the data owner trusts it without
  at_start,     ///< once, before the first request of all
  per_device,   ///< once by each device that sends requests, before its first
  per_request,  ///< before every request
};

/// Everything a protocol may look at.
struct ProtocolInput {
  Platform const& platform;
  Model const& model;
  Placement const& placement;
  DeviceId source;         ///< the device that owns the data
  CostTrace const* trace;  ///< measured times, or null
  WireFormat wire;
  /// The iteration servers of the scenario. A processor without one serves one pass after the other.
  std::span<ServerConfig const> servers = {};
  proto::ProtocolOptions options = {};
  Attestation attestation = Attestation::per_device;

  /// The server that stands on a processor (in whatever mode), or null.
  [[nodiscard]] ServerConfig const* server_at(ProcessorRef processor) const;
};

/// Where a server stands; nothing where its `on` names no device or processor of the platform.
std::optional<ProcessorRef> processor_of(Platform const& platform, ServerConfig const& server);

/// Why no plan can be made of a workload, for the user.
struct PlanProblem {
  std::string problem;
  std::string why = {};             ///< may be empty
  std::string field = "placement";  ///< of the workload: where the problem lies
};

class Protocol {
 public:
  virtual ~Protocol() = default;
  /// The plan of one attempt. Where the placement does not suit the protocol, or a step cannot be priced, the
  /// reasons go to `problems` and nothing is returned.
  [[nodiscard]] virtual std::optional<Plan> compile(ProtocolInput const& input,
                                                    std::vector<PlanProblem>& problems) const = 0;
};

/// One line of the table: everything `coinfer list protocols` prints, and how to make one.
struct ProtocolEntry {
  std::string_view name;
  std::string_view description;
  std::string_view citation;
  std::unique_ptr<Protocol> (*make)();
};

/// Every protocol there is.
std::span<ProtocolEntry const> protocols();
/// The entry of that name, or null.
ProtocolEntry const* find_protocol(std::string_view name);

}  // namespace coinfer
