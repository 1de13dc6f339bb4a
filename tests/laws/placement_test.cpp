// Law 8: a placement runs each layer exactly once, where it was asked to.
#include <map>

#include "scenarios/catalog.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"
#include "tests/laws/samples.hpp"
#include "workloads/layer_cost.hpp"
#include "workloads/model_load.hpp"
#include "workloads/placement_load.hpp"

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
  return device.name + "." + device.processors[ref.processor].name;
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
      std::map<std::string, double> expected_s;
      for (std::uint32_t i = 0; i < asked.size(); ++i) {
        ProcessorRef const here = placement->of(LayerId(i));
        REQUIRE(name_of(platform, here) == asked[i]);
        Device const& device = platform.device(here.device);
        std::vector<LayerId> const alone = {LayerId(i)};
        auto const cost = compute_cost(model, alone, device, device.processors[here.processor], nullptr);
        REQUIRE(cost.has_value());
        expected_s[asked[i]] += cost->time.value();
        ++layers_seen;
      }
      std::map<std::string, double> planned_s;
      Plan const& plan = sample.scenario.workloads[static_cast<std::size_t>(w)].plan;
      for (Task const& task : plan.phases.front().graph.tasks()) {
        bool const layers = task.kind == TaskKind::compute && task.part == compute_part;
        if (layers) planned_s[name_of(platform, plan.stations[task.role].processor)] += task.amount;
      }
      REQUIRE(planned_s.size() == expected_s.size());
      for (auto const& [where, time_s] : expected_s) CHECK(planned_s.at(where) == Approx(time_s).epsilon(1e-12));
    }
  });
  CHECK(layers_seen > 2000);
}

}  // namespace coinfer::laws
