// A small platform, a small model and plans of it, for the tests of plans and protocols.
#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "privacy/attribution.hpp"
#include "privacy/protocol.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/model_load.hpp"

namespace coinfer::plans {

inline DeviceId const phone(0);
inline DeviceId const edge(1);
inline DeviceId const cloud(2);

inline Device device(std::string const& name, std::string const& domain, double flop_per_s) {
  Device result;
  result.name = name;
  result.domain = domain;
  result.aes_rate = BytesPerSecond(1e6);
  for (Processor::Kind const kind : {Processor::Kind::gpu, Processor::Kind::cpu}) {
    Processor processor;
    processor.name = kind == Processor::Kind::cpu ? "cpu" : "gpu";
    processor.kind = kind;
    processor.rates[static_cast<std::size_t>(DataType::fp32)] = FlopPerSecond(flop_per_s);
    result.processors.push_back(processor);
  }
  return result;
}

inline Link link(std::string const& name, std::uint32_t from, std::uint32_t to, std::string const& domain) {
  Link result;
  result.name = name;
  result.from = NodeId(from);
  result.to = NodeId(to);
  result.up = result.down = BytesPerSecond(1e6);
  result.domain = domain;
  return result;
}

/// phone - wifi - edge - wan - cloud; each device has a gpu and, after it, a cpu.
inline PlatformInput tiers() {
  return {{device("phone", "user", 1e6), device("edge", "edge operator", 2e6), device("cloud", "cloud operator", 4e6)},
          {},
          {link("wifi", 0, 1, "home"), link("wan", 1, 2, "network")}};
}

inline Model model_of(std::string const& text) {
  Diagnostics diagnostics;
  Located<proto::Model> located;
  REQUIRE(parse_text_proto("m", text, located, diagnostics));
  std::optional<Model> model = load_model(located.message, located.where(), diagnostics);
  INFO(diagnostics.text());
  REQUIRE(model.has_value());
  return std::move(*model);
}

inline std::string layer(std::string const& name, std::string const& inputs = "", std::string const& more = "") {
  std::string text = "parts { layer { name: \"" + name + "\" " + more;
  if (!inputs.empty()) text += " inputs: \"" + inputs + "\"";
  return text + " op { linear { out_features: 100 bias: false } } } }\n";
}

/// Layers a, b and c in a line, each 100 by 100: 20,000 flop and 400 bytes of output in fp32.
inline Model chain() {
  return model_of("name: \"m\" input_shape: [100]\n" + layer("a", "", "aliases: \"first\"") + layer("b") + layer("c"));
}

/// a feeds b and c, whose sum d is the output.
inline Model diamond() {
  return model_of("name: \"m\" input_shape: [100]\n" + layer("a") + layer("b", "a") + layer("c", "a") +
                  "parts { layer { name: \"d\" inputs: \"b\" inputs: \"c\" op { add {} } } }\n");
}

/// Every layer on the cpu (processor 1) of the device given for it.
inline Placement on(std::vector<DeviceId> const& devices) {
  Placement placement;
  for (DeviceId device : devices) placement.of_layer.push_back({device, 1});
  return placement;
}

/// "phone.cpu", or the bridge or quoting unit of it.
inline std::string name_of(StationRef const& station, Platform const& platform) {
  Device const& device = platform.device(station.processor.device);
  std::string const name = device.name + "." + device.processors[station.processor.processor].name;
  return name + (station.unit == StationRef::Unit::bridge ? " bridge" : "") +
         (station.unit == StationRef::Unit::quoting ? " quoting" : "");
}

/// What a part is called in a step's line: its column without the unit; "compute" for layers.
inline std::string word_of(Part part) {
  for (PartName const& name : part_names) {
    if (name.part == part) return std::string(name.column.substr(0, name.column.size() - 2));
  }
  return "?";
}

/// What a task asks for: "compute phone.cpu 0.02 s", "transfer phone>cloud 400 B", "serve cloud.gpu opening 10",
/// "serialise 0.5 s".
inline std::string what_of(Plan const& plan, Task const& task, double amount, Platform const& platform) {
  switch (task.kind) {
    case TaskKind::compute:
      return word_of(task.part) + " " + name_of(plan.stations.at(task.role), platform) + " " + shortest(amount) + " s";
    case TaskKind::serve: {
      std::array<std::string, 3> const forms = {"opening", "pass", "rest"};
      return "serve " + name_of(StationRef{plan.servers.at(task.role)}, platform) + " " +
             forms.at(static_cast<std::size_t>(task.form)) + " " + shortest(amount);
    }
    case TaskKind::delay:
      return word_of(task.part) + " " + shortest(amount) + " s";
    default: {
      Journey const journey = plan.journeys.at(task.role);
      return "transfer " + platform.device(journey.from).name + ">" + platform.device(journey.to).name + " " +
             shortest(amount) + " B";
    }
  }
}

/// One line a step, in the order of a phase, for such a pass: what it asks for, the tensor with its protection, and what it
/// waits for in brackets: "transfer phone>cloud 400 B a clear>clear [0]".
inline std::vector<std::string> steps_of(Plan const& plan, Phase const& phase, Platform const& platform,
                                         RequestPass const& pass = {}) {
  std::vector<std::string> lines;
  std::span<Task const> const tasks = phase.graph.tasks();
  std::vector<TaskAmount> amounts(tasks.size());
  price(phase, pass, amounts);
  for (std::uint32_t i = 0; i < tasks.size(); ++i) {
    std::string line = what_of(plan, tasks[i], amounts[i].total, platform);
    PlanTask const& meaning = phase.tasks.at(i);
    if (meaning.tensor != PlanTask::no_tensor) {
      line += " " + plan.tensors.at(meaning.tensor).names.front() + " " + std::string(to_string(meaning.protection));
      if (tasks[i].kind == TaskKind::transfer) line += ">" + std::string(to_string(meaning.at_receiver));
    }
    line += " [";
    for (std::uint32_t before = 0; before < tasks.size(); ++before) {
      for (std::uint32_t next : phase.graph.successors(before)) line += next == i ? std::to_string(before) : "";
    }
    lines.push_back(line + "]");
  }
  return lines;
}

/// Of a plan with one phase.
inline std::vector<std::string> steps_of(Plan const& plan, Platform const& platform) {
  REQUIRE(plan.phases.size() == 1);
  return steps_of(plan, plan.phases.front(), platform);
}

/// What a protocol says of a placement of `model` whose data the phone owns.
struct Compiled {
  std::optional<Plan> plan;
  std::vector<PlanProblem> problems;
};

inline Compiled compile(std::string const& protocol, ProtocolInput const& input) {
  ProtocolEntry const* entry = find_protocol(protocol);
  REQUIRE(entry != nullptr);
  Compiled compiled;
  compiled.plan = entry->make()->compile(input, compiled.problems);
  return compiled;
}

inline Compiled compile(std::string const& protocol, Platform const& platform, Model const& model,
                        Placement const& placement, WireFormat const& wire = {}) {
  return compile(protocol, {platform, model, placement, phone, nullptr, wire});
}

/// The problems of a compilation that must fail: "field: problem (why)".
inline std::vector<std::string> problems_of(Compiled const& compiled) {
  CHECK_FALSE(compiled.plan.has_value());
  std::vector<std::string> lines;
  for (PlanProblem const& found : compiled.problems) {
    lines.push_back(found.field + ": " + found.problem + (found.why.empty() ? "" : " (" + found.why + ")"));
  }
  return lines;
}

inline std::vector<std::string> steps(std::string const& protocol, Model const& model, Placement const& placement,
                                      WireFormat const& wire = {}) {
  Platform const platform(tiers());
  Compiled const compiled = compile(protocol, platform, model, placement, wire);
  REQUIRE(compiled.problems.empty());
  REQUIRE(compiled.plan.has_value());
  return steps_of(*compiled.plan, platform);
}

}  // namespace coinfer::plans
