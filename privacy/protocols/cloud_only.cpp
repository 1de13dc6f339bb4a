// Everything away from the data owner's device: the baseline that shows the raw input to whoever computes.
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_stages.hpp"

namespace coinfer {

namespace {

class CloudOnly final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "cloud_only", proto::ProtocolOptions::OF_NOT_SET, problems);
    if (std::optional<LayerId> const at_home = first_layer_on_source(input)) {
      problems.push_back({"protocol 'cloud_only' keeps no layer on '" + input.platform.device(input.source).name + "'",
                          "layer '" + input.model.layer(*at_home).name + "' is placed there"});
    }
    if (!problems.empty()) return std::nullopt;
    return run_placement(input, problems);
  }
};

}  // namespace

std::unique_ptr<Protocol> make_cloud_only() { return std::make_unique<CloudOnly>(); }

}  // namespace coinfer
