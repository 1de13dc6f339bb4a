// manifest.json: how the results came about. The only file that may differ between two runs of the same input.
#include "scenarios/report/report.hpp"
#include "scenarios/version.hpp"
#include "sim/base/json_writer.hpp"
#include "sim/kernel/simgrid_flows.hpp"

namespace coinfer {

std::string manifest_json(Scenario const& scenario, Results const& results, RunFacts const& facts) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("scenario", scenario.name);
  json.field("coinfer_version", version);
  json.field("simgrid_version", SimgridFlows::version()).field("seed", scenario.seed);
  json.key("engine").begin_object().field("kind", scenario.engine == EngineKind::fast ? "fast" : "plain");
  json.field("events", results.record.events).field("simgrid_flows", results.record.simgrid_flows);
  json.key("simgrid_options").begin_array();
  for (std::string const& option : SimgridFlows::options()) json.value(option);
  json.end_array().end_object();
  json.field("wall_s", facts.wall_s);
  json.field("events_per_s", facts.wall_s > 0
                                 ? std::optional<double>(static_cast<double>(results.record.events) / facts.wall_s)
                                 : std::nullopt);
  json.field("peak_memory_mib", facts.peak_memory_mib);
  json.key("inputs").begin_array();
  for (InputGrade const& input : scenario.inputs) {
    json.begin_object().field("what", input.what).field("grade", to_string(input.source.grade));
    json.field("citation", input.source.citation).end_object();
  }
  json.end_array();
  json.key("notes").begin_array();
  for (std::string const& note : scenario.notes) json.value(note);
  json.end_array();
  auto const path = [&](char const* key, std::string const& name) {
    json.key(key);
    name.empty() ? json.null() : json.value(name);
  };
  path("file", facts.file);
  path("catalog", facts.catalog);
  json.field("input", scenario.text);
  json.end_object();
  return json.text();
}

}  // namespace coinfer
