// The results folder.
#pragma once

#include <filesystem>
#include <string>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"

namespace coinfer {

/// Version of every file in a results folder; readers refuse one they do not know.
inline constexpr int schema_version = 2;

/// What only the manifest may hold, because it differs between two runs of the same input.
struct RunFacts {
  double wall_s = 0;
  double peak_memory_mib = 0;
  std::string file = {};     ///< of the scenario, where paths in it start; empty: unknown
  std::string catalog = {};  ///< folder that added to the catalogue; empty: none
};

/// Writes summary.json, requests.csv, exposures.csv, resources.csv, servers.csv, ledger.csv, timeline.csv, deployment.json
/// and manifest.json, all or none. An existing folder is refused (InputError) unless `replace`. Throws OutputError.
void write_report(Scenario const& scenario, Results const& results, RunFacts const& facts,
                  std::filesystem::path const& folder, bool replace);

/// The single files, as text.
std::string summary_json(Scenario const& scenario, Results const& results);
std::string exposures_csv(Results const& results);
std::string resources_csv(Results const& results);
std::string servers_csv(Results const& results);
/// For each resource of resources.csv, consecutive intervals from 0 to the end: how much of it was used, and how much
/// waited for it. Only the header where the run kept no timeline (RunOptions).
std::string timeline_csv(Scenario const& scenario, Results const& results);
std::string manifest_json(Scenario const& scenario, Results const& results, RunFacts const& facts);
/// requests.csv can be long: it goes to the file in pieces. Throws OutputError.
void write_requests_csv(Scenario const& scenario, Results const& results, std::filesystem::path const& file);

/// The answer for people: what it costs, what it leaks, what to doubt.
std::string answer_text(Scenario const& scenario, Results const& results);

}  // namespace coinfer
