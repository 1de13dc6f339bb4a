// coinfer privacy frontier
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/privacy_commands.hpp"
#include "scenarios/cli/single_file.hpp"
#include "scenarios/cli/status_line.hpp"
#include "scenarios/frontier/frontier.hpp"
#include "scenarios/frontier/frontier_report.hpp"

namespace coinfer {

namespace {

struct FrontierArguments {
  ScenarioOptions scenario;
  std::string workload;
  std::vector<std::string> cuts;
  std::vector<std::string> metrics;
  std::string out;
  bool force = false;
  bool quiet = false;

  void run() const {
    if (!out.empty()) check_single_file(out, force);
    ScenarioText const text = scenario.read_or_throw();
    if (!out.empty()) check_not_an_input(out, std::vector<std::string>{text.file.string()});
    FrontierQuestion const question{text.file, text.content, scenario.load_options(), workload, cuts, metrics};
    Frontier const frontier = find_with_bar(question);
    if (!out.empty()) write_single_file(out, frontier_csv(frontier), force);
    std::string const answer = frontier_text(frontier);
    std::fwrite(answer.data(), 1, answer.size(), stdout);
    if (!out.empty()) std::printf("\nThe table is in %s\n", out.c_str());
  }

 private:
  [[nodiscard]] Frontier find_with_bar(FrontierQuestion const& question) const {
    StatusLine line(quiet);
    return find_frontier(question, scenario.entries(), [&](std::size_t done, std::size_t total, std::string const& cut) {
      if (cut.empty()) return;  // the end, at which the line goes away
      line.show(done, total, std::to_string(done) + " of " + std::to_string(total) + " cuts, now " + cut);
    });
  }
};

}  // namespace

void add_frontier(CLI::App& privacy) {
  auto arguments = std::make_shared<FrontierArguments>();
  CLI::App* command =
      privacy.add_subcommand("frontier", "Every cut of a workload's model: what it costs, what it leaks to whom");
  arguments->scenario.add_to(*command);
  command->add_option("--workload", arguments->workload, "Whose cut is moved; needed where the scenario has several");
  command
      ->add_option("--cuts", arguments->cuts,
                   "Names, aliases or wildcards joined with commas, a ! before what is left out (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--metric", arguments->metrics, "Only these metrics of leakage (repeatable; coinfer list metrics)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--out", arguments->out, "Write the table as CSV, for analysis/plot_frontier.py");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->footer(
      "A cut that is not measured is never Pareto-optimal, and beats none.\n"
      "Example: coinfer privacy frontier gpz_vgg19_phone_5g --cuts '!fc3' --out frontier.csv");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
