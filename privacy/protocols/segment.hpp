// A run of layers of a token model on one processor, and what a pass through it costs.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "privacy/protocol.hpp"
#include "workloads/serving/roofline_step_cost.hpp"

namespace coinfer {

/// Consecutive layers in model order.
struct Segment {
  ProcessorRef place;
  std::vector<LayerId> layers;
};

/// The maximal runs of consecutive layers at one place, in model order.
std::vector<Segment> segments_of(Placement const& placement);

/// What a pass through a segment takes; the last two are absent in the normal world, and where they are nothing.
struct SegmentCost {
  std::shared_ptr<StepCost const> compute;   ///< in the normal world
  std::shared_ptr<StepCost const> slowdown;  ///< what an enclave adds
  std::shared_ptr<StepCost const> paging;    ///< what bytes beyond its protected memory add
};

/// By the tables of the server that stands there, if it has any, else by the roofline of the processor or of the server's
/// group. In an enclave with slowdowns c (compute) and m (memory), per kind of layer with compute-bound time C and
/// memory-bound time M: slowdown = max(c C, m M) - max(C, M); a table does not say what bounds it and is slowed by the
/// larger factor. Paging: where weights, keys and values are more than the protected memory, each pass pays jump + bytes
/// moved / paging rate. Costs of a group's interconnect are not slowed. Problems: no rate for the model's type, tables of
/// another model or of more than the segment, weights beyond the protected memory where paging is unknown.
std::optional<SegmentCost> segment_cost(ProtocolInput const& input, Segment const& segment, ServerConfig const* server,
                                        std::vector<PlanProblem>& problems);

/// The slowdown of any stack in an enclave, priced as there; null where the enclave slows nothing down. The group's
/// processor must have a rate for the stack's compute type (asserted when it is asked).
std::shared_ptr<StepCost const> slowdown_cost(TokenStack const& stack, ProcessorGroup const& group, Enclave const& enclave);

}  // namespace coinfer
