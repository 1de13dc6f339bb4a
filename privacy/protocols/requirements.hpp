// What several protocols ask of a workload before they make a plan of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// Adds a problem where the workload gives options of another protocol than `protocol`, whose own are `own`
/// (`ONEOF_NOT_SET`: it has none).
void require_own_options(ProtocolInput const& input, std::string const& protocol, proto::ProtocolOptions::OfCase own,
                         std::vector<PlanProblem>& problems);

/// Adds a problem unless the model is one of tokens that generates; `encoders` are fine where the protocol says so.
void require_token_model(ProtocolInput const& input, std::string const& protocol, bool encoders,
                         std::vector<PlanProblem>& problems);

/// Adds a problem unless every layer is in one enclave of a processor of this kind.
void require_one_enclave(ProtocolInput const& input, std::string const& protocol, Processor::Kind kind,
                         std::vector<PlanProblem>& problems);

/// "cloud.cpu", or "cloud.sgx2" for an enclave.
std::string place_name(Platform const& platform, ProcessorRef place);

/// The first layer (in model order) that is placed on the data owner's device, or on another one; nothing where there is
/// none.
std::optional<LayerId> first_layer_on_source(ProtocolInput const& input);
std::optional<LayerId> first_layer_away_from_source(ProtocolInput const& input);
/// The first layer that reads the model's input and is placed on another device.
std::optional<LayerId> first_reader_of_input_away_from_source(ProtocolInput const& input);

}  // namespace coinfer
