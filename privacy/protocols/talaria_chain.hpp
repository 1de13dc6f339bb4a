// One pass of Talaria: the chain of round trips between the confidential VM and the gpu.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "privacy/protocols/talaria_masks.hpp"
#include "privacy/protocols/talaria_placement.hpp"
#include "privacy/protocols/token_steps.hpp"

namespace coinfer {

/// The steps of passes in one phase; steps of equal layers share a cost.
class TalariaChain {
 public:
  using Steps = std::vector<PhaseBuilder::Step>;

  /// All outlive the chain; both places must have a rate for the model's compute type (asserted).
  TalariaChain(ProtocolInput const& input, TalariaPlacement const& places, TokenSteps& steps, PhaseBuilder& phase);

  /// A pass, from the confidential VM to it again; returns its last step. `overhead` is the host's, once a pass.
  PhaseBuilder::Step run(std::span<MaskedLinear const> linears, Seconds overhead, Steps after);

 private:
  PhaseBuilder::Step operate(std::vector<LayerId> const& layers, Steps const& after);
  Steps trip(MaskedLinear const& linear, Steps after);
  [[nodiscard]] Parcel parcel(MaskedLinear const& linear, LayerId tensor, double values, std::string const& what) const;
  PhaseBuilder::Step compute_inside(std::string const& name, TokenStack const& stack, Part part, PlanTask meaning,
                                    Steps const& after);
  PhaseBuilder::Step compute_outside(MaskedLinear const& linear, PlanTask meaning, Steps const& after);
  std::uint32_t cost(std::string const& name, std::shared_ptr<StepCost const> cost);

  ProtocolInput const& input_;
  ProcessorRef inside_;
  ProcessorRef gpu_;
  TokenSteps& steps_;
  PhaseBuilder& phase_;
  double ratio_;
  std::map<std::string, std::uint32_t> costs_;
};

}  // namespace coinfer
