#include "scenarios/sweep/column_names.hpp"

#include <map>
#include <string>

namespace coinfer {

void check_column_names(Located<proto::Scenario> const& scenario, Diagnostics& diagnostics) {
  proto::Scenario const& message = scenario.message;
  if (message.workloads_size() < 2) return;  // a single one is not in the names of columns
  std::map<std::string, std::string> whose;
  for (int w = 0; w < message.workloads_size(); ++w) {
    std::string const& workload = message.workloads(w).name();
    Location const place = scenario.where().child("workloads", w).field("name");
    if (workload == "axis") {
      diagnostics.add(place, "workload 'axis' cannot be swept", "columns that begin with 'axis.' are those of axes");
    }
    for (proto::Adversary const& adversary : message.adversaries()) {
      std::string const columns = adversary.name() + "." + workload;
      std::string const pair = "adversary '" + adversary.name() + "' with workload '" + workload + "'";
      auto const [earlier, added] = whose.try_emplace(columns, pair);
      if (added || earlier->second == pair) continue;
      diagnostics.add(place, pair + " has the columns of " + earlier->second, "both are 'leakage." + columns + ".METRIC'");
    }
  }
}

}  // namespace coinfer
