// coinfer merge
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/gate_options.hpp"
#include "scenarios/cli/sweep_text.hpp"
#include "scenarios/sweep/merge.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

struct MergeArguments {
  std::vector<std::filesystem::path> folders;
  std::string out;
  GateFiles gates;
  bool force = false;

  void run() const {
    check_gate_files(gates, out);
    PointsSummary const summary = merge_shards(folders, out, force, gates);
    std::vector<std::string> const axes = SweepJournal(folders.front()).identity().axes;
    std::string const text =
        sweep_text(summary, axes) + "The table is " + (std::filesystem::path(out) / "points.csv").string() + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::string const wrong = what_went_wrong(summary);
    if (!wrong.empty()) throw MissedExpectation(wrong);
  }
};

}  // namespace

void add_merge_command(CLI::App& app) {
  auto arguments = std::make_shared<MergeArguments>();
  CLI::App* command = app.add_subcommand("merge", "Put the shards of a sweep together, as if one machine had run it");
  command->add_option("folders", arguments->folders, "What coinfer sweep --shard I/N --out wrote, for each I")->required();
  command->add_option("--out", arguments->out, "New folder of points.csv")->required();
  add_gate_options(*command, arguments->gates);
  command->add_flag("--force", arguments->force, "Replace a results folder that is there already");
  command->footer("Example: coinfer merge results/shard1 results/shard2 --out results/all");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
