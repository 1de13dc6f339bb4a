// coinfer compare
#include <cstdio>
#include <filesystem>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/compare/compare_points.hpp"
#include "scenarios/compare/compare_runs.hpp"
#include "scenarios/compare/comparison_report.hpp"
#include "scenarios/compare/input_differences.hpp"
#include "scenarios/report/readable.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

struct CompareArguments {
  std::string a;
  std::string b;
  std::vector<std::string> figures;
  std::optional<double> fail_on_worse_percent;
  bool json = false;

  void run() const {
    Comparison comparison = has_points(a) && has_points(b) ? of_points() : of_runs();
    keep_figures(comparison, figures);
    decide(comparison);
    std::string const text = json ? comparison_json(comparison) : comparison_text(comparison);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (fail_on_worse_percent) require_not_worse(comparison);
  }

  [[nodiscard]] Comparison of_runs() const {
    if (has_points(a) != has_points(b)) {
      throw InputError(a + " and " + b + " are not of one kind: compare two runs, or two sweeps");
    }
    return compare_runs(load_results(a), load_results(b));
  }

  [[nodiscard]] Comparison of_points() const {
    Comparison comparison = compare_points(load_points(a), load_points(b));
    fs::path const before = fs::path(a) / "manifest.json";
    fs::path const after = fs::path(b) / "manifest.json";
    if (fs::exists(before) && fs::exists(after)) {
      comparison.inputs = sweep_input_differences(SavedJson(before), SavedJson(after));
    } else {
      comparison.inputs_known = false;
      comparison.notes.push_back("what differs in the inputs is not known: a table alone does not say (name the folders)");
    }
    return comparison;
  }

  void require_not_worse(Comparison const& comparison) const {
    std::string worse;
    for (FigureComparison const& figure : comparison.figures) {
      if (!is_worse_by(figure, *fail_on_worse_percent)) continue;
      worse += (worse.empty() ? "" : "\n") + std::string("worse by more than ") +
               readable_number(*fail_on_worse_percent, 4) + " %: " + figure.figure +
               (figure.at.empty() ? "" : " at " + figure.at) + ": " + readable_number(*figure.a, 4) + " in A, " +
               readable_number(*figure.b, 4) + " in B";
    }
    if (!worse.empty()) throw MissedExpectation(worse);
  }
};

}  // namespace

void add_compare_command(CLI::App& app) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command = app.add_subcommand("compare", "Which differences between two results are more than chance");
  command->add_option("A", arguments->a, "Results folder of coinfer run --out, or of a sweep, or a points.csv")->required();
  command->add_option("B", arguments->b, "The same kind of results")->required();
  command->add_option("--figures", arguments->figures, "Only these: latency_s.p95, or all that begin so: latency_s,privacy")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--fail-on-worse", arguments->fail_on_worse_percent,
                   "Exit code 1 where a figure of B is really worse, by more than this percentage over its whole interval")
      ->check(CLI::Range(0.0, 1e9));
  command->add_flag("--json", arguments->json, "Print JSON instead of a table");
  command->footer(
      "Runs of the same requests (one seed, the same arrivals) are compared request by request and tell small differences\n"
      "apart; other runs as samples that share nothing. Sweeps are compared by point, over their replications.\n"
      "Example: coinfer compare results/before results/after --figures latency_s --fail-on-worse 2");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
