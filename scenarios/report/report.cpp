#include "scenarios/report/report.hpp"

#include "scenarios/report/deployment_json.hpp"
#include "scenarios/report/ledger_report.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

void write_report(Scenario const& scenario, Results const& results, RunFacts const& facts,
                  std::filesystem::path const& folder, bool replace) {
  FolderWriter writer(folder, replace);
  writer.write("summary.json", summary_json(scenario, results));
  write_requests_csv(scenario, results, writer.path("requests.csv"));
  writer.write("exposures.csv", exposures_csv(results));
  writer.write("resources.csv", resources_csv(results));
  writer.write("servers.csv", servers_csv(results));
  writer.write("ledger.csv", ledger_csv(results));
  writer.write("timeline.csv", timeline_csv(scenario, results));
  writer.write("deployment.json", deployment_json(scenario));
  writer.write("manifest.json", manifest_json(scenario, results, facts));
  writer.commit();
}

}  // namespace coinfer
