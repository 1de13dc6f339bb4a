// A results folder read back: what `coinfer run --out` and the points of a sweep leave behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/saved/saved_json.hpp"
#include "scenarios/saved/saved_requests.hpp"
#include "scenarios/saved/saved_tables.hpp"

namespace coinfer {

struct SavedResults {
  std::filesystem::path folder;
  SavedJson summary;
  SavedJson manifest;
  SavedRequests requests;
  std::vector<SavedResource> resources;
  std::vector<SavedServer> servers;
  std::vector<SavedInterval> timeline;  ///< empty where the folder has none
};

/// Throws InputError where there is no such folder, it is that of a sweep (and says what to do instead) or of something
/// else, it is of a schema version that is not known, it lacks a file, or its files do not belong together.
SavedResults load_results(std::filesystem::path const& folder);

}  // namespace coinfer
