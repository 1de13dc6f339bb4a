// coinfer privacy
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/privacy_commands.hpp"

namespace coinfer {

void add_privacy_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("privacy", "What cuts give away: computed, measured and published");
  command->require_subcommand(1);
  add_rc2(*command);
  add_locate(*command);
  add_tables(*command);
  add_frontier(*command);
  command->footer("Example: coinfer privacy tables --model ir152_64px");
}

}  // namespace coinfer
