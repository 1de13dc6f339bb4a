// The explanation for scripts.
#include "scenarios/explain/explanation.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

std::string explanation_json(Explanation const& of) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("scenario", of.scenario);
  json.field("submitted", of.submitted).field("completed", of.completed).field("counted", of.counted);
  std::optional<double> const mean_s = of.counted > 0 ? std::optional(of.latency_mean_s) : std::nullopt;
  json.field("latency_mean_s", mean_s).field("typical_requests", of.typical).field("tail_requests", of.tail);
  json.key("parts").begin_array();
  for (PartShare const& part : of.parts) {
    json.begin_object().field("part", part.part).field("mean_s", part.mean_s).field("share", part.share);
    json.field("typical_s", part.typical_s).field("tail_s", part.tail_s).end_object();
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
