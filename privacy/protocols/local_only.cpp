// Everything on the data owner's device: the baseline that leaks nothing to anyone else.
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_stages.hpp"

namespace coinfer {

namespace {

class LocalOnly final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "local_only", proto::ProtocolOptions::OF_NOT_SET, problems);
    if (std::optional<LayerId> const away = first_layer_away_from_source(input)) {
      problems.push_back({"protocol 'local_only' keeps every layer on '" + input.platform.device(input.source).name + "'",
                          "layer '" + input.model.layer(*away).name + "' is placed elsewhere"});
    }
    if (!problems.empty()) return std::nullopt;
    return run_placement(input, problems);
  }
};

}  // namespace

std::unique_ptr<Protocol> make_local_only() { return std::make_unique<LocalOnly>(); }

}  // namespace coinfer
