#include "scenarios/server_use.hpp"

namespace coinfer {

std::vector<ServerResult> server_use(Scenario const& scenario, RunRecord const& record) {
  auto const share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
  std::vector<ServerResult> results;
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    ScenarioServer const& server = scenario.servers[i];
    if (server.serves.empty()) continue;
    ServerRecord const& seen = record.servers[i];
    ServerResult result;
    result.server = server.config.name;
    result.on = server.config.on;
    result.replicas = server.replicas;
    result.kv_capacity_tokens = std::uint64_t{server.kv_blocks} * server.config.kv_block_tokens;
    result.utilisation = share(seen.busy_s, record.end_s * server.replicas);
    result.mean_batch = share(seen.in_batch_s, seen.busy_s);
    result.mean_waiting = share(seen.waiting_s, record.end_s);
    result.peak_kv_utilisation = share(static_cast<double>(seen.peak_kv_blocks), server.kv_blocks);
    result.record = seen;
    results.push_back(result);
  }
  return results;
}

}  // namespace coinfer
