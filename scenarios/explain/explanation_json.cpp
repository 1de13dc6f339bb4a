// The explanation for scripts.
#include "scenarios/explain/explanation.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

void add_outcomes(JsonWriter& json, std::array<std::uint64_t, outcome_count> const& outcomes) {
  json.key("requests").begin_object();
  for (std::size_t i = 0; i < outcomes.size(); ++i) json.field(to_string(static_cast<Outcome>(i)), outcomes[i]);
  json.end_object();
}

void add_latency(JsonWriter& json, LatencyParts const& of) {
  auto const known = [&](double value_s) { return of.counted > 0 ? std::optional(value_s) : std::nullopt; };
  json.field("counted", of.counted).field("latency_mean_s", known(of.latency_mean_s));
  json.field("latency_p50_s", known(of.latency_p50_s)).field("latency_p99_s", known(of.latency_p99_s));
  json.field("latency_max_s", known(of.latency_max_s));
  json.field("typical_requests", of.typical).field("tail_requests", of.tail);
  json.key("parts").begin_array();
  for (PartShare const& part : of.parts) {
    json.begin_object().field("part", part.part).field("mean_s", part.mean_s).field("share", part.share);
    json.field("typical_s", part.typical_s).field("tail_s", part.tail_s).end_object();
  }
  json.end_array();
}

}  // namespace

std::string explanation_json(Explanation const& of) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("scenario", of.scenario).key("workload");
  of.workload.empty() ? json.null() : json.value(of.workload);
  json.field("submitted", of.submitted()).field("completed", of.outcome(Outcome::completed));
  add_outcomes(json, of.outcomes);
  add_latency(json, of.latency);
  json.key("workloads").begin_array();
  for (WorkloadShare const& workload : of.workloads) {
    json.begin_object().field("workload", workload.workload);
    add_outcomes(json, workload.outcomes);
    add_latency(json, workload.latency);
    json.end_object();
  }
  json.end_array().key("resources").begin_array();
  for (ResourceShare const& resource : of.resources) {
    json.begin_object().field("resource", resource.resource).field("kind", resource.kind);
    json.field("utilisation", resource.utilisation).field("offered_utilisation", resource.asked_for);
    json.field("mean_waiting", resource.mean_waiting).field("mean_batch", resource.mean_batch);
    json.field("iteration_s", resource.iteration_s).field("token_s", resource.token_s);
    json.field("waiting_s_per_request", resource.waiting_s_per_request).end_object();
  }
  json.end_array().field("bottleneck", of.bottleneck).key("saturation");
  if (of.saturation) {
    json.value(*of.saturation);
  } else {
    json.null();
  }
  json.field("verdict", saturation_text(of)).field("late_over_early", of.late_over_early);
  json.key("what_would_help").begin_array();
  for (std::string const& help : what_would_help(of)) json.value(help);
  json.end_array().end_object();
  return json.text();
}

}  // namespace coinfer
