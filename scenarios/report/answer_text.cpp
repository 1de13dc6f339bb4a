// The answer for people, as `coinfer run` prints it.
#include <algorithm>
#include <cstdio>
#include <map>

#include "scenarios/gate/gate_files.hpp"
#include "scenarios/report/floors_text.hpp"
#include "scenarios/report/ledger_report.hpp"
#include "scenarios/report/privacy_text.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/report/side_by_side.hpp"

namespace coinfer {

namespace {

/// Three significant digits are enough for a reader; scripts take summary.json.
std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// Milliseconds up to ten seconds, seconds beyond.
std::string duration(double time_s) { return time_s < 10 ? rounded(time_s * 1e3) + " ms" : rounded(time_s) + " s"; }

std::string size(double bytes) { return bytes < 1e10 ? rounded(bytes / 1e6) + " MB" : rounded(bytes / 1e9) + " GB"; }

void add_requests(std::string& out, WorkloadResult const& all) {
  out += "  requests      " + std::to_string(all.submitted) + " submitted";
  for (std::size_t i = 0; i < outcome_count; ++i) {
    if (all.outcomes[i] == 0) continue;
    out += ", " + std::to_string(all.outcomes[i]) + " " + std::string(to_string(static_cast<Outcome>(i)));
  }
  out += "\n";
}

void add_latency(std::string& out, WorkloadResult const& result) {
  if (!result.latency_s) {
    out += "  latency       no request was completed outside the warm-up\n";
    return;
  }
  Summary const& latency = *result.latency_s;
  out += "  latency       mean " + duration(latency.mean) + ", p50 " + duration(latency.p50) + ", p95 " +
         duration(latency.p95) + ", p99 " + duration(latency.p99) + "\n";
  out += "  of which      ";
  bool first = true;
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    if (result.mean_parts_s[part] <= 0) continue;
    std::string_view const column = part_names[part].column;
    out +=
        (first ? "" : ", ") + std::string(column.substr(0, column.size() - 2)) + " " + duration(result.mean_parts_s[part]);
    first = false;
  }
  out += " (means)\n";
  if (result.ttft_s) {
    out += "  first token   mean " + duration(result.ttft_s->mean) + ", p50 " + duration(result.ttft_s->p50) + ", p99 " +
           duration(result.ttft_s->p99) + "\n";
  }
  if (result.tpot_s) {
    out += "  next tokens   mean " + duration(result.tpot_s->mean) + ", p50 " + duration(result.tpot_s->p50) + ", p99 " +
           duration(result.tpot_s->p99) + " each\n";
  }
  if (result.throughput_per_s) {
    out += "  throughput    " + rounded(*result.throughput_per_s) + " requests/s";
    if (result.output_tokens_per_s) out += ", " + rounded(*result.output_tokens_per_s) + " tokens/s";
    out += "\n";
  }
  if (result.objective_met) {
    out += "  objective     kept by " + rounded(100 * *result.objective_met) + " %";
    if (result.goodput_per_s) out += ", goodput " + rounded(*result.goodput_per_s) + " requests/s";
    out += "\n";
  }
}

/// The first of several missing things stands for the rest; summary.json names them all.
std::string shortened(std::string const& reason) {
  auto const others = std::count(reason.begin(), reason.end(), ',');
  if (others == 0) return reason;
  return reason.substr(0, reason.find(',')) + " and " + std::to_string(others) + " more";
}

void add_total(std::string& out, std::string const& label, Total const& total, std::string const& unit) {
  out += label + (total.value ? rounded(*total.value) + " " + unit : "absent (" + shortened(total.reason) + ")") + "\n";
}

void add_servers(std::string& out, Results const& results) {
  for (ServerResult const& server : results.servers) {
    ServerRecord const& seen = server.record;
    out += "  server        " + server.server + ": busy " + rounded(100 * server.utilisation) + " %, " +
           rounded(server.mean_batch) + " sequences in a batch, KV cache at most " +
           rounded(100 * server.peak_kv_utilisation) + " % full";
    if (seen.preemptions > 0) out += ", " + std::to_string(seen.preemptions) + " preemptions";
    if (seen.prefix_hit_tokens > 0) out += ", " + std::to_string(seen.prefix_hit_tokens) + " prompt tokens from the cache";
    if (seen.prefix_hit_blocks_other > 0) {
      out += ", " + std::to_string(seen.prefix_hit_blocks_other) +
             " blocks of them another user's, which the time to the first token gives away";
    }
    if (seen.extrapolated > 0) {
      out += ", " + std::to_string(seen.extrapolated) + " of " + std::to_string(seen.priced) +
             " iterations outside what was measured";
    }
    out += "\n";
  }
}

/// The weakest inputs, because a reader should doubt the right ones.
void add_doubts(std::string& out, Scenario const& scenario) {
  std::map<Grade, int> count;
  for (InputGrade const& input : scenario.inputs) ++count[input.source.grade];
  out += "\nWhat it rests on\n  inputs        ";
  bool first = true;
  for (auto const& [grade, inputs] : count) {
    out += (first ? "" : ", ") + std::to_string(inputs) + " " + std::string(to_string(grade));
    first = false;
  }
  out += " (manifest.json names them)\n";
  for (InputGrade const& input : scenario.inputs) {
    bool const option = input.what.rfind("workload ", 0) == 0 || input.what.rfind("server ", 0) == 0;
    if (option && input.source.grade == Grade::assumed)
      out += "  assumed       " + input.what + " (" + input.source.citation + ")\n";
  }
  for (std::string const& note : scenario.notes) out += "  note          " + note + "\n";
}

}  // namespace

std::string answer_text(Scenario const& scenario, Results const& results) {
  std::string out = scenario.name + "\n";
  if (!scenario.question.empty()) out += scenario.question + "\n";
  out += "\nWhat runs\n";
  for (Workload const& workload : scenario.workloads) {
    out += "  " + workload.name + std::string(workload.name.size() < 14 ? 14 - workload.name.size() : 1, ' ') +
           workload.model + " by " + workload.protocol +
           (workload.cut.empty() ? ", nothing crosses" : ", '" + workload.cut + "' crosses") + "\n";
  }
  std::size_t const workloads = results.workloads.size();
  if (workloads > 1) {
    bool const tokens = std::any_of(scenario.workloads.begin(), scenario.workloads.end(),
                                    [](Workload const& workload) { return workload.lengths.has_value(); });
    out += "\nSide by side (up, down: bytes of one request";
    out += tokens ? "; first token, each further one: medians)\n" : ")\n";
    out += side_by_side(scenario, results);
  }
  out += "\nWhat it costs\n";
  add_requests(out, results.all);
  if (workloads <= detailed_workloads) add_latency(out, results.all);
  if (workloads > 1 && workloads <= detailed_workloads) {
    for (WorkloadResult const& workload : results.workloads) {
      out += "  workload '" + workload.name + "'\n";
      add_requests(out, workload);
      add_latency(out, workload);
    }
  }
  out += "  load          ";
  out += results.saturation ? to_string(*results.saturation) : "too short a run to judge";
  if (!results.bottleneck.empty()) {
    auto const found = std::find_if(results.resources.begin(), results.resources.end(),
                                    [&](ResourceResult const& r) { return r.resource == results.bottleneck; });
    out += ", busiest is " + results.bottleneck;
    if (auto const asked_for = found->asked_for()) {
      out += " (" + rounded(100 * *asked_for) + " % asked for)";
    } else {
      auto const server = std::find_if(results.servers.begin(), results.servers.end(),
                                       [&](ServerResult const& s) { return s.on == results.bottleneck; });
      out += server->mean_waiting >= 1 ? " (calls wait for its batches)"
                                       : " (in batches " + rounded(100 * server->utilisation) + " % of the time)";
    }
  }
  out += "\n";
  add_servers(out, results);
  out += "  bytes         " + size(results.bytes_up) + " up, " + size(results.bytes_down) + " down\n";
  add_total(out, "  energy        ", results.energy_j, "J");
  add_total(out, "  money         ", results.cost_usd, "USD");
  out += privacy_text(scenario, results);
  out += ledger_text(results);
  out += floors_text(results.floors);
  out += expectations_text(results);
  add_doubts(out, scenario);
  return out;
}

}  // namespace coinfer
