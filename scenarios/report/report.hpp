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
};

/// Writes summary.json, requests.csv, exposures.csv, resources.csv, servers.csv, ledger.csv, deployment.json and
/// manifest.json, all or none. An existing folder is refused (InputError) unless `replace`. Throws OutputError.
void write_report(Scenario const& scenario, Results const& results, RunFacts const& facts,
                  std::filesystem::path const& folder, bool replace);

/// The single files, as text.
std::string summary_json(Scenario const& scenario, Results const& results);
std::string exposures_csv(Results const& results);
std::string resources_csv(Results const& results);
std::string servers_csv(Results const& results);
std::string manifest_json(Scenario const& scenario, Results const& results, RunFacts const& facts);
/// requests.csv can be long: it goes to the file in pieces. Throws OutputError.
void write_requests_csv(Scenario const& scenario, Results const& results, std::filesystem::path const& file);

/// The answer for people: what it costs, what it leaks, what to doubt.
std::string answer_text(Scenario const& scenario, Results const& results);

}  // namespace coinfer
