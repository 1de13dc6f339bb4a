// requests.csv, exposures.csv, resources.csv and servers.csv. The first line of each names its schema version.
#include <algorithm>
#include <fstream>

#include "scenarios/report/report.hpp"
#include "scenarios/request_statistics.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

std::string version_line() { return "# schema_version: " + std::to_string(schema_version) + "\n"; }

std::optional<double> unless_negative(double time_s) { return time_s < 0 ? std::nullopt : std::optional<double>(time_s); }

std::string requests_header() {
  std::string header =
      "request_id,arrival_s,start_s,end_s,latency_s,outcome,workload,device,protocol,cut,attempts,warm_up,prompt_tokens,"
      "output_tokens,ttft_s,tpot_s";
  for (PartName const& part : part_names) header.append(",").append(part.column);
  return header + "\n";
}

void add_request(CsvLine& line, std::uint64_t id, RequestRecord const& request, Scenario const& scenario) {
  Workload const& workload = scenario.workloads[request.workload];
  Device const& device = scenario.platform.device(workload.source);
  bool const ended = request.end_s >= 0;
  line.count(id).number(request.arrival_s).number(unless_negative(request.start_s)).number(unless_negative(request.end_s));
  line.number(ended ? std::optional<double>(request.end_s - request.arrival_s) : std::nullopt);
  line.text(to_string(request.outcome)).text(workload.name);
  line.text(device.count == 1 ? device.name : device.name + "[" + std::to_string(request.member) + "]");
  line.text(workload.protocol).text(workload.cut).count(request.attempts).text(request.warm_up ? "true" : "false");
  bool const tokens = request.prompt_tokens > 0;
  line.count(tokens ? std::optional<std::uint64_t>(request.prompt_tokens) : std::nullopt);
  line.count(tokens ? std::optional<std::uint64_t>(request.output_tokens) : std::nullopt);
  line.number(time_to_first_token_s(request)).number(time_per_token_s(request));
  for (double part_s : request.parts_s) line.number(ended ? std::optional<double>(part_s) : std::nullopt);
  line.end();
}

}  // namespace

void write_requests_csv(Scenario const& scenario, Results const& results, std::filesystem::path const& file) {
  std::ofstream out(file, std::ios::binary);
  std::string buffer = version_line() + requests_header();
  CsvLine line(buffer);
  std::uint64_t id = 0;
  std::size_t constexpr flush_at = std::size_t{1} << 20;
  for (RequestRecord const& request : results.record.requests) {
    add_request(line, id++, request, scenario);
    if (buffer.size() < flush_at) continue;
    out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.clear();
  }
  out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  out.flush();
  if (!out) throw OutputError(file.string() + ": cannot be written");
}

std::string exposures_csv(Results const& results) {
  std::string out = version_line() +
                    "workload,domain,place,tensor,model,dataset,protection,count,requests,users,most_per_user,worst_user\n";
  CsvLine line(out);
  for (Exposure const& seen : results.exposures) {
    auto const workload = std::find_if(results.users.begin(), results.users.end(),
                                       [&](UserExposures const& users) { return users.workload() == seen.workload; });
    auto const exposed = workload == results.users.end() ? std::nullopt : workload->exposed(seen.shown_by);
    line.text(seen.workload).text(seen.domain).text(seen.place).text(seen.tensor).text(seen.model).text(seen.dataset);
    line.text(to_string(seen.protection)).count(seen.count);
    line.count(exposed ? std::optional(exposed->requests) : std::nullopt);
    line.count(exposed ? std::optional(exposed->users) : std::nullopt);
    line.count(exposed ? std::optional(exposed->most_per_user) : std::nullopt);
    line.text(exposed ? exposed->worst_user : "");
    line.end();
  }
  return out;
}

std::string resources_csv(Results const& results) {
  std::string out = version_line() +
                    "resource,kind,members,members_used,utilisation,offered_utilisation,mean_waiting,max_waiting,served,"
                    "busy_s,bytes,energy_j,cost_usd\n";
  CsvLine line(out);
  for (ResourceResult const& resource : results.resources) {
    line.text(resource.resource).text(resource.kind).count(resource.members).count(resource.members_used);
    line.number(resource.utilisation).number(resource.asked_for()).number(resource.mean_waiting);
    line.count(resource.max_waiting).count(resource.served).number(resource.busy_s).number(resource.bytes);
    line.number(resource.energy_j).number(resource.cost_usd);
    line.end();
  }
  return out;
}

std::string servers_csv(Results const& results) {
  std::string out = version_line() +
                    "server,replicas,replicas_used,utilisation,iterations,tokens,mean_batch,largest_batch,mean_waiting,"
                    "kv_capacity_tokens,peak_kv_utilisation,preemptions,recomputed_tokens,prefix_hit_tokens,"
                    "prefix_hit_blocks_other,priced_by_tables,extrapolated\n";
  CsvLine line(out);
  for (ServerResult const& server : results.servers) {
    ServerRecord const& seen = server.record;
    line.text(server.server).count(server.replicas).count(seen.replicas_used).number(server.utilisation);
    line.count(seen.iterations).count(seen.tokens).number(server.mean_batch).count(seen.largest_batch);
    line.number(server.mean_waiting).count(server.kv_capacity_tokens).number(server.peak_kv_utilisation);
    line.count(seen.preemptions).count(seen.recomputed_tokens).count(seen.prefix_hit_tokens);
    line.count(seen.prefix_hit_blocks_other).count(seen.priced).count(seen.extrapolated);
    line.end();
  }
  return out;
}

}  // namespace coinfer
