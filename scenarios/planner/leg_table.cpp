#include <algorithm>
#include <cassert>

#include "privacy/attribution.hpp"
#include "privacy/protocols/enclave_steps.hpp"
#include "privacy/protocols/wire.hpp"
#include "scenarios/planner/placement_legs.hpp"
#include "scenarios/planner/shown_leakage.hpp"
#include "workloads/enclave_cost.hpp"
#include "workloads/memory_fit.hpp"

namespace coinfer {

namespace {

Bytes bytes_inside(Model const& model, std::vector<LayerId> const& tensors) {
  Bytes total;
  for (LayerId const tensor : tensors) total += tensor_bytes(model, tensor, model.compute_type());
  return total;
}

Bytes result_bytes(Model const& model) {
  return static_cast<double>(model.shape(model.output()).elements()) * size_of(model.compute_type());
}

}  // namespace

LegTable::LegTable(PlanSetting const& setting, IdlePricer const& pricer, CutLattice const& cuts)
    : setting_(setting), pricer_(pricer), cuts_(cuts), nowhere_(setting.own) {
  Model const& model = setting.model;
  for (CutIndex cut = 0; cut < cuts.size(); ++cut) {
    crossing_.push_back(cut_around(model, cuts.mask(cut)).layers);
    double weights = 0;
    double activations = 0;
    for (LayerId const layer : cuts.between(0, cut)) {
      weights += model.layer(layer).weight_bytes.value();
      activations += tensor_bytes(model, layer, model.compute_type()).value();
    }
    weights_.push_back(weights);
    activations_.push_back(activations);
  }
  for (std::size_t t = 0; t < setting.tiers.size(); ++t) {
    ProcessorRef const at = setting.tiers[t].at;
    Device const& device = setting.scenario.platform.device(at.device);
    times_.emplace_back();
    if (!at.enclave) {
      times_.back().emplace(model, cuts, device, device.processors[at.processor],
                            setting.trace ? &*setting.trace : nullptr);
    }
    forbidden_.emplace_back();
    for (CutIndex cut = 0; cut < cuts.size(); ++cut) {
      double count = 0;
      for (std::uint32_t layer = 0; layer < model.layers().size(); ++layer) {
        count += cuts.holds(cut, layer) && !setting.allowed[t][layer];
      }
      forbidden_.back().push_back(count);
    }
  }
  messages_.resize((setting.tiers.size() + 1) * setting.tiers.size() * cuts.size());
  answers_.resize(setting.tiers.size());
}

ProtocolInput LegTable::input() const {
  return {setting_.scenario.platform,
          setting_.model,
          nowhere_,
          setting_.source,
          setting_.trace ? &*setting_.trace : nullptr,
          setting_.wire,
          {},
          setting_.options,
          setting_.attestation};
}

LegTable::Message const& LegTable::message(std::uint32_t from, std::uint32_t to, CutIndex cut) const {
  std::size_t const tiers = setting_.tiers.size();
  std::size_t const sender = from == Leg::source ? tiers : from;
  std::optional<Message>& known = messages_[(sender * tiers + to) * cuts_.size() + cut];
  if (!known) known = make_message(from, to, cut);
  return *known;
}

/// Also what the receiver's set-up costs each request, and what is handed over between the worlds of one device.
LegTable::Message LegTable::make_message(std::uint32_t from, std::uint32_t to, CutIndex cut) const {
  ProtocolInput const given = input();
  std::vector<PlanProblem> problems;
  PlanBuilder builder;
  ProcessorRef const there = setting_.tiers[to].at;
  std::vector<ProcessorRef> const places = {there};
  set_up_enclaves(builder, given, places, problems);
  PhaseBuilder& phase = builder.once();
  ProcessorRef const here = from == Leg::source ? general_processor(given.platform, given.source) : setting_.tiers[from].at;
  std::vector<LayerId> const& tensors = crossing_[cut];
  if (here.device != there.device) {
    Bytes bytes;
    for (LayerId const tensor : tensors) {
      bool const compressed = tensor == model_input && given.wire.input.has_value();
      bytes += compressed ? *given.wire.input : tensor_bytes(given.model, tensor, given.wire.type);
    }
    Wire wire(given, problems);
    wire.send(phase, here, there, {names_of(given.model, tensors), bytes}, {});
  } else if (from != Leg::source && here.enclave != there.enclave) {
    PlanTask meaning;
    meaning.tensor = phase.tensor(names_of(given.model, tensors));
    phase.compute(StationRef{here}, Seconds(0), compute_part, meaning, {});
  }
  Message message;
  Plan const plan = builder.build();
  message.price = pricer_.price(plan);
  if (!problems.empty()) message.price.latency = Seconds(std::numeric_limits<double>::infinity());
  if (setting_.leakage) message.leakage = leakage_rank(setting_, leakage_of(setting_, plan));
  if (!setting_.scenario.floors.empty()) message.keeps_floors = missed_floor(setting_, plan).empty();
  return message;
}

RequestPrice const* LegTable::stage(std::uint32_t tier, CutIndex begin, CutIndex end) const {
  ProcessorRef const at = setting_.tiers[tier].at;
  if (at.enclave) {
    auto const [entry, added] = inside_.try_emplace({tier, begin, end});
    if (added) entry->second = make_enclave_stage(at, begin, end);
    return entry->second ? &*entry->second : nullptr;
  }
  std::optional<Seconds> const time = times_[tier]->time(begin, end);
  if (!time) return nullptr;
  std::size_t const resource = pricer_.station_index(StationRef{at});
  stage_.usage.assign(pricer_.resources(), 0);
  stage_.usage[resource] = time->value();
  stage_.latency = *time;
  return &stage_;
}

std::optional<RequestPrice> LegTable::make_enclave_stage(ProcessorRef at, CutIndex begin, CutIndex end) const {
  Platform const& platform = setting_.scenario.platform;
  Enclave const& enclave = enclave_of(platform, at);
  std::vector<LayerId> const layers = cuts_.between(begin, end);
  std::optional<EnclaveCost> const cost = enclave_cost(setting_.model, layers, platform.device(at.device), enclave,
                                                       setting_.trace ? &*setting_.trace : nullptr);
  if (!cost || cost->paging_unknown) return std::nullopt;
  bool const last = end == cuts_.last();
  Copies copies;
  copies.fixed = bytes_inside(setting_.model, crossing_[begin]);
  copies.fixed += last ? result_bytes(setting_.model) : bytes_inside(setting_.model, crossing_[end]);
  PlanBuilder builder;
  PhaseBuilder& phase = builder.once();
  std::vector<PhaseBuilder::Step> const inside = enter(phase, platform, at, copies, {});
  PhaseBuilder::Step const done = phase.compute_split(StationRef{at}, cost->total(), compute_part, cost->enclave,
                                                      enclave_part, cost->paging, paging_part, PlanTask{}, inside);
  leave(phase, platform, at, done);
  return pricer_.price(builder.build());
}

RequestPrice const& LegTable::answer(std::uint32_t tier) const {
  std::optional<RequestPrice>& known = answers_[tier];
  if (known) return *known;
  ProtocolInput const given = input();
  ProcessorRef const home = general_processor(given.platform, given.source);
  PlanBuilder builder;
  std::vector<PlanProblem> problems;
  PhaseBuilder& phase = builder.once();
  if (given.wire.return_result && setting_.tiers[tier].at.device != home.device) {
    Wire(given, problems).send(phase, setting_.tiers[tier].at, home, {{"output"}, result_bytes(given.model)}, {});
  }
  known = pricer_.price(builder.build());
  return *known;
}

bool LegTable::fits_memory(std::uint32_t tier, CutIndex begin, CutIndex end) const {
  DeviceId const device = setting_.tiers[tier].at.device;
  std::optional<Bytes> const memory = setting_.scenario.platform.device(device).memory;
  if (!memory) return true;
  double left = memory->value();
  if (auto const held = setting_.held.find(device); held != setting_.held.end()) {
    for (auto const& [model, bytes] : held->second) left -= model == setting_.model.name() ? 0 : bytes.value();
  }
  double const weights = weights_[end] - weights_[begin];
  if (weights > left) return false;
  double const everything =
      weights + activations_[end] - activations_[begin] + bytes_inside(setting_.model, crossing_[begin]).value();
  return everything <= left || memory_needed(setting_.model, cuts_.between(begin, end)).value() <= left;
}

bool LegTable::pins_allow(std::uint32_t tier, CutIndex begin, CutIndex end) const {
  return forbidden_[tier][end] == forbidden_[tier][begin];
}

bool LegTable::separable(CutIndex begin, CutIndex end) const {
  return std::all_of(crossing_[end].begin(), crossing_[end].end(),
                     [&](LayerId tensor) { return tensor != model_input && !cuts_.holds(begin, tensor.index()); });
}

}  // namespace coinfer
