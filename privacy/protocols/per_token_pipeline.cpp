// First and last layers with the data owner, the middle elsewhere: hidden states go up and come down once per token.
//
//   tokens/s = a / (RTT + t_local + t_middle + t_serialise)
//
// with a = 1 for sequential decoding, more where several drafted tokens are checked in one step (arXiv:2602.16760; Mistral
// 7B over a wide-area network). Leaves out the cost of drafting.
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_stages.hpp"

namespace coinfer {

namespace {

class PerTokenPipeline final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "per_token_pipeline", proto::ProtocolOptions::kPerTokenPipeline, problems);
    require_token_model(input, "per_token_pipeline", false, problems);
    require_ends_at_home(input, problems);
    StepShape step;
    if (input.options.has_per_token_pipeline()) {
      proto::ProtocolOptions::PerTokenPipeline const& options = input.options.per_token_pipeline();
      step = {1 + options.draft_tokens(), options.acceptance()};
      if (options.draft_tokens() > 0 && !options.has_acceptance()) {
        problems.push_back({"'acceptance' is not given", "tokens are drafted", "options"});
      }
    }
    if (!problems.empty()) return std::nullopt;
    return run_token_stages(input, problems, step);
  }

 private:
  static void require_ends_at_home(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
    std::string const& source = input.platform.device(input.source).name;
    for (LayerId const end : {LayerId(0), input.model.output()}) {
      if (input.placement.of(end).device == input.source) continue;
      problems.push_back({"protocol 'per_token_pipeline' keeps the first and the last layers on '" + source + "'",
                          "layer '" + input.model.layer(end).name + "' is placed elsewhere"});
      return;
    }
    if (!first_layer_away_from_source(input)) {
      problems.push_back({"protocol 'per_token_pipeline' needs at least one layer away from '" + source + "'",
                          "otherwise it is 'local_only'"});
    }
  }
};

}  // namespace

std::unique_ptr<Protocol> make_per_token_pipeline() { return std::make_unique<PerTokenPipeline>(); }

}  // namespace coinfer
