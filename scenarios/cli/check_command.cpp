// coinfer check
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"

namespace coinfer {

void add_check_command(CLI::App& app) {
  auto options = std::make_shared<ScenarioOptions>();
  CLI::App* command = app.add_subcommand("check", "Say whether a scenario is right, without running it");
  options->add_to(*command);
  command->footer("Example: coinfer check my_scenario.textproto");
  command->callback([options] {
    Scenario const scenario = options->load_or_throw();
    std::printf("%s: ok (%zu workloads, %zu devices, %zu links)\n", options->file.c_str(), scenario.workloads.size(),
                scenario.platform.devices().size(), scenario.platform.links().size());
  });
}

}  // namespace coinfer
