#include "scenarios/trace/traced_run.hpp"

#include "scenarios/run/run.hpp"
#include "scenarios/trace/trace_file.hpp"
#include "scenarios/trace/trace_watcher.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

Results traced_run(Scenario const& scenario, RunOptions options, std::filesystem::path const& path,
                   std::uint64_t limit_bytes, std::string& notice) {
  TraceFile file(path, limit_bytes);
  TraceWatcher watcher(file);
  options.watcher = &watcher;
  try {
    Results results = run(scenario, options);
    file.publish("");
    notice = "the trace is in " + path.string() + " (open it in ui.perfetto.dev)";
    if (file.cut_s()) {
      notice += "; it has reached its size limit: tasks that ended after " + shortest(*file.cut_s()) + " s are left out";
    }
    return results;
  } catch (RunError const& error) {
    file.publish(error.what());
    throw;
  }
}

}  // namespace coinfer
