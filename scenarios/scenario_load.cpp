#include "scenarios/scenario_load.hpp"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <map>
#include <set>

#include "platforms/platform_load.hpp"
#include "privacy/adversary_load.hpp"
#include "privacy/floor_load.hpp"
#include "scenarios/gate/expectations_load.hpp"
#include "scenarios/option_grades.hpp"
#include "scenarios/scenario.pb.h"
#include "scenarios/servers_load.hpp"
#include "scenarios/source_accounts.hpp"
#include "scenarios/workload_load.hpp"
#include "sim/base/field_path.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/files.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"
#include "sim/base/text_proto.hpp"

namespace coinfer {

namespace {

std::size_t constexpr largest_file_bytes = std::size_t{64} << 20;

/// Names of the trust domains of devices and links, each once, in declaration order.
std::vector<std::string> domains_of(Platform const& platform) {
  std::vector<std::string> domains;
  std::set<std::string> seen;
  for (Device const& device : platform.devices()) {
    if (seen.insert(device.domain).second) domains.push_back(device.domain);
  }
  for (Link const& link : platform.links()) {
    if (seen.insert(link.domain).second) domains.push_back(link.domain);
  }
  return domains;
}

/// The sources of one effective device or link, and its numbers that no source covers.
template <class Message>
void add_grades(std::string const& owner, Message const& message, std::vector<InputGrade>& inputs) {
  std::vector<FieldSource> const sources = field_sources_of(message.sources());
  for (FieldSource const& source : sources) {
    std::string fields;
    for (std::string const& field : source.fields) fields += (fields.empty() ? "" : ", ") + field;
    inputs.push_back({owner + ": " + fields, source.source});
  }
  for (std::string const& path : uncovered_numbers(message, sources)) {
    if (path == "count") continue;  // how many there are is the question, not a claim about the world
    inputs.push_back({owner + ": " + path, {"given in the scenario", Grade::assumed}});
  }
}

void add_platform_grades(proto::Scenario const& message, Where const& where, PlatformCatalog const& catalog,
                         std::vector<InputGrade>& inputs) {
  Diagnostics already_reported;
  for (int i = 0; i < message.devices_size(); ++i) {
    auto const device = resolve_device(message.devices(i), where.child("devices", i), catalog, already_reported);
    add_grades("device '" + device.message.name() + "'", device.message, inputs);
  }
  for (int i = 0; i < message.links_size(); ++i) {
    auto const link = resolve_link(message.links(i), where.child("links", i), catalog, already_reported);
    add_grades("link '" + link.message.name() + "'", link.message, inputs);
  }
}

/// `servers` are those of `message`, in order.
void add_server_grades(proto::Scenario const& message, Platform const& platform, std::vector<ScenarioServer> const& servers,
                       std::vector<InputGrade>& inputs) {
  for (int i = 0; i < message.servers_size(); ++i) {
    Device const& device = platform.device(servers[static_cast<std::size_t>(i)].at.device);
    std::vector<InputGrade> const grades =
        server_grades(message.servers(i), device.peer_rate.has_value(), device.peer_latency.has_value());
    inputs.insert(inputs.end(), grades.begin(), grades.end());
  }
}

/// Where some machines have a price, the sum is without the others, which must not look free.
void add_note_of_prices(Platform const& platform, std::vector<std::string>& notes) {
  std::string unpriced;
  bool priced = false;
  for (Device const& device : platform.devices()) {
    priced = priced || device.price.has_value();
    if (!device.price) unpriced += (unpriced.empty() ? "'" : ", '") + device.name + "'";
  }
  if (priced && !unpriced.empty()) notes.push_back("money is without what has no price: " + unpriced);
}

Stop stop_of(proto::Stop const& message) {
  Stop stop;
  if (message.has_requests()) stop.requests = message.requests();
  if (message.has_duration_s()) stop.duration = Seconds(message.duration_s());
  stop.cut = message.at_end() == proto::Stop::CUT;
  stop.warm_up = Seconds(message.warm_up_s());
  stop.warm_up_requests = message.warm_up_requests();
  return stop;
}

/// Mean arrivals per second of an open workload; 0 for the others.
double rate_of(proto::Arrivals const& arrivals) {
  return arrivals.poisson().rate_per_s() + arrivals.fixed_rate().rate_per_s() + arrivals.gamma().rate_per_s();
}

/// About how many requests come in the time after which no more do; 0 where no time is given or only answers bring
/// requests.
double expected_requests(proto::Scenario const& message) {
  double expected = 0;
  for (proto::Workload const& workload : message.workloads()) {
    expected += rate_of(workload.arrivals()) * message.stop().duration_s();
  }
  return expected;
}

/// A run keeps a record of every request, so what only time bounds must not be more than `requests` may say.
void check_size(proto::Scenario const& message, Where const& where, Diagnostics& diagnostics) {
  double constexpr most_requests = 1e9;
  if (message.stop().has_requests()) return;
  double const expected = expected_requests(message);
  if (expected <= most_requests) return;
  diagnostics.add(where.child("stop").field("duration_s"), "the run has about " + shortest(expected) + " requests",
                  "at most " + shortest(most_requests) + ": a run keeps a record of every request");
}

/// Each token may be a step of its own, so their number bounds how long a run takes.
void check_tokens(proto::Scenario const& message, std::vector<Workload> const& workloads, Where const& where,
                  Diagnostics& diagnostics) {
  double constexpr most_tokens = 1e12;
  std::uint32_t longest = 0;
  for (Workload const& workload : workloads) {
    if (workload.lengths) longest = std::max(longest, largest_lengths(*workload.lengths).output_tokens);
  }
  Stop const stop = stop_of(message.stop());
  double const requests = stop.requests ? static_cast<double>(*stop.requests) : expected_requests(message);
  if (requests * longest <= most_tokens) return;
  diagnostics.add(where.child("stop").field(stop.requests ? "requests" : "duration_s"),
                  "the run generates up to " + shortest(requests * longest) + " tokens",
                  "at most " + shortest(most_tokens) + ", for each may be a step of its own: about " + shortest(requests) +
                      " requests of up to " + std::to_string(longest));
}

/// A run must end: only replayed traces end by themselves.
void check_end(proto::Scenario const& message, Where const& where, Diagnostics& diagnostics) {
  if (message.stop().has_requests() || message.stop().has_duration_s()) return;
  for (proto::Workload const& workload : message.workloads()) {
    if (workload.arrivals().has_replay()) continue;
    diagnostics.add(message.has_stop() ? where.field("stop") : where.here(), "the run has no end",
                    "workload '" + workload.name() + "' goes on for ever; give stop.requests or stop.duration_s");
    return;
  }
}

void check_workload_names(proto::Scenario const& message, Where const& where, Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (int i = 0; i < message.workloads_size(); ++i) {
    if (names.insert(message.workloads(i).name()).second) continue;
    diagnostics.add(where.child("workloads", i).field("name"),
                    "duplicate workload name '" + message.workloads(i).name() + "'",
                    "results tell workloads apart by name");
  }
}

/// The workload whose random draws workload `index` makes: its own, or those of the earlier one it names.
std::uint32_t draws_of(proto::Scenario const& message, int index, Where const& where, Diagnostics& diagnostics) {
  std::string const& wanted = message.workloads(index).draws_as();
  if (wanted.empty()) return static_cast<std::uint32_t>(index);
  std::vector<std::string> earlier;
  for (int i = 0; i < index; ++i) {
    // One that draws as another hands on the other's draws.
    if (message.workloads(i).name() == wanted) return draws_of(message, i, where, diagnostics);
    earlier.push_back(message.workloads(i).name());
  }
  bool const declared = std::any_of(message.workloads().begin() + index, message.workloads().end(),
                                    [&](proto::Workload const& workload) { return workload.name() == wanted; });
  diagnostics.add(where.child("workloads", index).field("draws_as"), "no earlier workload '" + wanted + "'",
                  declared ? "one that is declared before this one makes the draws" : "", did_you_mean(wanted, earlier));
  return 0;
}

/// A server that serves nobody is most likely a mistake in a placement, or in what the server stands on.
void note_unused_servers(std::vector<ScenarioServer> const& servers, std::vector<std::string>& notes) {
  for (ScenarioServer const& server : servers) {
    if (server.serves.empty()) notes.push_back("server '" + server.config.name + "' serves no workload");
  }
}

/// Floors name adversaries and workloads as the scenario declares them, also those that have another problem.
std::vector<PrivacyFloor> load_scenario_floors(proto::Scenario const& message, Where const& where,
                                               Diagnostics& diagnostics) {
  std::vector<std::string> adversaries;
  std::vector<std::string> workloads;
  for (proto::Adversary const& adversary : message.adversaries()) adversaries.push_back(adversary.name());
  for (proto::Workload const& workload : message.workloads()) workloads.push_back(workload.name());
  return load_floors(message.privacy_floors(), where, "privacy_floors", adversaries, workloads, diagnostics);
}

/// Whether the scenario has the figure of every expectation; problems where it does not.
bool know_metrics(proto::Scenario const& message, Where const& where, Scenario const& scenario, Diagnostics& diagnostics) {
  bool known = true;
  for (int i = 0; i < message.expect_size(); ++i) {
    known = check_metric(message.expect(i), where.child("expect", i), scenario, diagnostics) && known;
  }
  return known;
}

std::string effective_text(proto::Scenario const& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

}  // namespace

std::optional<Located<proto::Scenario>> read_scenario_text(std::filesystem::path const& file, std::string const& text,
                                                           LoadOptions const& options, Diagnostics& diagnostics) {
  Located<proto::Scenario> located;
  bool readable = parse_text_proto(file.string(), text, located, diagnostics);
  for (std::string const& assignment : options.assignments) {
    readable = set_field(located.message, located.tree, assignment, diagnostics) && readable;
  }
  if (!readable) return std::nullopt;
  if (options.seed) located.message.set_seed(*options.seed);
  return located;
}

std::optional<Scenario> load_scenario_text(std::filesystem::path const& file, std::string const& text,
                                           LoadOptions const& options, Catalog const& catalog, Diagnostics& diagnostics) {
  std::optional<Located<proto::Scenario>> const located = read_scenario_text(file, text, options, diagnostics);
  if (!located) return std::nullopt;
  return load_scenario_message(file, *located, catalog, diagnostics);
}

std::optional<Scenario> load_scenario_message(std::filesystem::path const& file, Located<proto::Scenario> const& located,
                                              Catalog const& catalog, Diagnostics& diagnostics,
                                              AbsentFigures absent_figures) {
  proto::Scenario const& message = located.message;
  Where const where = located.where();
  check_rules(message, where, diagnostics);
  check_workload_names(message, where, diagnostics);
  std::optional<Platform> platform =
      load_platform(message.devices(), message.switches(), message.links(), where, catalog.platforms, diagnostics);
  if (!platform || !diagnostics.ok()) return std::nullopt;
  check_end(message, where, diagnostics);
  check_size(message, where, diagnostics);

  std::vector<InputGrade> inputs;
  std::vector<std::string> notes;
  add_platform_grades(message, where, catalog.platforms, inputs);
  std::optional<std::vector<ScenarioServer>> servers =
      load_servers(message, where, *platform, file.parent_path(), diagnostics);
  if (!servers) return std::nullopt;
  add_server_grades(message, *platform, *servers, inputs);
  add_note_of_prices(*platform, notes);
  std::map<DeviceId, std::map<std::string, Bytes>> held;
  WorkloadContext const context{*platform, *servers, catalog, file.parent_path(), inputs, held, notes};
  std::vector<Workload> workloads;
  for (int i = 0; i < message.workloads_size(); ++i) {
    std::optional<Workload> workload =
        load_workload(message.workloads(i), where.child("workloads", i), context, diagnostics);
    if (!workload) continue;
    workload->draws = draws_of(message, i, where, diagnostics);
    workloads.push_back(std::move(*workload));
  }
  check_tokens(message, workloads, where, diagnostics);
  note_unused_servers(*servers, notes);
  std::vector<std::string> const domains = domains_of(*platform);
  std::vector<Adversary> adversaries = load_adversaries(message.adversaries(), where, "adversaries", domains, diagnostics);
  std::vector<PrivacyBudget> budgets;
  // Of a workload that could not be loaded nobody knows what it releases.
  if (workloads.size() == static_cast<std::size_t>(message.workloads_size())) {
    budgets = load_budgets(message.privacy_budgets(), where, "privacy_budgets", budget_sources(*platform, workloads),
                           diagnostics);
  }
  std::vector<PrivacyFloor> floors = load_scenario_floors(message, where, diagnostics);
  std::vector<Expectation> expectations = load_expectations(message.expect(), where, diagnostics);
  std::set<std::string, std::less<>> attacked;
  for (Workload const& workload : workloads) attacked.insert(workload.leakage_model);
  auto leakage = adversaries.empty() ? std::make_shared<LeakageTables const>() : catalog.leakage(attacked, diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  Scenario scenario{message.name(),
                    message.question(),
                    message.has_seed() ? message.seed() : 1,
                    message.engine() == proto::PLAIN ? EngineKind::plain : EngineKind::fast,
                    std::move(*platform),
                    std::move(*servers),
                    std::move(workloads),
                    std::move(adversaries),
                    std::move(budgets),
                    std::move(leakage),
                    std::move(floors),
                    std::move(expectations),
                    stop_of(message.stop()),
                    std::move(inputs),
                    std::move(notes),
                    effective_text(message)};
  if (absent_figures == AbsentFigures::are_problems && !know_metrics(message, where, scenario, diagnostics)) {
    return std::nullopt;
  }
  return scenario;
}

std::optional<Scenario> load_scenario(std::filesystem::path const& path, LoadOptions const& options, Catalog const& catalog,
                                      Diagnostics& diagnostics) {
  return load_scenario_text(path, read_scenario_file(path), options, catalog, diagnostics);
}

std::string read_scenario_file(std::filesystem::path const& path) { return read_file(path, largest_file_bytes); }

}  // namespace coinfer
