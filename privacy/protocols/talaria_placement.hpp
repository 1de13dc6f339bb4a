// Where Talaria runs what: products with weights on one processor in the normal world, the rest in one enclave.
#pragma once

#include <optional>
#include <vector>

#include "privacy/protocol.hpp"

namespace coinfer {

/// The two places of the protocol, and the placement that puts every layer on one of them.
struct TalariaPlacement {
  Placement placement;
  ProcessorRef inside;  ///< the enclave of a cpu: the confidential VM
  ProcessorRef gpu;     ///< in the normal world of another device
};

/// The placement that the protocol runs: the one given, with the layers whose inputs are masked (`masked_linears`) on
/// `options.talaria.linears_on` where that is set. The embedding stays in the enclave: where the system reads it is not
/// published. Problems: a model that is not one of tokens or has weights that cannot be masked; options without a rank
/// ratio; an unknown processor; a layer that is on neither place; both places on one device, since what crosses between
/// them is what the protocol costs; the gpu as a group, which the protocol cannot divide a product among.
std::optional<TalariaPlacement> talaria_placement(ProtocolInput const& input, std::vector<PlanProblem>& problems);

}  // namespace coinfer
