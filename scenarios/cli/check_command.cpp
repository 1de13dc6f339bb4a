// coinfer check
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/sweep/point_list.hpp"
#include "scenarios/sweep/sweep_load.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

/// "3 axes", "1 axis".
std::string counted(std::uint64_t count, char const* one, char const* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

/// A sweep says itself what it sets in its scenario.
void check_sweep(ScenarioOptions const& options) {
  if (!options.load.assignments.empty() || options.load.seed || !options.engine.empty()) {
    throw InputError(options.file + ": --set, --seed and --engine do not go with a sweep (settings for every point stand " +
                     "in it as `set`)");
  }
  Diagnostics diagnostics;
  std::optional<Sweep> const sweep = load_sweep(options.file, options.entries(), diagnostics, MustLoad::at_every_end);
  if (!sweep) throw InputError(diagnostics);
  std::printf("%s: ok (%s, %s, %s each)\n", options.file.c_str(), counted(sweep->axes.size(), "axis", "axes").c_str(),
              counted(expand(*sweep).size(), "point", "points").c_str(),
              counted(sweep->replications, "run", "runs").c_str());
}

void check_scenario(ScenarioOptions const& options) {
  Scenario const scenario = options.load_or_throw();
  std::printf("%s: ok (%zu workloads, %zu devices, %zu links)\n", options.file.c_str(), scenario.workloads.size(),
              scenario.platform.devices().size(), scenario.platform.links().size());
}

}  // namespace

void add_check_command(CLI::App& app) {
  auto options = std::make_shared<ScenarioOptions>();
  CLI::App* command = app.add_subcommand("check", "Say whether a scenario, or a sweep, is right, without running it");
  options->add_to(*command);
  command->footer(
      "A file NAME.sweep.textproto is a sweep: its scenario is loaded at the first point and at the first and last\n"
      "value of each axis.\n"
      "Example: coinfer check my_scenario.textproto");
  command->callback([options] { is_sweep_file(options->file) ? check_sweep(*options) : check_scenario(*options); });
}

}  // namespace coinfer
