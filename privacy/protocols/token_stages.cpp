#include "privacy/protocols/token_stages.hpp"

#include <algorithm>
#include <cassert>
#include <map>

#include "privacy/protocols/stages.hpp"
#include "privacy/protocols/token_steps.hpp"

namespace coinfer {

namespace {

using Steps = TokenSteps::Steps;

class TokenChain {
 public:
  TokenChain(ProtocolInput const& input, std::vector<PlanProblem>& problems, StepShape step)
      : input_(input),
        problems_(problems),
        step_(step),
        steps_(input, builder_, problems),
        segments_(segments_of(input.placement)) {
    for (std::size_t s = 0; s < segments_.size(); ++s) {
      for (LayerId layer : segments_[s].layers) segment_of_[layer] = s;
    }
  }

  std::optional<Plan> compile() {
    set_up_enclaves(builder_, input_, input_.placement.processors(), problems_);
    add_servers();
    if (!problems_.empty()) return std::nullopt;
    if (segments_.size() == 1) {
      input_.server_at(segments_.front().place) != nullptr ? whole_on_server() : whole_on_processor();
    } else {
      in_segments();
    }
    if (!problems_.empty()) return std::nullopt;
    return builder_.build();
  }

 private:
  [[nodiscard]] bool encoder() const { return input_.model.transformer()->encoder; }
  [[nodiscard]] ProcessorRef last_place() const { return segments_.back().place; }

  void add_servers() {
    std::vector<ServerConfig const*> seen;
    for (Segment const& segment : segments_) {
      ServerConfig const* server = input_.server_at(segment.place);
      if (server == nullptr) continue;
      if (std::find(seen.begin(), seen.end(), server) != seen.end()) {
        problems_.push_back({"server '" + server->name + "' would serve two parts of the model",
                             "layer '" + input_.model.layer(segment.layers.front()).name + "' begins the second"});
        return;
      }
      seen.push_back(server);
      steps_.iteration(segment, *server);
      if (segments_.size() > 1) {
        if (!server->prefill_on.empty()) {
          problems_.push_back({"server '" + server->name + "' leaves its openings to '" + server->prefill_on + "'",
                               "that is for a server that has all layers of the model"});
        }
        continue;
      }
      std::optional<ProcessorRef> const opener = encoder() ? std::nullopt : steps_.opener(segment.place);
      if (opener && problems_.empty()) steps_.iteration({*opener, segment.layers}, *input_.server_at(*opener));
    }
  }

  void whole_on_server() {
    PhaseBuilder& phase = builder_.once();
    ProcessorRef const place = last_place();
    ProcessorRef const first = encoder() ? place : steps_.opener(place).value_or(place);
    steps_.answer(phase, place, steps_.send(phase, steps_.home(), first, steps_.prompt(), {}));
  }

  void whole_on_processor() {
    PhaseBuilder& first = builder_.once();
    ProcessorRef const place = last_place();
    Steps const there = steps_.send(first, steps_.home(), place, steps_.prompt(), {});
    PhaseBuilder::Step const done = steps_.pass(first, segments_.front(), there);
    first.yields_first_token(steps_.deliver(first, place, steps_.yield(), done));
    if (encoder()) return;
    steps_.pass(builder_.each_step(), segments_.front(), {});
    if (input_.wire.return_result) steps_.send(builder_.closing(), place, steps_.home(), steps_.rest_of_answer(), {});
  }

  void in_segments() {
    PhaseBuilder& first = builder_.once();
    first.yields_first_token(chain(first, true));
    if (!encoder()) chain(builder_.each_step(step_.tokens, step_.acceptance), false);
  }

  /// One pass through all segments; returns the step after which the data owner has what it yields.
  PhaseBuilder::Step chain(PhaseBuilder& phase, bool opening) {
    std::vector<PhaseBuilder::Step> done;
    std::map<std::tuple<LayerId, DeviceId, std::optional<std::uint32_t>>, Steps> arrived;
    bool input_at_home = false;
    for (std::size_t s = 0; s < segments_.size(); ++s) {
      Segment const& segment = segments_[s];
      Steps after;
      std::map<std::size_t, std::vector<LayerId>> needs;
      for (LayerId layer : segment.layers) {
        for (LayerId from : input_.model.layer(layer).inputs) {
          if (from == model_input) {
            input_at_home = input_at_home || segment.place.device == input_.source;
            append(after, bring_ids(phase, segment.place, opening));
          } else if (segment_of_.at(from) != s) {
            add_new(needs[segment_of_.at(from)], from);
          }
        }
      }
      for (auto const& [from, tensors] : needs) {
        std::vector<LayerId> missing;
        for (LayerId tensor : tensors) {
          auto const found = arrived.find({tensor, segment.place.device, segment.place.enclave});
          found == arrived.end() ? missing.push_back(tensor) : append(after, found->second);
        }
        if (missing.empty()) continue;
        Steps const there =
            steps_.send(phase, segments_[from].place, segment.place, steps_.activations(missing), {done[from]});
        for (LayerId tensor : missing) arrived[{tensor, segment.place.device, segment.place.enclave}] = there;
        append(after, there);
      }
      bool const served = input_.server_at(segment.place) != nullptr;
      ServeForm const form = opening ? ServeForm::opening : ServeForm::pass;
      done.push_back(served ? steps_.serve(phase, segment.place, form, after) : steps_.pass(phase, segment, after));
    }
    Parcel const yielded = steps_.yield(!opening && step_.tokens > 1);
    if (!input_at_home) return steps_.deliver(phase, last_place(), yielded, done.back());
    // The data owner's device begins the next step, so it needs the token whether or not the user does.
    return steps_.send(phase, last_place(), steps_.home(), yielded, {done.back()}).front();
  }

  /// The ids that the first layer reads: the prompt comes from the data owner, later tokens from where they were made.
  Steps bring_ids(PhaseBuilder& phase, ProcessorRef to, bool opening) {
    if (opening) return steps_.send(phase, steps_.home(), to, steps_.prompt(), {});
    if (to.device == input_.source) return {};
    return steps_.send(phase, last_place(), to, steps_.yield(step_.tokens > 1), {});
  }

  static void append(Steps& steps, Steps const& more) {
    for (PhaseBuilder::Step step : more) {
      if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
    }
  }
  static void add_new(std::vector<LayerId>& layers, LayerId layer) {
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
  }

  ProtocolInput const& input_;
  std::vector<PlanProblem>& problems_;
  StepShape step_;
  PlanBuilder builder_;
  TokenSteps steps_;
  std::vector<Segment> segments_;
  std::map<LayerId, std::size_t> segment_of_;
};

}  // namespace

std::optional<Plan> run_token_stages(ProtocolInput const& input, std::vector<PlanProblem>& problems, StepShape step) {
  assert(input.model.transformer());
  return TokenChain(input, problems, step).compile();
}

std::optional<Plan> run_placement(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
  return input.model.transformer() ? run_token_stages(input, problems) : run_stages(input, problems);
}

}  // namespace coinfer
