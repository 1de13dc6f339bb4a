// coinfer compare
#include <cstdio>
#include <filesystem>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/number_check.hpp"
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
    auto const add = [&worse](std::string const& line) { worse += (worse.empty() ? "" : "\n") + line; };
    auto const told = [](std::optional<double> value, std::string const& words) {
      return value ? readable_number(*value, 4) : words.empty() ? std::string("not measured") : words;
    };
    for (std::string const& behind : comparison.fell_behind) add("does not keep up with its load: " + behind);
    for (FigureComparison const& figure : comparison.figures) {
      std::string const name = figure.figure + (figure.at.empty() ? "" : " at " + figure.at);
      std::string const values =
          ": " + told(figure.a, figure.a_words) + " in A, " + told(figure.b, figure.b_words) + " in B";
      if (is_lost_in_b(figure)) {
        add("may be worse: " + name + values + (figure.reason.empty() ? "" : " (" + figure.reason + ")"));
      } else if (is_worse_by(figure, *fail_on_worse_percent)) {
        add("worse by more than " + readable_number(*fail_on_worse_percent, 4) + " %: " + name + values);
      }
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
  command
      ->add_option("--figures", arguments->figures,
                   "Only these, or all that begin so; of runs paths in summary.json: latency_s.p95,privacy; of sweeps "
                   "columns of points.csv: latency_p95_s,leakage")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--fail-on-worse", arguments->fail_on_worse_percent,
                   "Exit code 1 where a figure of B is really worse, by more than this percentage over its whole interval, "
                   "where B lacks one that A has, and where B does not keep up with its load and A does")
      ->check(number_between(0, 1e9));
  command->add_flag("--json", arguments->json, "Print JSON instead of a table");
  command->footer(
      "Runs of the same requests (one seed, the same arrivals) are compared request by request and tell small differences\n"
      "apart; other runs as samples that share nothing. Sweeps are compared by point, over their replications.\n"
      "Example: coinfer compare results/before results/after --figures latency_s --fail-on-worse 2");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
