// coinfer privacy rc2
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "privacy/leakage_load.hpp"
#include "privacy/leakage_write.hpp"
#include "privacy/radius_leakage.hpp"
#include "scenarios/cli/activation_arguments.hpp"
#include "scenarios/cli/privacy_commands.hpp"
#include "scenarios/cli/single_file.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

void print_radii(std::vector<RadiusRow> const& rows) {
  std::size_t longest = 3;
  for (RadiusRow const& row : rows) longest = std::max(longest, row.cut.size());
  int const width = static_cast<int>(longest);
  std::printf("%-*s  grouped by  dimension  classes  %12s  %12s  %12s  %12s\n", width, "cut", "R_c^2", "R_c^2/D",
              "R_c^2/global", "inter-class");
  for (RadiusRow const& row : rows) {
    auto const relative = row.radius.radius2_per_global_variance();
    std::string share = "-";
    if (relative) {
      char text[32];
      std::snprintf(text, sizeof text, "%.6g", *relative);
      share = text;
    }
    std::printf("%-*s  %-10s  %9llu  %7zu  %12.6g  %12.6g  %12s  %12.6g\n", width, row.cut.c_str(),
                std::string(to_string(row.grouped_by)).c_str(), static_cast<unsigned long long>(row.radius.dimension),
                row.radius.classes.size(), row.radius.mean_radius2, row.radius.radius2_per_dimension(), share.c_str(),
                row.radius.inter_class_distance2);
  }
  std::printf(
      "\nR_c^2 grows with a cut's dimensions, and R_c^2/D with the scale of its activations: across cuts only R_c^2 over "
      "the global variance compares.\n");
  for (RadiusRow const& row : rows) {
    std::size_t const alone = row.radius.single_sample_classes();
    if (alone == 0) continue;
    std::printf("%zu of %zu classes have one sample: each adds a radius of 0, which says nothing about the cut.\n", alone,
                row.radius.classes.size());
    break;
  }
}

struct Rc2Arguments {
  ActivationArguments activations;
  std::string table;
  std::string model;
  std::string dataset;
  std::string source;
  std::string grade;
  std::string protection;
  std::string out;
  std::string classes_out;
  std::optional<double> entropy_nats;
  std::optional<double> discretisation_nats;
  bool force = false;

  [[nodiscard]] std::optional<InputEntropy> input() const {
    if (entropy_nats.has_value() != discretisation_nats.has_value()) {
      throw InputError("--input-entropy-nats and --discretisation-nats go together (neither is ever assumed)");
    }
    if (!entropy_nats) return std::nullopt;
    if (!(std::isfinite(*entropy_nats) && std::isfinite(*discretisation_nats))) {
      throw InputError("--input-entropy-nats and --discretisation-nats are finite numbers");
    }
    if (*entropy_nats < 0) throw InputError("--input-entropy-nats is that of a quantised input and at least 0");
    return InputEntropy{*entropy_nats, *discretisation_nats};
  }

  static void need(std::string const& option, std::string const& text) {
    if (text.find_first_not_of(" \t") != std::string::npos) return;
    throw InputError("--table FILE needs " + option + " (every figure says what it is of, and who says so)");
  }

  /// What the rows of the leakage table say they are of; nothing where none is asked for.
  [[nodiscard]] std::optional<RadiusSubject> subject() const {
    if (table.empty()) {
      if (!(model + dataset + source + grade + protection).empty()) {
        throw InputError("--model, --dataset, --source, --grade and --protection go with --table FILE");
      }
      return std::nullopt;
    }
    need("--model", model);
    need("--dataset", dataset);
    need("--source", source);
    Protection const seen = protection.empty() ? Protection::clear : *protection_of(protection);
    return RadiusSubject{model, dataset, seen, {source, grade.empty() ? Grade::measured : *grade_of(grade)}};
  }

  void run() const {
    std::optional<InputEntropy> const known = input();
    std::optional<RadiusSubject> const of = subject();
    std::vector<std::string> written;
    for (std::string const& file : {table, out, classes_out}) {
      if (file.empty()) continue;
      if (std::find(written.begin(), written.end(), file) != written.end()) {
        throw InputError(file + " is named for two tables");
      }
      written.push_back(file);
      check_not_an_input(file, activations.inputs());
      check_single_file(file, force);
    }
    std::vector<RadiusRow> const rows = activations.compute();
    print_radii(rows);
    if (of) write_single_file(table, leakage_table_csv(leakage_rows(rows, known, *of)), force);
    if (!out.empty()) write_single_file(out, radius_table_csv(rows, known), force);
    if (!classes_out.empty()) write_single_file(classes_out, class_table_csv(rows), force);
  }
};

std::vector<std::string> words(std::span<std::string const> all) { return {all.begin(), all.end()}; }

}  // namespace

void add_rc2(CLI::App& privacy) {
  auto arguments = std::make_shared<Rc2Arguments>();
  CLI::App* command = privacy.add_subcommand("rc2", "Class radii R_c^2 and entropy bounds of recorded activations");
  arguments->activations.add_to(*command);
  command->add_option("--table", arguments->table, "Write a leakage table: the statistics that scenarios and locate use");
  command->add_option("--model", arguments->model, "The model of that table, as workloads name it");
  command->add_option("--dataset", arguments->dataset, "Its data set");
  command->add_option("--source", arguments->source, "Who measured it, and how: the command, a publication");
  command->add_option("--grade", arguments->grade, "Its grade (unset: MEASURED)")
      ->check(CLI::IsMember(words(grade_words())));
  command->add_option("--protection", arguments->protection, "What had been done to the activations (unset: clear)")
      ->check(CLI::IsMember(words(protection_words())));
  command->add_option("--out", arguments->out, "Write every computed number of each cut as CSV");
  command->add_option("--classes-out", arguments->classes_out, "Write the radius of every class as CSV");
  command->add_option("--input-entropy-nats", arguments->entropy_nats, "H(X) of the input, for the bound on H(X|Z)");
  command->add_option("--discretisation-nats", arguments->discretisation_nats, "kappa of that bound");
  command->add_flag("--force", arguments->force, "Replace files that exist");
  command->footer(
      "Example: coinfer privacy rc2 --activations cuts --labels labels.npy --table leakage_mine.csv --model my_cnn "
      "--dataset photos --source \"trained by us, seed 1\"");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
