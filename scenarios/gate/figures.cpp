#include "scenarios/gate/figures.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "scenarios/gate/privacy_figures.hpp"
#include "scenarios/gate/request_figures.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// A figure of the run, of a resource or of a server, or beside the requests of a workload.
template <class Of>
struct TotalFigure {
  char const* name;
  char const* description;
  std::optional<double> (*value)(Of const&);
  bool grows = false;  ///< As of a RequestFigure.
};

double whole(std::uint64_t count) { return static_cast<double>(count); }

using Optional = std::optional<double>;

std::array<TotalFigure<Results>, 7> constexpr run_figures = {{
    {"end_s", "when the run ended, seconds", [](Results const& r) -> Optional { return r.record.end_s; }},
    {"bytes.up", "bytes that links carried up", [](Results const& r) -> Optional { return r.bytes_up; }},
    {"bytes.down", "and down", [](Results const& r) -> Optional { return r.bytes_down; }},
    {"energy_j", "energy of all devices and links, joules", [](Results const& r) { return r.energy_j.value; }},
    {"energy_j.value", "the same", [](Results const& r) { return r.energy_j.value; }},
    {"cost_usd", "rent and traffic, US dollars", [](Results const& r) { return r.cost_usd.value; }},
    {"cost_usd.value", "the same", [](Results const& r) { return r.cost_usd.value; }},
}};

std::array<TotalFigure<WorkloadResult>, 2> constexpr workload_figures = {{
    {"bytes.up", "bytes up on the links that its requests use", [](WorkloadResult const& r) { return r.bytes_up; }},
    {"bytes.down", "and down", [](WorkloadResult const& r) { return r.bytes_down; }},
}};

std::array<TotalFigure<ResourceResult>, 4> constexpr resource_figures = {{
    {"utilisation", "busy share of a processor's slots or a link's bandwidth, 0 to 1",
     [](ResourceResult const& r) -> Optional { return r.utilisation; }},
    {"offered_utilisation", "what is asked for during arrivals over what it can do in that time",
     [](ResourceResult const& r) { return r.asked_for(); }},
    {"mean_waiting", "jobs that wait, over time", [](ResourceResult const& r) -> Optional { return r.mean_waiting; }, true},
    {"max_waiting", "the most that waited at once",
     [](ResourceResult const& r) -> Optional { return whole(r.max_waiting); }, true},
}};

std::array<TotalFigure<ServerResult>, 13> constexpr server_figures = {{
    {"replicas", "replicas of the server", [](ServerResult const& s) -> Optional { return whole(s.replicas); }},
    {"utilisation", "share of the time in iterations", [](ServerResult const& s) -> Optional { return s.utilisation; }},
    {"iterations", "iterations", [](ServerResult const& s) -> Optional { return whole(s.record.iterations); }},
    {"tokens", "new tokens computed", [](ServerResult const& s) -> Optional { return whole(s.record.tokens); }},
    {"mean_batch", "sequences in an iteration", [](ServerResult const& s) -> Optional { return s.mean_batch; }},
    {"mean_waiting", "calls that wait, over time", [](ServerResult const& s) -> Optional { return s.mean_waiting; }, true},
    {"kv_capacity_tokens", "tokens that the KV cache of a replica holds",
     [](ServerResult const& s) -> Optional { return whole(s.kv_capacity_tokens); }},
    {"peak_kv_utilisation", "the fullest it was, 0 to 1",
     [](ServerResult const& s) -> Optional { return s.peak_kv_utilisation; }},
    {"preemptions", "sequences that had to leave it",
     [](ServerResult const& s) -> Optional { return whole(s.record.preemptions); }},
    {"prefix_hit_tokens", "prompt tokens found in it",
     [](ServerResult const& s) -> Optional { return whole(s.record.prefix_hit_tokens); }},
    {"prefix_hit_blocks_other", "blocks found that another user had filled",
     [](ServerResult const& s) -> Optional { return whole(s.record.prefix_hit_blocks_other); }},
    {"priced_by_tables", "iterations priced by measured tables",
     [](ServerResult const& s) -> Optional { return whole(s.record.priced); }},
    {"extrapolated", "of these, outside what was measured",
     [](ServerResult const& s) -> Optional { return whole(s.record.extrapolated); }},
}};

template <class Figures>
auto const* find_figure(Figures const& figures, std::string_view name) {
  auto const found =
      std::find_if(std::begin(figures), std::end(figures), [&](auto const& one) { return name == one.name; });
  return found == std::end(figures) ? nullptr : &*found;
}

template <class Figures>
void add_names(Figures const& figures, std::vector<std::string>& names) {
  for (auto const& figure : figures) names.emplace_back(figure.name);
}

template <class Figures>
void add_lines(Figures const& figures, std::string const& before, std::vector<FigureLine>& lines) {
  for (auto const& figure : figures) lines.push_back({before + std::string(figure.name), std::string(figure.description)});
}

/// Names of all resources that the results of a scenario may have, as resource_use.cpp makes them.
std::vector<std::string> resource_names(Platform const& platform) {
  std::vector<std::string> names;
  for (Device const& device : platform.devices()) {
    for (Processor const& processor : device.processors) names.push_back(device.name + "." + processor.name);
    for (Enclave const& enclave : device.enclaves) {
      for (char const* const unit : {"", " bridge", " quoting"}) names.push_back(device.name + "." + enclave.name + unit);
    }
  }
  for (Link const& link : platform.links()) {
    if (link.duplex == Duplex::half) {
      names.push_back(link.name);
    } else {
      names.insert(names.end(), {link.name + " up", link.name + " down"});
    }
  }
  return names;
}

FigureProblem unknown_field(std::string const& where, std::string const& field, std::vector<std::string> const& names) {
  return {where + " has no figure '" + field + "'", "coinfer list figures shows them", did_you_mean(field, names)};
}

FigureValue absent(std::string reason) {
  FigureValue value;
  value.absence = std::move(reason);
  return value;
}

FigureValue total(Optional number, std::string absence) {
  FigureValue value = absent(number ? "" : std::move(absence));
  value.value = number;
  if (number) value.no_interval = "a run has one such value; replications in a sweep give it an interval";
  return value;
}

/// "without the price of 'phone'", or nothing where every device has one.
std::string without_price(Platform const& platform) {
  std::string names;
  for (Device const& device : platform.devices()) {
    if (!device.price) names += (names.empty() ? "'" : ", '") + device.name + "'";
  }
  return names.empty() ? names : "without the price of " + names + ", which nobody gave";
}

/// Where the run does not keep up, what it would come to is not in sight.
void unsettle(bool grows, Results const& results, FigureValue& value) {
  bool const behind = results.saturation == Saturation::overloaded || results.saturation == Saturation::backlogged;
  if (!grows || !behind || !value.value) return;
  value.unsettled = true;
  value.keeps_up = false;
  value.interval.reset();
  value.no_interval = "the run is " + std::string(to_string(*results.saturation)) +
                      (results.bottleneck.empty() ? "" : " (busiest is " + results.bottleneck + ")") +
                      ": the longer it goes on, the worse this is";
}

/// Nothing where the run has no such figure.
std::optional<FigureValue> measure_run(std::string const& field, Scenario const& scenario, Results const& results) {
  if (RequestFigure const* const figure = find_figure(request_figures(), field)) {
    FigureValue value = measure_requests(*figure, scenario, results.record, results.all, std::nullopt);
    unsettle(figure->grows, results, value);
    return value;
  }
  auto const* const figure = find_figure(run_figures, field);
  if (figure == nullptr) return std::nullopt;
  bool const money = field.starts_with("cost");
  FigureValue value =
      total(figure->value(results), field.rfind("energy", 0) == 0 ? results.energy_j.reason : results.cost_usd.reason);
  if (money && value.value) value.leaves_out = without_price(scenario.platform);
  return value;
}

std::optional<FigureValue> measure_workload(FigurePath const& path, Scenario const& scenario, Results const& results) {
  std::vector<std::string> names;
  for (WorkloadResult const& workload : results.workloads) names.push_back(workload.name);
  std::optional<std::size_t> const w = find_element(path.element, names);
  if (!w) return std::nullopt;
  WorkloadResult const& result = results.workloads[*w];
  if (RequestFigure const* const figure = find_figure(request_figures(), path.field)) {
    FigureValue value = measure_requests(*figure, scenario, results.record, result, static_cast<std::uint32_t>(*w));
    unsettle(figure->grows, results, value);
    return value;
  }
  auto const* const figure = find_figure(workload_figures, path.field);
  if (figure == nullptr) return std::nullopt;
  return total(figure->value(result), "another workload may use one of its links too");
}

/// A figure of an element of a list that is found by name.
template <class Figures, class Element>
std::optional<FigureValue> measure_element(Figures const& figures, FigurePath const& path,
                                           std::vector<Element> const& elements, std::string Element::*name,
                                           std::string const& absence, Results const& results) {
  std::vector<std::string> names;
  for (Element const& element : elements) names.push_back(element.*name);
  std::optional<std::size_t> const found = find_element(path.element, names);
  auto const* const figure = find_figure(figures, path.field);
  if (!found || figure == nullptr) return std::nullopt;
  FigureValue value = total(figure->value(elements[*found]), absence);
  unsettle(figure->grows, results, value);
  return value;
}

}  // namespace

std::vector<FigureLine> figure_lines() {
  std::vector<FigureLine> lines;
  add_lines(request_figures(), "", lines);
  add_lines(run_figures, "", lines);
  lines.push_back({"workloads[NAME].latency_s.p95", "and all others of requests, for one workload"});
  add_lines(workload_figures, "workloads[NAME].", lines);
  add_lines(resource_figures, "resources[NAME].", lines);
  add_lines(server_figures, "servers[NAME].", lines);
  std::vector<FigureLine> const privacy = privacy_figure_lines();
  lines.insert(lines.end(), privacy.begin(), privacy.end());
  return lines;
}

std::optional<FigureProblem> check_figure(std::string_view text, Scenario const& scenario) {
  std::optional<FigurePath> const path = parse_figure_path(text);
  if (!path) return FigureProblem{"'" + std::string(text) + "' is not a path", "its brackets do not match", ""};
  if (is_privacy_group(path->group)) return check_privacy_figure(*path, scenario);
  std::vector<std::string> fields;
  std::vector<std::string> elements;
  std::string kind;
  if (path->group.empty()) {
    add_names(request_figures(), fields);
    add_names(run_figures, fields);
  } else if (path->group == "workloads") {
    kind = "workload";
    add_names(request_figures(), fields);
    add_names(workload_figures, fields);
    for (Workload const& workload : scenario.workloads) elements.push_back(workload.name);
  } else if (path->group == "resources") {
    kind = "resource";
    add_names(resource_figures, fields);
    elements = resource_names(scenario.platform);
  } else if (path->group == "servers") {
    kind = "server";
    add_names(server_figures, fields);
    for (ScenarioServer const& server : scenario.servers) elements.push_back(server.config.name);
  } else {
    return unknown_name(
        "list", path->group,
        {"workloads", "resources", "servers", "privacy", "exposure_counts", "privacy_ledger", "privacy_floors"});
  }
  if (!kind.empty() && !find_element(path->element, elements)) return unknown_name(kind, path->element, elements);
  if (std::find(fields.begin(), fields.end(), path->field) != fields.end()) return std::nullopt;
  return unknown_field(kind.empty() ? "summary.json" : "a " + kind, path->field, fields);
}

FigureValue measure_figure(std::string_view text, Scenario const& scenario, Results const& results) {
  std::optional<FigurePath> const path = parse_figure_path(text);
  std::optional<FigureValue> value;
  if (!path) {
    // Its problem is told below.
  } else if (path->group.empty()) {
    value = measure_run(path->field, scenario, results);
  } else if (path->group == "workloads") {
    value = measure_workload(*path, scenario, results);
  } else if (path->group == "resources") {
    value = measure_element(resource_figures, *path, results.resources, &ResourceResult::resource,
                            "a server works in batches there: its busy time says little of what it could do", results);
  } else if (path->group == "servers") {
    value = measure_element(server_figures, *path, results.servers, &ServerResult::server, "", results);
  } else if (is_privacy_group(path->group) && !check_privacy_figure(*path, scenario)) {
    value = measure_privacy_figure(*path, scenario, results);
  }
  if (value) return *value;
  std::optional<FigureProblem> const problem = check_figure(text, scenario);
  return absent(problem ? problem->problem + " (" + problem->why + ")" : "nothing used it");
}

}  // namespace coinfer
