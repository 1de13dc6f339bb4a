#include "scenarios/trace/run_names.hpp"

#include <algorithm>

#include "privacy/attribution.hpp"
#include "scenarios/run/attempts.hpp"
#include "scenarios/run/deployment.hpp"
#include "scenarios/run/server_pool.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

namespace {

std::string verb(Task const& task) {
  if (task.kind == TaskKind::transfer) return "send";
  if (task.kind == TaskKind::serve) return "serve";
  auto const found =
      std::find_if(part_names.begin(), part_names.end(), [&](PartName const& name) { return name.part == task.part; });
  if (found == part_names.end()) return "work";
  return std::string(found->column.substr(0, found->column.size() - 2));  // without its unit
}

}  // namespace

RunNames::RunNames(RunView const& run) : run_(run) {
  for (std::uint32_t w = 0; w < run.scenario.workloads.size(); ++w) {
    Plan const& plan = run.scenario.workloads[w].plan;
    for (std::uint32_t phase = 0; phase < plan.phases.size(); ++phase) {
      GraphId const graph = run.attempts.graph(w, phase);
      if (graph.valid()) add(graph, plan, plan.phases[phase]);
    }
    for (std::uint32_t const server : run.scenario.workloads[w].servers) {
      auto const [graph, phase] = run.servers.iteration(server);
      if (phase != nullptr) add(graph, plan, *phase);
    }
  }
}

void RunNames::add(GraphId graph, Plan const& plan, Phase const& phase) {
  std::vector<std::string>& names = tasks_[graph.index()];
  if (!names.empty()) return;  // the same server of several workloads
  for (std::size_t i = 0; i < phase.tasks.size(); ++i) {
    std::uint32_t const tensor = phase.tasks[i].tensor;
    std::string const what = tensor == PlanTask::no_tensor ? "" : " " + plan.tensors[tensor].names.front();
    names.push_back(verb(phase.graph.tasks()[i]) + what);
  }
}

std::string RunNames::device(std::uint32_t index, std::uint32_t member) const {
  Device const& device = run_.scenario.platform.devices()[index];
  return device.count == 1 ? device.name : device.name + "[" + std::to_string(member) + "]";
}

std::string RunNames::unit(StationId id) const {
  StationPlace const& place = run_.deployment.place(id);
  Device const& device = run_.scenario.platform.device(place.ref.processor.device);
  std::string processor = device.processors[place.ref.processor.processor].name;
  if (!place.ref.processor.enclave) return processor;
  std::string const enclave = device.enclaves[*place.ref.processor.enclave].name;
  switch (place.ref.unit) {
    case StationRef::Unit::bridge:
      return enclave + " bridge";
    case StationRef::Unit::quoting:
      return enclave + " quoting";
    case StationRef::Unit::processor:
      break;
  }
  return place.of_enclave ? enclave : processor;
}

std::string RunNames::station(StationId id) const {
  StationPlace const& place = run_.deployment.place(id);
  return device(place.ref.processor.device.index(), place.member) + "." + unit(id);
}

std::string RunNames::pipe(PipeId id) const {
  PipePlace const& place = run_.deployment.place(id);
  Link const& link = run_.scenario.platform.link(place.link);
  std::optional<DeviceId> const fleet = run_.scenario.platform.fleet_of(place.link);
  bool const several = fleet && run_.scenario.platform.device(*fleet).count > 1;
  std::string name = several ? link.name + "[" + std::to_string(place.member) + "]" : link.name;
  if (link.duplex == Duplex::full) name += place.direction == Direction::up ? " up" : " down";
  return name;
}

std::string RunNames::server(ServerId id) const {
  auto const [server, replica] = run_.servers.place(id);
  ScenarioServer const& of = run_.scenario.servers[server];
  return of.replicas == 1 ? of.config.name : of.config.name + "[" + std::to_string(replica) + "]";
}

std::string RunNames::place(TaskRun const& task) const {
  if (task.kind == TaskKind::compute) return station(StationId(task.resource));
  if (task.kind == TaskKind::serve) return server(ServerId(task.resource));
  if (task.kind == TaskKind::delay) return "";
  std::string out;
  for (PipeId id : run_.deployment.pipes(RouteId(task.resource))) out += (out.empty() ? "" : ", ") + pipe(id);
  return out;
}

}  // namespace coinfer
