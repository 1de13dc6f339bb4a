// Law 8: a placement runs each layer exactly once, where it was asked to.
#include <map>
#include <span>

#include "scenarios/catalog.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"
#include "tests/laws/samples.hpp"
#include "workloads/layer_cost.hpp"
#include "workloads/model_load.hpp"
#include "workloads/placement_load.hpp"
#include "workloads/serving/roofline_step_cost.hpp"

namespace coinfer::laws {

namespace {

Model model_of(proto::Workload const& workload) {
  static ModelCatalog const catalog;
  Diagnostics diagnostics;
  std::optional<Model> model;
  if (workload.has_model_inline()) {
    Located<proto::Model> located;
    located.message = workload.model_inline();
    model = load_model(located.message, located.where(), diagnostics);
  } else {
    Located<proto::Model> const* entry = catalog.find_model(workload.model());
    REQUIRE(entry != nullptr);
    model = load_model(entry->message, entry->where(), diagnostics);
  }
  INFO(diagnostics.text());
  REQUIRE(model.has_value());
  return std::move(*model);
}

std::string name_of(Platform const& platform, ProcessorRef ref) {
  Device const& device = platform.device(ref.device);
  return device.name + "." + (ref.enclave ? device.enclaves[*ref.enclave].name : device.processors[ref.processor].name);
}

/// Seconds of layers by place.
using Times = std::map<std::string, double>;

/// What the steps of a phase ask for that are layers, without what an enclave adds.
void add_phase(Phase const& phase, Plan const& plan, Platform const& platform, std::span<TaskAmount const> amounts,
               Times& times_s) {
  for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
    Task const& task = phase.graph.tasks()[i];
    if (task.kind != TaskKind::compute || task.part != compute_part) continue;
    double const time_s = amounts[i].total - amounts[i].first_extra - amounts[i].second_extra;
    times_s[name_of(platform, plan.stations[task.role].processor)] += time_s;
  }
}

/// Of a model of images: what the plan computes.
Times planned_images(Plan const& plan, Platform const& platform) {
  Times times_s;
  for (Phase const& phase : plan.phases) {
    if (phase.kind != PhaseKind::once) continue;
    std::vector<TaskAmount> amounts;
    for (Task const& task : phase.graph.tasks()) amounts.push_back({task.amount, task.first_extra, task.second_extra});
    add_phase(phase, plan, platform, amounts, times_s);
  }
  return times_s;
}

/// Of a model of tokens: what the first pass of a request computes, in its own phases and in those of its servers.
Times planned_tokens(Plan const& plan, Platform const& platform, Batch const& batch) {
  Times times_s;
  for (Phase const& phase : plan.phases) {
    if (phase.kind != PhaseKind::once && phase.kind != PhaseKind::iteration) continue;
    std::vector<TaskAmount> amounts(phase.tasks.size());
    price(phase, batch, amounts);
    add_phase(phase, plan, platform, amounts, times_s);
  }
  return times_s;
}

Times expected_images(Model const& model, Placement const& placement, Platform const& platform) {
  Times times_s;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
    ProcessorRef const here = placement.of(LayerId(i));
    Device const& device = platform.device(here.device);
    std::vector<LayerId> const alone = {LayerId(i)};
    auto const cost = compute_cost(model, alone, device, device.processors[here.processor], nullptr);
    REQUIRE(cost.has_value());
    times_s[name_of(platform, here)] += cost->time.value();
  }
  return times_s;
}

/// What protocols say they do beside: a server of `cmif` that embeds its own output embeds the prompt's too, where the same
/// iterations do both; what leaves its openings to another server computes none here.
Times expected_tokens(Sample const& sample, std::size_t w, proto::Workload const& message, Model const& model,
                      Placement const& placement, Batch const& batch) {
  Times times_s;
  Platform const& platform = sample.scenario.platform;
  auto const add = [&](ProcessorRef at, std::vector<LayerId> const& layers) {
    ProcessorGroup group;
    group.processor = platform.device(at.device).processors[at.processor];
    Seconds overhead;
    for (std::uint32_t index : sample.scenario.workloads[w].servers) {
      ServerConfig const& server = sample.scenario.servers[index].config;
      if (sample.scenario.servers[index].at != at.bare()) continue;
      group.tensor_parallel = server.tensor_parallel;
      group.pipeline_parallel = server.pipeline_parallel;
      group.peer = server.peer;
      overhead = server.overhead;
    }
    times_s[name_of(platform, at)] += RooflineStepCost(token_stack(model, layers), group, overhead).seconds(batch);
  };
  bool const again = message.protocol() == "cmif" && !model.transformer()->encoder &&
                     message.options().cmif().decode() != proto::ProtocolOptions::Cmif::CLIENT_EMBEDS;
  for (ProcessorRef const& at : placement.processors()) {
    std::vector<LayerId> layers = placement.layers_on(at);
    if (again && at != placement.of_layer.front()) layers.insert(layers.begin(), LayerId(0));
    add(at, layers);
  }
  for (std::uint32_t index : sample.scenario.workloads[w].servers) {
    ProcessorRef const at = sample.scenario.servers[index].at;
    std::vector<LayerId> const layers = placement.layers_on(placement.of_layer.front());
    bool const opens = std::none_of(placement.of_layer.begin(), placement.of_layer.end(),
                                    [&](ProcessorRef other) { return other.bare() == at; });
    if (opens) add(at, layers);
  }
  return times_s;
}

}  // namespace

TEST_CASE("Law 8: a placement assigns each layer once, and the plan computes each layer once") {
  std::uint64_t layers_seen = 0;
  for_each_sample([&](Sample const& sample) {
    Located<proto::Scenario> file;
    Diagnostics diagnostics;
    REQUIRE(parse_text_proto("scenario", sample.random.text, file, diagnostics));
    Platform const& platform = sample.scenario.platform;
    for (int w = 0; w < file.message.workloads_size(); ++w) {
      Model const model = model_of(file.message.workloads(w));
      Located<proto::Placement> asked_for;
      asked_for.message = file.message.workloads(w).placement();
      auto const placement = load_placement(asked_for.message, asked_for.where(), model, platform, diagnostics);
      REQUIRE(placement.has_value());
      std::vector<std::string> const& asked = sample.random.placements[static_cast<std::size_t>(w)].of_layer;
      REQUIRE(placement->of_layer.size() == model.layers().size());
      REQUIRE(asked.size() == model.layers().size());
      Plan const& plan = sample.scenario.workloads[static_cast<std::size_t>(w)].plan;
      Placement const& effective = plan.placement ? *plan.placement : *placement;
      for (std::uint32_t i = 0; i < asked.size(); ++i) REQUIRE(name_of(platform, effective.of(LayerId(i))) == asked[i]);
      layers_seen += asked.size();
      bool const tokens = model.transformer().has_value();
      Batch batch;
      batch.items.push_back({0, 0, 3, 0, true, true});
      Times const expected_s =
          tokens ? expected_tokens(sample, static_cast<std::size_t>(w), file.message.workloads(w), model, effective, batch)
                 : expected_images(model, effective, platform);
      Times const planned_s = tokens ? planned_tokens(plan, platform, batch) : planned_images(plan, platform);
      REQUIRE(planned_s.size() == expected_s.size());
      for (auto const& [where, time_s] : expected_s) CHECK(planned_s.at(where) == Approx(time_s).epsilon(1e-12));
    }
  });
  CHECK(layers_seen > 2000);
}

}  // namespace coinfer::laws
