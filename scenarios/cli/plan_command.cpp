// coinfer plan
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/single_file.hpp"
#include "scenarios/cli/status_line.hpp"
#include "scenarios/planner/plan_report.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

std::map<std::string, proto::PlanObjective> const& objectives() {
  static std::map<std::string, proto::PlanObjective> const names = {{"latency", proto::LATENCY},
                                                                    {"throughput", proto::THROUGHPUT},
                                                                    {"energy", proto::ENERGY},
                                                                    {"money", proto::MONEY},
                                                                    {"leakage", proto::LEAKAGE}};
  return names;
}

struct PlanArguments {
  ScenarioOptions scenario;
  std::string workload;
  std::string objective;
  std::uint32_t top = 0;
  bool no_simulation = false;
  std::string csv;
  bool force = false;
  bool quiet = false;

  void run() const {
    if (!csv.empty()) check_single_file(csv, force);
    ScenarioText const text = scenario.read_or_throw();
    if (!csv.empty()) check_not_an_input(csv, std::vector<std::string>{text.file.string()});
    PlanRequest request{text.file, text.content, scenario.load_options(), workload, {}, {}, !no_simulation};
    if (!objective.empty()) request.objective = objectives().at(objective);
    if (top > 0) request.top = top;
    PlanAnswer const answer = find_with_bar(request);
    std::string const words = plan_text(answer);
    std::fwrite(words.data(), 1, words.size(), stdout);
    if (!csv.empty()) {
      write_single_file(csv, plan_csv(answer), force);
      std::printf("\nThe table is in %s\n", csv.c_str());
    }
    std::fprintf(stderr, "%s", quiet ? "" : time_text(answer).c_str());
    if (!answer.feasible()) throw MissedExpectation("no placement keeps everything that it has to");
    if (!answer.unchecked.empty()) throw MissedExpectation("bounds on percentiles are not checked without simulation");
    if (answer.all_overload()) throw MissedExpectation("every placement that was simulated is overloaded");
    if (answer.none_keeps_under_load()) throw MissedExpectation("no placement that was simulated keeps every bound");
  }

 private:
  [[nodiscard]] PlanAnswer find_with_bar(PlanRequest const& request) const {
    StatusLine line(quiet);
    return find_plan(request, scenario.entries(), [&](std::size_t done, std::size_t total, std::string const& placement) {
      if (placement.empty()) return;  // the end, at which the line goes away
      line.show(done, total, std::to_string(done) + " of " + std::to_string(total) + " simulated, now " + placement);
    });
  }

  static std::string time_text(PlanAnswer const& answer) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "closed form: %.3f s\n", answer.search_s);
    return text.data();
  }
};

}  // namespace

void add_plan_command(CLI::App& app) {
  auto arguments = std::make_shared<PlanArguments>();
  CLI::App* command = app.add_subcommand("plan", "The best placements of a model's layers over all tiers of a scenario");
  arguments->scenario.add_to(*command);
  command->add_option("--workload", arguments->workload, "Whose layers are placed; needed where the scenario has several");
  std::vector<std::string> names;
  for (auto const& [name, value] : objectives()) names.push_back(name);
  command
      ->add_option("--objective", arguments->objective,
                   "latency, throughput, energy, money or leakage (default: plan.objective, else latency)")
      ->check(CLI::IsMember(names));
  command->add_option("--top", arguments->top, "How many of the best are shown and simulated (default: plan.top, else 5)")
      ->check(CLI::Range(1, 1000));
  command->add_flag("--no-simulation", arguments->no_simulation, "Only the closed form, which ignores queues");
  command->add_option("--csv", arguments->csv, "Write the table and the whole Pareto front as CSV");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->add_flag("--quiet", arguments->quiet, "No progress and no time on stderr");
  command->footer(
      "Bounds and pins stand in the scenario's 'plan' (coinfer schema scenario). Where nothing keeps them all the exit "
      "code "
      "is 1.\n"
      "Example: coinfer plan resnet50_pi4_edge_cloud --objective throughput --set plan.constraints.latency_ms=5000");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
