// The plain cut: the data owner's device runs the first layers and sends the activation, others run the rest.
// One request: t_edge + latency + S_k / B_up + t_cloud + latency + S_out / B_down, plus waiting.
// (Kang et al., Neurosurgeon, ASPLOS 2017; several tiers as in Scission, UCC 2020.)
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_stages.hpp"

namespace coinfer {

namespace {

class PlainSplit final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "plain_split", proto::ProtocolOptions::OF_NOT_SET, problems);
    std::string const& source = input.platform.device(input.source).name;
    if (!first_layer_on_source(input)) {
      problems.push_back(
          {"protocol 'plain_split' needs at least one layer on '" + source + "'", "otherwise it is 'cloud_only'"});
    }
    if (!first_layer_away_from_source(input)) {
      problems.push_back(
          {"protocol 'plain_split' needs at least one layer away from '" + source + "'", "otherwise it is 'local_only'"});
    }
    if (std::optional<LayerId> const far = first_reader_of_input_away_from_source(input); far && problems.empty()) {
      problems.push_back({"protocol 'plain_split' keeps the raw input on '" + source + "'",
                          "layer '" + input.model.layer(*far).name + "', which reads it, is placed elsewhere"});
    }
    if (!problems.empty()) return std::nullopt;
    return run_placement(input, problems);
  }
};

}  // namespace

std::unique_ptr<Protocol> make_plain_split() { return std::make_unique<PlainSplit>(); }

}  // namespace coinfer
