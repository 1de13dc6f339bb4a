// CMIF: the data owner's enclave replaces sensitive words by noisy ones and embeds the prompt; everything after the
// embedding runs on a server, which sees the sanitised text. One crossing per pass, no return per layer (arXiv:2509.09091,
// DASFAA 2025).
//
// A sensitive word is scored against C candidates by the cosine of word vectors of width w, and the noisy winner of the
// scores replaces it (report-noisy-max): 2 C w flop at the effective rate of the enclave's processor in the model's compute
// type, times the enclave's slowdown of compute. One word counts as one token. The share of sensitive words, C and w are
// parameters, since the publication gives none. Leaves out tokenising, finding the sensitive words and drawing the noise.
//
// The two sanitisers that CMIF is compared with take its place on demand, at the same cost: SANTEXT+ (Yue et al. 2021,
// arXiv:2106.01221) and CUSTEXT+ (Chen et al. 2023, arXiv:2207.01193). What a draw of each promises stands in
// privacy/mechanism.hpp; words that are not sensitive cross as they are.
#include <algorithm>
#include <array>

#include "privacy/attribution.hpp"
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_steps.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

class CmifPlan {
 public:
  CmifPlan(ProtocolInput const& input, std::vector<PlanProblem>& problems)
      : input_(input),
        problems_(problems),
        options_(input.options.cmif()),
        steps_(input, builder_, problems),
        segments_(segments_of(input.placement)),
        client_(segments_.front()),
        server_(segments_.back()) {}

  std::optional<Plan> compile() {
    set_up_enclaves(builder_, input_, std::array{client_.place}, problems_);
    note_defaults();
    ServerConfig const* server = input_.server_at(server_.place);
    if (server != nullptr) steps_.iteration(on_server(), *server);
    if (server != nullptr && !server->prefill_on.empty()) {
      problems_.push_back({"server '" + server->name + "' leaves its openings to '" + server->prefill_on + "'",
                           "protocol 'cmif' does not"});
    }
    PhaseBuilder& first = builder_.once();
    TokenSteps::Steps const there = send_prompt(first);
    if (server != nullptr && !client_embeds()) {
      steps_.answer(first, server_.place, there);
    } else {
      first.yields_first_token(pass(first, there, ServeForm::opening));
      if (!encoder()) add_generation();
    }
    if (!problems_.empty()) return std::nullopt;
    return builder_.build();
  }

 private:
  /// What the publication leaves open and the scenario does too.
  void note_defaults() {
    std::string const open = "protocol 'cmif', not published and not given (ASSUMED): ";
    if (!options_.has_sensitive_share()) builder_.note(open + "every word counts as sensitive");
    if (!options_.has_candidates()) builder_.note(open + "each is compared with the whole vocabulary");
    if (!options_.has_vector_width()) builder_.note(open + "word vectors are as wide as the model");
    if (!options_.has_decode() && !encoder()) builder_.note(open + "the server embeds its own output");
    if (options_.has_sensitive_share() && options_.sensitive_share() < 1) {
      builder_.note("protocol 'cmif': words that do not count as sensitive, " +
                    shortest(100 * (1 - options_.sensitive_share())) +
                    " % of them, cross as they are, and no epsilon covers them");
    }
    std::string const sanitiser = "protocol 'cmif', sanitiser ";
    if (options_.sanitiser() == proto::ProtocolOptions::Cmif::CUSTEXT_PLUS) {
      builder_.note(sanitiser + "CUSTEXT_PLUS: a word is protected among those that share its candidates only");
    }
    if (mechanism().per_distance()) {
      builder_.note(sanitiser +
                    "SANTEXT_PLUS: no vector_diameter is known, so epsilon is per unit of distance of two words");
    }
  }

  [[nodiscard]] Mechanism mechanism() const {
    Mechanism mechanism{MechanismKind::report_noisy_max, options_.epsilon(), std::nullopt};
    if (options_.sanitiser() == proto::ProtocolOptions::Cmif::CUSTEXT_PLUS) mechanism.kind = MechanismKind::exponential;
    if (options_.sanitiser() == proto::ProtocolOptions::Cmif::SANTEXT_PLUS) {
      mechanism.kind = MechanismKind::metric;
      if (options_.has_vector_diameter()) mechanism.diameter = options_.vector_diameter();
    }
    return mechanism;
  }
  [[nodiscard]] double sensitive_share() const { return options_.has_sensitive_share() ? options_.sensitive_share() : 1; }

  [[nodiscard]] bool encoder() const { return input_.model.transformer()->encoder; }
  [[nodiscard]] bool client_embeds() const {
    return !encoder() && options_.decode() == proto::ProtocolOptions::Cmif::CLIENT_EMBEDS;
  }

  /// A server that embeds its own output has the embedding too.
  [[nodiscard]] Segment on_server() const {
    if (client_embeds() || encoder()) return server_;
    Segment all{server_.place, client_.layers};
    all.layers.insert(all.layers.end(), server_.layers.begin(), server_.layers.end());
    return all;
  }

  /// Sanitises and embeds the prompt and sends it; returns after what the server has it.
  TokenSteps::Steps send_prompt(PhaseBuilder& phase) {
    TokenSteps::Steps const sanitised = {sanitise(phase)};
    PhaseBuilder::Step const embedded = steps_.pass(phase, client_, sanitised);
    Parcel parcel = embedding();
    parcel.names.insert(parcel.names.begin(), {"sanitised input", "input embedding"});
    if (sensitive_share() > 0) {
      parcel.by_itself = Protection::noised;
      builder_.release({phase.tensor(parcel.names), mechanism(), sensitive_share()});
    }
    return steps_.send(phase, client_.place, server_.place, parcel, {embedded});
  }

  /// The rows that leave the client.
  [[nodiscard]] Parcel embedding() const {
    std::vector<LayerId> const last = {client_.layers.back()};
    return steps_.activations(last);
  }

  PhaseBuilder::Step sanitise(PhaseBuilder& phase) {
    Transformer const& config = *input_.model.transformer();
    double const candidates = options_.has_candidates() ? options_.candidates() : static_cast<double>(config.vocabulary);
    double const width = options_.has_vector_width() ? options_.vector_width() : static_cast<double>(config.width);
    Processor const& processor = input_.platform.device(client_.place.device).processors[client_.place.processor];
    std::optional<FlopPerSecond> const rate = processor.rate(input_.model.compute_type());
    AmountRule rule;
    // Without a rate the pass that follows says so.
    double const slowdown = enclave_of(input_.platform, client_.place).compute_slowdown.value_or(1);
    if (rate) rule.per_token = sensitive_share() * slowdown * (Flop(2 * candidates * width) / *rate).value();
    return phase.compute(StationRef{client_.place}, Seconds(0), protect_part, PlanTask{}, {}, rule);
  }

  /// One pass of the server over what has arrived; returns the step after which the data owner has the token.
  PhaseBuilder::Step pass(PhaseBuilder& phase, TokenSteps::Steps const& after, ServeForm form) {
    bool const served = input_.server_at(server_.place) != nullptr;
    PhaseBuilder::Step const done = served ? steps_.serve(phase, server_.place, form, after)
                                           : steps_.pass(phase, client_embeds() ? server_ : on_server(), after);
    if (!client_embeds()) return steps_.deliver(phase, server_.place, steps_.yield(), done);
    // The client embeds the next token, so it needs this one whether or not the user does.
    return steps_.send(phase, server_.place, steps_.home(), steps_.yield(), {done}).front();
  }

  void add_generation() {
    PhaseBuilder& step = builder_.each_step();
    if (!client_embeds()) {
      steps_.pass(step, on_server(), {});
      if (input_.wire.return_result) {
        steps_.send(builder_.closing(), server_.place, steps_.home(), steps_.rest_of_answer(), {});
      }
      return;
    }
    PhaseBuilder::Step const embedded = steps_.pass(step, client_, {});
    // The server made this token; its embedding is no news to it.
    Parcel parcel = embedding();
    parcel.names = {"output embedding"};
    pass(step, steps_.send(step, client_.place, server_.place, parcel, {embedded}), ServeForm::pass);
  }

  ProtocolInput const& input_;
  std::vector<PlanProblem>& problems_;
  proto::ProtocolOptions::Cmif const& options_;
  PlanBuilder builder_;
  TokenSteps steps_;
  std::vector<Segment> segments_;
  Segment const& client_;
  Segment const& server_;
};

class Cmif final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "cmif", proto::ProtocolOptions::kCmif, problems);
    if (problems.empty() && !input.options.has_cmif()) {
      problems.push_back(
          {"protocol 'cmif' needs options { cmif { epsilon: ... } }", "the privacy budget has no default", "options"});
    }
    require_diameter_of_metric(input.options.cmif(), problems);
    require_token_model(input, "cmif", true, problems);
    if (!problems.empty()) return std::nullopt;
    require_placement(input, problems);
    if (!problems.empty()) return std::nullopt;
    return CmifPlan(input, problems).compile();
  }

 private:
  static void require_diameter_of_metric(proto::ProtocolOptions::Cmif const& options, std::vector<PlanProblem>& problems) {
    if (!options.has_vector_diameter() || options.sanitiser() == proto::ProtocolOptions::Cmif::SANTEXT_PLUS) return;
    problems.push_back({"vector_diameter is an option of sanitiser SANTEXT_PLUS",
                        "no other has a budget that depends on how far apart words are", "options"});
  }

  static void require_placement(ProtocolInput const& input, std::vector<PlanProblem>& problems) {
    std::vector<Segment> const segments = segments_of(input.placement);
    std::string const& source = input.platform.device(input.source).name;
    ProcessorRef const first = segments.front().place;
    if (first.device != input.source || !first.enclave) {
      problems.push_back({"protocol 'cmif' embeds in an enclave of '" + source + "'",
                          "layer 'embedding' is on '" + place_name(input.platform, first) + "'"});
    }
    std::vector<LayerId> const& inside = segments.front().layers;
    bool const only_embedding = std::all_of(inside.begin(), inside.end(), [&](LayerId layer) {
      return input.model.layer(layer).name.rfind("embedding", 0) == 0;
    });
    if (!only_embedding) {
      problems.push_back({"protocol 'cmif' keeps nothing but the embedding in the enclave",
                          "layer '" + input.model.layer(inside.back()).name + "' is there too"});
    }
    if (segments.size() != 2 || segments.back().place.device == input.source) {
      problems.push_back({"protocol 'cmif' needs all other layers on one processor away from '" + source + "'",
                          "the placement has " + std::to_string(segments.size()) + " parts"});
    } else if (segments.back().place.enclave) {
      problems.push_back({"protocol 'cmif' runs all other layers in the normal world",
                          "they are on '" + place_name(input.platform, segments.back().place) + "'"});
    }
  }
};

}  // namespace

std::unique_ptr<Protocol> make_cmif() { return std::make_unique<Cmif>(); }

}  // namespace coinfer
