// summary.json: what scripts read.
#include "scenarios/gate/gate_files.hpp"
#include "scenarios/report/ledger_report.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

void write_requests(JsonWriter& json, WorkloadResult const& result) {
  json.key("requests").begin_object();
  json.field("submitted", result.submitted);
  for (std::size_t i = 0; i < outcome_count; ++i) json.field(to_string(static_cast<Outcome>(i)), result.outcomes[i]);
  json.field("counted", result.counted);
  json.end_object();
}

void write_quantiles(JsonWriter& json, Summary const& summary) {
  json.field("mean", summary.mean).field("p50", summary.p50).field("p90", summary.p90).field("p95", summary.p95);
  json.field("p99", summary.p99).field("max", summary.max);
}

void write_summary(JsonWriter& json, std::string_view name, std::optional<Summary> const& summary) {
  json.key(name);
  if (!summary) {
    json.null();
    return;
  }
  json.begin_object();
  write_quantiles(json, *summary);
  json.end_object();
}

/// What only requests with tokens have; null for others.
void write_tokens(JsonWriter& json, WorkloadResult const& result) {
  write_summary(json, "ttft_s", result.ttft_s);
  write_summary(json, "tpot_s", result.tpot_s);
  json.key("tokens").begin_object().field("prompt", result.prompt_tokens).field("output", result.output_tokens);
  json.field("output_per_s", result.output_tokens_per_s).end_object();
  json.key("slo").begin_object().field("met", result.objective_met).field("goodput_per_s", result.goodput_per_s);
  json.end_object();
}

void write_latency(JsonWriter& json, WorkloadResult const& result) {
  json.key("latency_s");
  if (!result.latency_s) {
    json.null();
  } else {
    json.begin_object();
    write_quantiles(json, *result.latency_s);
    json.key("mean_ci95");
    if (result.latency_mean_interval_s) {
      json.begin_object()
          .field("low", result.latency_mean_interval_s->low)
          .field("high", result.latency_mean_interval_s->high);
      json.end_object();
    } else {
      json.null();
    }
    json.end_object();
  }
  json.field("throughput_per_s", result.throughput_per_s);
  write_tokens(json, result);
  json.key("mean_parts").begin_object();
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    bool const known = result.counted > 0;
    json.field(part_names[part].column, known ? std::optional<double>(result.mean_parts_s[part]) : std::nullopt);
  }
  json.end_object();
}

void write_total(JsonWriter& json, std::string_view name, Total const& total) {
  json.key(name).begin_object().field("value", total.value);
  if (!total.value) json.field("reason", total.reason);
  json.end_object();
}

void write_resources(JsonWriter& json, Results const& results) {
  json.key("resources").begin_array();
  for (ResourceResult const& resource : results.resources) {
    json.begin_object().field("resource", resource.resource).field("kind", resource.kind);
    json.field("utilisation", resource.utilisation).field("offered_utilisation", resource.asked_for());
    json.field("mean_waiting", resource.mean_waiting).field("max_waiting", resource.max_waiting);
    json.end_object();
  }
  json.end_array();
}

void write_servers(JsonWriter& json, Results const& results) {
  json.key("servers").begin_array();
  for (ServerResult const& server : results.servers) {
    ServerRecord const& seen = server.record;
    json.begin_object().field("server", server.server).field("replicas", server.replicas);
    json.field("utilisation", server.utilisation).field("iterations", seen.iterations).field("tokens", seen.tokens);
    json.field("mean_batch", server.mean_batch).field("mean_waiting", server.mean_waiting);
    json.field("kv_capacity_tokens", server.kv_capacity_tokens);
    json.field("peak_kv_utilisation", server.peak_kv_utilisation).field("preemptions", seen.preemptions);
    json.field("prefix_hit_tokens", seen.prefix_hit_tokens);
    json.field("prefix_hit_blocks_other", seen.prefix_hit_blocks_other);
    json.field("priced_by_tables", seen.priced).field("extrapolated", seen.extrapolated).end_object();
  }
  json.end_array();
}

void write_users(JsonWriter& json, std::optional<ExposedUsers> const& exposed) {
  json.key("exposed");
  if (!exposed) {
    json.null();
    return;
  }
  json.begin_object().field("requests", exposed->requests).field("users", exposed->users);
  json.field("most_per_user", exposed->most_per_user).field("worst_user", exposed->worst_user).end_object();
}

void write_privacy(JsonWriter& json, Results const& results) {
  json.key("privacy").begin_array();
  for (PrivacyScore const& score : results.privacy) {
    json.begin_object().field("adversary", score.adversary).field("workload", score.workload).field("metric", score.metric);
    json.field("status", to_string(score.status)).field("scale", score.scale).field("value", score.value);
    if (score.value) {
      json.field("grade", to_string(score.grade)).field("citation", score.citation).field("attack", score.attack);
    } else {
      json.field("reason", score.reason);
    }
    json.field("tensor", score.tensor).field("place", score.place).field("exposures", score.exposures);
    write_users(json, score.users);
    json.end_object();
  }
  json.end_array();
}

void write_exposure_counts(JsonWriter& json, Results const& results) {
  json.key("exposure_counts").begin_array();
  for (ExposureCount const& count : results.exposure_counts) {
    json.begin_object().field("adversary", count.adversary).field("workload", count.workload);
    json.field("protection", to_string(count.protection)).field("tensors", count.tensors);
    json.field("exposures", count.exposures);
    write_users(json, count.users);
    json.end_object();
  }
  json.end_array();
}

/// One entry a floor, as in the scenario; an adversary or workload of null stands for every one.
void write_floors(JsonWriter& json, Results const& results) {
  json.key("privacy_floors").begin_array();
  for (FloorVerdict const& verdict : results.floors) {
    PrivacyFloor const& floor = verdict.floor;
    auto const name = [&](std::string_view key, std::string const& text) {
      json.key(key);
      text.empty() ? json.null() : json.value(text);
    };
    json.begin_object();
    name("adversary", floor.adversary);
    name("workload", floor.workload);
    json.field("metric", floor.metric);
    name("scale", verdict.scale);
    json.field("direction", floor.at_least() ? "at_least" : "at_most").field("bound", floor.bound);
    json.field("value", verdict.value).field("kept", verdict.kept).field("reason", verdict.reason).end_object();
  }
  json.end_array();
}

}  // namespace

std::string summary_json(Scenario const& scenario, Results const& results) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("scenario", scenario.name);
  write_requests(json, results.all);
  write_latency(json, results.all);
  json.key("workloads").begin_array();
  for (std::size_t w = 0; w < results.workloads.size(); ++w) {
    Workload const& workload = scenario.workloads[w];
    json.begin_object().field("name", workload.name).field("model", workload.model).field("protocol", workload.protocol);
    json.field("cut", workload.cut);
    write_requests(json, results.workloads[w]);
    write_latency(json, results.workloads[w]);
    json.key("bytes").begin_object().field("up", results.workloads[w].bytes_up);
    json.field("down", results.workloads[w].bytes_down).end_object();
    json.end_object();
  }
  json.end_array();
  json.field("end_s", results.record.end_s);
  json.key("saturation");
  if (results.saturation) {
    json.value(to_string(*results.saturation));
  } else {
    json.null();
  }
  json.field("bottleneck", results.bottleneck);
  write_resources(json, results);
  write_servers(json, results);
  json.key("bytes").begin_object().field("up", results.bytes_up).field("down", results.bytes_down).end_object();
  write_total(json, "energy_j", results.energy_j);
  write_total(json, "cost_usd", results.cost_usd);
  write_privacy(json, results);
  write_exposure_counts(json, results);
  write_privacy_ledger(json, results);
  write_floors(json, results);
  write_expectations(json, results);
  json.end_object();
  return json.text();
}

}  // namespace coinfer
