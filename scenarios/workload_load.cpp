#include "scenarios/workload_load.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "privacy/derive_exposures.hpp"
#include "privacy/protocol.hpp"
#include "scenarios/option_grades.hpp"
#include "scenarios/servers_load.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/arrivals_load.hpp"
#include "workloads/cost_trace_load.hpp"
#include "workloads/cut.hpp"
#include "workloads/layer_cost.hpp"
#include "workloads/memory_fit.hpp"
#include "workloads/model_load.hpp"
#include "workloads/placement_load.hpp"
#include "workloads/request_lengths_load.hpp"
#include "workloads/serving/servable.hpp"
#include "workloads/transformer_layers.hpp"

namespace coinfer {

namespace {

/// The place of a field of a workload, or of a message in it: "options.talaria.linears_on".
Location place_of(Where const& where, std::string_view path) {
  std::size_t const dot = path.find('.');
  if (dot == std::string_view::npos) return where.field(path);
  return place_of(where.child(path.substr(0, dot)), path.substr(dot + 1));
}

/// Loads one workload step by step; each step may add problems, and later ones do without what earlier ones could not give.
class WorkloadLoader {
 public:
  WorkloadLoader(proto::Workload const& message, Where const& where, WorkloadContext const& context,
                 Diagnostics& diagnostics)
      : message_(message), where_(where), context_(context), diagnostics_(diagnostics) {}

  std::optional<Workload> load() {
    std::optional<DeviceId> const source = find_source_device();
    std::optional<ArrivalPattern> arrivals =
        load_arrivals(message_.arrivals(), where_.child("arrivals"), context_.folder, diagnostics_);
    ProtocolEntry const* protocol = find_protocol_entry();
    std::optional<Model> const model = find_model();
    if (!model) return std::nullopt;
    std::optional<LengthPattern> lengths = find_lengths(*model, arrivals);
    std::optional<CostTrace> const trace = find_trace(*model);
    std::optional<Placement> const placement =
        load_placement(message_.placement(), where_.child("placement"), *model, context_.platform, diagnostics_);
    if (!placement) return std::nullopt;
    if (model->transformer() && !lengths) return std::nullopt;
    if (!source || !arrivals || !protocol || (message_.has_cost_trace() && !trace)) return std::nullopt;
    std::vector<ServerConfig> servers;
    for (ScenarioServer const& server : context_.servers) servers.push_back(server.config);
    ProtocolInput const input{context_.platform,
                              *model,
                              *placement,
                              *source,
                              trace ? &*trace : nullptr,
                              wire_format_of(message_, *model),
                              servers,
                              message_.options(),
                              attestation_of(message_)};
    std::vector<PlanProblem> problems;
    std::optional<Plan> plan = protocol->make()->compile(input, problems);
    for (PlanProblem& found : problems) {
      diagnostics_.add(place_of(where_, found.field), std::move(found.problem), std::move(found.why));
    }
    // Without a plan, what is placed may still be too much, and is worth saying at once.
    Placement const& runs = plan && plan->placement ? *plan->placement : *placement;
    check_memory(*model, runs);
    if (!plan) return std::nullopt;
    add_notes(input, runs);
    std::vector<InputGrade> const options = option_grades(message_);
    context_.inputs.insert(context_.inputs.end(), options.begin(), options.end());
    context_.notes.insert(context_.notes.end(), plan->notes.begin(), plan->notes.end());
    Workload workload;
    workload.name = message_.name();
    workload.model = model->name();
    workload.leakage_model = message_.has_leakage_as() ? message_.leakage_as() : model->name();
    workload.dataset = message_.dataset();
    std::vector<std::uint64_t> const& input_sizes = model->input_shape().sizes;
    if (input_sizes.size() == 3) workload.input_channels = input_sizes.front();
    workload.source = *source;
    workload.arrivals = std::move(*arrivals);
    workload.lengths = std::move(lengths);
    workload.objective = objective();
    workload.protocol = std::string(protocol->name);
    workload.cut = crossing_names(*plan);
    Placement const placed = runs;
    workload.placed = placed_layers(*model, placed);
    workload.plan = std::move(*plan);
    assign_servers(workload, *model, placed, context_.platform, context_.servers, where_, diagnostics_);
    check_lengths(workload, *model);
    workload.exposures = derive_exposures(workload.plan, context_.platform, *source);
    return workload;
  }

 private:
  std::optional<DeviceId> find_source_device() {
    std::optional<DeviceId> const device = context_.platform.find_device(message_.source());
    if (device) return device;
    std::vector<std::string> names;
    for (Device const& known : context_.platform.devices()) names.push_back(known.name);
    diagnostics_.add(where_.field("source"), "no device '" + message_.source() + "'", "",
                     did_you_mean(message_.source(), names));
    return std::nullopt;
  }

  ProtocolEntry const* find_protocol_entry() {
    ProtocolEntry const* entry = find_protocol(message_.protocol());
    if (entry != nullptr) return entry;
    std::vector<std::string> names;
    for (ProtocolEntry const& known : protocols()) names.emplace_back(known.name);
    diagnostics_.add(where_.field("protocol"), "no protocol '" + message_.protocol() + "'", "",
                     did_you_mean(message_.protocol(), names));
    return nullptr;
  }

  std::optional<Model> find_model() {
    if (message_.has_model() == message_.has_model_inline()) {
      diagnostics_.add(message_.has_model() ? where_.field("model_inline") : where_.here(),
                       message_.has_model() ? "both 'model' and 'model_inline' are given"
                                            : "neither 'model' nor 'model_inline' is given");
      return std::nullopt;
    }
    if (message_.has_model_inline()) {
      return load_model(message_.model_inline(), where_.child("model_inline"), diagnostics_);
    }
    Located<proto::Model> const* entry = context_.catalog.models.find_model(message_.model());
    if (entry == nullptr) {
      diagnostics_.add(where_.field("model"), "no model '" + message_.model() + "' in the catalogue", "",
                       did_you_mean(message_.model(), context_.catalog.models.model_names()));
      return std::nullopt;
    }
    std::optional<Model> model = load_model(entry->message, entry->where(), diagnostics_);
    if (model && message_.has_weight_type()) {
      if (model->transformer()) {
        model = with_weight_type(*model, data_type_of(message_.weight_type()));
      } else {
        diagnostics_.add(where_.field("weight_type"), "model '" + model->name() + "' has no weight type of its own",
                         "only token models have; others use their compute type");
      }
    }
    if (model) {
      for (FieldSource const& from : model->sources())
        context_.inputs.push_back({"model '" + model->name() + "'", from.source});
    }
    return model;
  }

  /// How many tokens requests have: as the workload says, or as the trace says whose arrivals are replayed.
  std::optional<LengthPattern> find_lengths(Model const& model, std::optional<ArrivalPattern> const& arrivals) {
    if (!model.transformer()) {
      if (message_.has_tokens()) {
        diagnostics_.add(where_.field("tokens"), "model '" + model.name() + "' has no tokens");
      }
      return std::nullopt;
    }
    if (message_.has_tokens()) {
      return load_request_lengths(message_.tokens(), where_.child("tokens"), context_.folder, diagnostics_);
    }
    if (!arrivals) return std::nullopt;
    std::optional<LengthPattern> lengths = lengths_of_arrivals(*arrivals);
    if (!lengths) {
      diagnostics_.add(where_.here(), "field 'tokens' is missing",
                       "model '" + model.name() + "' works on tokens, and the arrivals do not say how many");
    }
    return lengths;
  }

  /// No request may be larger than the model's context or than what a server holds.
  void check_lengths(Workload const& workload, Model const& model) {
    if (!workload.lengths) return;
    LargestLengths const largest = largest_lengths(*workload.lengths);
    bool const generates = largest.output_tokens > 0;
    Location const where = message_.has_tokens() ? where_.field("tokens") : where_.field("arrivals");
    if (generates == model.transformer()->encoder) {
      diagnostics_.add(where, generates ? "model '" + model.name() + "' generates nothing" : "requests generate nothing",
                       generates ? "it is an encoder: requests have no output" : "say how many tokens the output has");
    }
    if (largest.sum_tokens > model.transformer()->max_context_tokens) {
      diagnostics_.add(where, "requests have up to " + std::to_string(largest.sum_tokens) + " tokens",
                       "model '" + model.name() + "' takes " + std::to_string(model.transformer()->max_context_tokens));
    }
    for (std::uint32_t index : workload.servers) {
      ScenarioServer const& server = context_.servers[index];
      if (server.kv_blocks == 0) continue;
      std::uint32_t const kv_tokens = server.kv_blocks * server.config.kv_block_tokens;
      std::uint64_t results = largest.sum_tokens - largest.prompt_tokens + workload.plan.tokens_per_step - 1;
      if (only_opens(server, workload.servers)) results = 1;
      std::string const why =
          why_unservable(server.config, kv_tokens, largest.prompt_tokens, std::max<std::uint64_t>(1, results));
      if (!why.empty()) diagnostics_.add(where, why);
    }
  }

  /// Whether a server does the openings of another one of the workload, and nothing more.
  [[nodiscard]] bool only_opens(ScenarioServer const& server, std::vector<std::uint32_t> const& used) const {
    return std::any_of(used.begin(), used.end(), [&](std::uint32_t other) {
      return context_.servers[other].config.prefill_on == server.config.name;
    });
  }

  std::optional<CostTrace> find_trace(Model const& model) {
    if (!message_.has_cost_trace()) return std::nullopt;
    CatalogText const* text = context_.catalog.models.find_trace(message_.cost_trace());
    if (text == nullptr) {
      diagnostics_.add(where_.field("cost_trace"), "no cost trace '" + message_.cost_trace() + "' in the catalogue", "",
                       did_you_mean(message_.cost_trace(), context_.catalog.models.trace_names()));
      return std::nullopt;
    }
    std::optional<CostTrace> trace = load_cost_trace(text->file, text->content, model, diagnostics_);
    // The trace is right for other models; it is this scenario that is wrong.
    if (trace && trace->processors().empty()) {
      diagnostics_.add(where_.field("cost_trace"),
                       "cost trace '" + message_.cost_trace() + "' has no row for model '" + model.name() + "'");
      return std::nullopt;
    }
    return trace;
  }

  /// What a device must hold, for this and all earlier workloads, is checked against what it has, where that is known. Two
  /// workloads on one model hold it once.
  void check_memory(Model const& model, Placement const& placement) {
    std::set<DeviceId> seen;
    for (ProcessorRef const& used : placement.processors()) {
      if (!seen.insert(used.device).second || has_server(used)) continue;
      Device const& device = context_.platform.device(used.device);
      std::vector<LayerId> layers;
      for (std::uint32_t i = 0; i < placement.of_layer.size(); ++i) {
        if (placement.of_layer[i].device == used.device) layers.push_back(LayerId(i));
      }
      std::map<std::string, Bytes>& held = context_.held[used.device];
      held[model.name()] = std::max(held[model.name()], memory_needed(model, layers));
      Bytes needed{0};
      for (auto const& [name, bytes] : held) needed += bytes;
      if (!device.memory) {
        note_once("memory of '" + device.name + "' is unknown: whether the model fits is not checked");
      } else if (needed > *device.memory) {
        std::string const what = held.size() > 1 ? "the layers of all workloads on '" : "the layers on '";
        diagnostics_.add(where_.field("placement"), what + device.name + "' do not fit its memory",
                         mib(needed) + " MiB needed, " + mib(*device.memory) + " MiB there");
      }
    }
  }

  /// A server's memory is divided between weights and KV cache; see assign_servers.
  [[nodiscard]] bool has_server(ProcessorRef used) const {
    return std::any_of(context_.servers.begin(), context_.servers.end(),
                       [&](ScenarioServer const& server) { return server.at == used.bare(); });
  }

  void note_once(std::string const& note) {
    if (std::find(context_.notes.begin(), context_.notes.end(), note) == context_.notes.end())
      context_.notes.push_back(note);
  }

  static std::string mib(Bytes bytes) {
    double constexpr bytes_per_mib = 1048576;
    return std::to_string(std::llround(bytes.value() / bytes_per_mib));
  }

  [[nodiscard]] ServiceObjective objective() const {
    auto const given = [](bool has, double value_ms) {
      double constexpr ms = 1e-3;
      return has ? std::optional(Seconds(value_ms * ms)) : std::nullopt;
    };
    proto::ServiceObjective const& from = message_.objective();
    return {given(from.has_ttft_ms(), from.ttft_ms()), given(from.has_tpot_ms(), from.tpot_ms()),
            given(from.has_latency_ms(), from.latency_ms())};
  }

  /// Says where times come from and what is missing in them, and where leakage tables do not quite fit.
  void add_notes(ProtocolInput const& input, Placement const& runs) {
    if (!message_.dataset().empty() && input.wire.type != input.model.compute_type()) {
      context_.notes.push_back(
          "workload '" + message_.name() + "' sends activations as " + std::string(to_string(input.wire.type)) +
          ": leakage tables hold for activations as computed, what the conversion changes is not measured");
    }
    for (ProcessorRef const& used : runs.processors()) {
      if (add_note_of_tables(used)) continue;
      Device const& device = input.platform.device(used.device);
      Processor const& processor = device.processors[used.processor];
      std::vector<LayerId> const layers = runs.layers_on(used);
      std::optional<ComputeCost> const cost = compute_cost(input.model, layers, device, processor, input.trace);
      if (!cost) continue;
      std::string const where = "'" + device.name + "." + processor.name + "'";
      std::string const counts = std::to_string(cost->measured_layers) + " layers of workload '" + message_.name() +
                                 "' by measured times, " + std::to_string(cost->roofline_layers) + " by the roofline";
      context_.notes.push_back(where + ": " + counts);
      if (cost->memory_term_missing) note_once(where + ": memory bandwidth unknown, the roofline has no memory term");
      if (cost->launch_term_missing) note_once(where + ": launch cost unknown, counted as none");
      if (cost->weakest_measured) {
        context_.inputs.push_back(
            {"measured layer times on " + where, {"cost trace '" + message_.cost_trace() + "'", *cost->weakest_measured}});
      }
    }
  }

  /// Measured times of a server's iterations, which win over the roofline, and what they rest on. False where the processor
  /// has no server, or one without them.
  bool add_note_of_tables(ProcessorRef used) {
    auto const server = std::find_if(context_.servers.begin(), context_.servers.end(),
                                     [&](ScenarioServer const& known) { return known.at == used.bare(); });
    if (server == context_.servers.end() || !server->config.step_tables) return false;
    StepTables const& tables = *server->config.step_tables;
    context_.notes.push_back("'" + server->config.on + "': iterations of workload '" + message_.name() +
                             "' by the measured tables '" + tables.name + "'");
    std::string const what = "step tables '" + tables.name + "'";
    if (tables.sources.empty()) context_.inputs.push_back({what, {"given in the scenario", Grade::assumed}});
    for (FieldSource const& from : tables.sources) context_.inputs.push_back({what, from.source});
    return true;
  }

  /// What crosses from device to device on the way to the result, in the order of the plan: "pool1 > block4". Of very many
  /// (one before and after every matrix) the first and the last are named, since every row of the results says it.
  static std::string crossing_names(Plan const& plan) {
    std::size_t constexpr listed = 8;
    std::vector<std::string> crossing;
    for (Phase const& phase : plan.phases) {
      if (phase.kind != PhaseKind::once) continue;
      for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
        if (phase.graph.tasks()[i].kind != TaskKind::transfer || phase.tasks[i].tensor == PlanTask::no_tensor) continue;
        std::string const& tensor = plan.tensors[phase.tasks[i].tensor].names.front();
        if (tensor != "output") crossing.push_back(tensor);
      }
    }
    if (crossing.size() > listed) {
      std::string const others = "(" + std::to_string(crossing.size() - 2) + " more)";
      crossing = {crossing.front(), others, crossing.back()};
    }
    std::string names;
    for (std::string const& name : crossing) names += (names.empty() ? "" : " > ") + name;
    return names;
  }

  proto::Workload const& message_;
  Where where_;
  WorkloadContext const& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

WireFormat wire_format_of(proto::Workload const& message, Model const& model) {
  WireFormat wire;
  if (model.transformer()) wire.type = model.compute_type();
  if (message.has_wire_type()) wire.type = data_type_of(message.wire_type());
  if (message.has_input_bytes()) wire.input = Bytes(message.input_bytes());
  wire.framing = Bytes(message.framing_bytes());
  if (message.has_return_result()) wire.return_result = message.return_result();
  wire.encrypted = message.transport() == proto::Workload::ENCRYPTED;
  double constexpr ms = 1e-3;
  wire.serialise = Seconds(message.serialise_ms() * ms);
  return wire;
}

Attestation attestation_of(proto::Workload const& message) {
  switch (message.attestation()) {
    case proto::Workload::NEVER:
      return Attestation::none;
    case proto::Workload::AT_START:
      return Attestation::at_start;
    case proto::Workload::PER_REQUEST:
      return Attestation::per_request;
    default:
      return Attestation::per_device;
  }
}

std::optional<Workload> load_workload(proto::Workload const& message, Where const& where, WorkloadContext const& context,
                                      Diagnostics& diagnostics) {
  return WorkloadLoader(message, where, context, diagnostics).load();
}

}  // namespace coinfer
