// Why one run was slower than another, for scripts.
#include "scenarios/explain/against.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

void add_changes(JsonWriter& json, char const* key, std::vector<Change> const& changes) {
  json.key(key).begin_array();
  for (Change const& change : changes) {
    json.begin_object().field("what", change.what).field("before_s", change.before_s).field("after_s", change.after_s);
    json.field("difference_s", change.by_s()).end_object();
  }
  json.end_array();
}

/// The run's own figures, each with "before" or "after" in its name.
void add_run(JsonWriter& json, std::string const& when, Explanation const& of) {
  json.field("submitted_" + when, of.submitted()).field("completed_" + when, of.outcome(Outcome::completed));
  json.field("counted_" + when, of.latency.counted);
  json.field("latency_mean_" + when + "_s", of.latency.latency_mean_s);
  json.field("latency_p50_" + when + "_s", of.latency.latency_p50_s);
  json.field("latency_p99_" + when + "_s", of.latency.latency_p99_s);
  json.key("saturation_" + when);
  of.saturation ? json.value(*of.saturation) : json.null();
  json.field("verdict_" + when, saturation_text(of));
}

void add_resource(JsonWriter& json, std::string const& when, std::optional<ResourceShare> const& of) {
  auto const known = [&](double ResourceShare::*member) { return of ? std::optional((*of).*member) : std::nullopt; };
  json.field("utilisation_" + when, known(&ResourceShare::utilisation));
  json.field("offered_utilisation_" + when, of ? of->asked_for : std::nullopt);
  json.field("mean_waiting_" + when, known(&ResourceShare::mean_waiting));
  json.field("waiting_" + when + "_s_per_request", known(&ResourceShare::waiting_s_per_request));
  json.field("mean_batch_" + when, of ? of->mean_batch : std::nullopt);
  json.field("iteration_" + when + "_s", of ? of->iteration_s : std::nullopt);
  json.field("token_" + when + "_s", of ? of->token_s : std::nullopt);
}

}  // namespace

std::string against_json(Against const& of) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("before", of.before.scenario);
  json.field("after", of.after.scenario).field("why", why_text(of)).key("doubts").begin_array();
  for (std::string const& doubt : doubts(of)) json.value(doubt);
  json.end_array();
  add_run(json, "before", of.before);
  add_run(json, "after", of.after);
  add_changes(json, "parts", of.parts);
  json.key("workloads").begin_array();
  for (WorkloadChange const& workload : of.workloads) {
    json.begin_object().field("workload", workload.latency.what).field("latency_mean_before_s", workload.latency.before_s);
    json.field("latency_mean_after_s", workload.latency.after_s);
    add_changes(json, "parts", workload.parts);
    json.end_object();
  }
  json.end_array();
  add_changes(json, "queues", of.queues);
  json.key("resources").begin_array();
  for (ResourceChange const& change : of.resources) {
    json.begin_object().field("resource", change.resource);
    add_resource(json, "before", change.before);
    add_resource(json, "after", change.after);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text();
}

}  // namespace coinfer
