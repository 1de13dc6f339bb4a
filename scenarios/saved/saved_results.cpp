#include "scenarios/saved/saved_results.hpp"

#include "sim/base/errors.hpp"

namespace coinfer {

namespace fs = std::filesystem;

namespace {

/// Says what the path is instead of a results folder, where it is none.
void check_folder(fs::path const& folder) {
  std::error_code missing;
  std::string const name = folder.string();
  if (!fs::exists(folder, missing))
    throw InputError(name + ": no such results folder (coinfer run SCENARIO --out DIR writes one)");
  if (!fs::is_directory(folder, missing)) throw InputError(name + ": a file, not a results folder");
  if (fs::exists(folder / "summary.json", missing)) return;
  if (fs::is_directory(folder / "journal", missing) || fs::exists(folder / "points.csv", missing)) {
    throw InputError(name +
                     ": the folder of a sweep, not of one run (coinfer sweep --points-out writes a results folder a "
                     "point, below " +
                     (folder / "points").string() + ")");
  }
  throw InputError(name + ": no results folder (summary.json is missing)");
}

/// A folder whose files were put together by hand, or are those of different runs, answers nothing.
void check_together(SavedResults const& results) {
  std::string const name = results.folder.string();
  std::size_t const rows = results.requests.rows.size();
  std::optional<double> const submitted = results.summary.number("requests.submitted");
  if (submitted != static_cast<double>(rows)) {
    throw InputError(name + ": requests.csv has " + std::to_string(rows) + " rows, but summary.json says that " +
                     std::to_string(static_cast<std::uint64_t>(submitted.value_or(0))) +
                     " requests were submitted (half of it is missing, or it is of another run)");
  }
  if (results.summary.text("scenario") != results.manifest.text("scenario")) {
    throw InputError(name + ": summary.json and manifest.json are of different scenarios");
  }
}

}  // namespace

SavedResults load_results(fs::path const& folder) {
  check_folder(folder);
  for (char const* const file : {"manifest.json", "requests.csv", "resources.csv", "servers.csv"}) {
    if (!fs::exists(folder / file)) {
      throw InputError(folder.string() + ": not a whole results folder (" + file + " is missing)");
    }
  }
  SavedResults results{folder,
                       SavedJson(folder / "summary.json"),
                       SavedJson(folder / "manifest.json"),
                       load_saved_requests(folder / "requests.csv"),
                       load_saved_resources(folder / "resources.csv"),
                       load_saved_servers(folder / "servers.csv"),
                       {}};
  if (fs::exists(folder / "timeline.csv")) results.timeline = load_saved_timeline(folder / "timeline.csv");
  check_together(results);
  return results;
}

}  // namespace coinfer
