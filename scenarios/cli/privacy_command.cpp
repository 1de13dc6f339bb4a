// coinfer privacy
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "privacy/activation_files.hpp"
#include "privacy/radius_table.hpp"
#include "privacy/transition.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/single_file.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_text = std::size_t{4} << 20;

/// Where activations and their classes are.
struct ActivationArguments {
  std::string folder;
  std::string labels;
  std::string predicted;
  std::string order;

  void add_to(CLI::App& command) {
    command.add_option("--activations", folder, "Folder with one .npy file for each cut: samples first, then any shape");
    command.add_option("--labels", labels, "The true class of each sample, a .npy file of whole numbers");
    command.add_option("--predicted", predicted, "The class a model predicted for each sample, likewise");
    command.add_option("--order", order, "File that names the cuts to use, one a line (unset: all, by name, 2 before 10)");
  }

  [[nodiscard]] std::vector<ActivationFile> files(Diagnostics& diagnostics) const {
    std::vector<fs::path> others;
    for (std::string const& other : {labels, predicted}) {
      if (!other.empty()) others.emplace_back(other);
    }
    std::vector<ActivationFile> all = list_activations(folder, others, diagnostics);
    if (order.empty() || all.empty()) return all;
    return order_activations(all, order, read_file(order, longest_text), diagnostics);
  }
};

/// Adds a row for each cut. Throws InputError with what is wrong.
void add_rows(std::vector<ActivationFile> const& files, std::string const& labels_file, Grouping grouping,
              std::vector<RadiusRow>& rows) {
  Diagnostics diagnostics;
  auto const labels = load_labels(labels_file, diagnostics);
  // Every header is looked at before the first long read.
  for (ActivationFile const& file : files) {
    auto const opened = NpyFile::open(file.path, diagnostics);
    if (!opened || !labels || opened->rows() == labels->class_of.size()) continue;
    diagnostics.add({opened->name(), 0, 0}, "has " + std::to_string(opened->rows()) + " samples",
                    labels_file + " has " + std::to_string(labels->class_of.size()));
  }
  if (!diagnostics.ok()) throw InputError(diagnostics);
  for (ActivationFile const& file : files) {
    auto const opened = NpyFile::open(file.path, diagnostics);
    auto radius = opened ? class_radius(*opened, *labels, diagnostics) : std::nullopt;
    if (radius) rows.push_back({file.cut, grouping, std::move(*radius)});
  }
  if (!diagnostics.ok()) throw InputError(diagnostics);
}

std::vector<RadiusRow> compute(ActivationArguments const& arguments) {
  if (arguments.folder.empty()) throw InputError("--activations DIR is needed");
  if (arguments.labels.empty() && arguments.predicted.empty()) {
    throw InputError("--labels FILE or --predicted FILE is needed (a radius is one of a class)");
  }
  Diagnostics diagnostics;
  std::vector<ActivationFile> const files = arguments.files(diagnostics);
  if (!diagnostics.ok()) throw InputError(diagnostics);
  std::vector<RadiusRow> rows;
  if (!arguments.labels.empty()) add_rows(files, arguments.labels, Grouping::labels, rows);
  if (!arguments.predicted.empty()) add_rows(files, arguments.predicted, Grouping::predicted, rows);
  return rows;
}

int width_of(std::vector<std::string> const& cuts) {
  std::size_t width = 3;
  for (std::string const& cut : cuts) width = std::max(width, cut.size());
  return static_cast<int>(width);
}

void print_radii(std::vector<RadiusRow> const& rows) {
  std::vector<std::string> cuts;
  for (RadiusRow const& row : rows) cuts.push_back(row.cut);
  int const width = width_of(cuts);
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
  std::printf("\nR_c^2 sums over a cut's dimensions: across cuts compare R_c^2/D, or R_c^2 over the global variance.\n");
  for (RadiusRow const& row : rows) {
    std::size_t const alone = row.radius.single_sample_classes();
    if (alone == 0) continue;
    std::printf("%zu of %zu classes have one sample: each adds a radius of 0, which says nothing about the cut.\n", alone,
                row.radius.classes.size());
    break;
  }
}

void print_drops(RadiusProfile const& profile) {
  DropTransition const found = locate_by_relative_drop(profile.radius2);
  if (found.cuts.empty()) {
    std::printf("relative_drop (published procedure): no transition; R_c^2 falls nowhere\n");
    return;
  }
  double largest = 0;
  for (std::optional<double> const& drop : found.drops) largest = std::max(largest, drop.value_or(0));
  std::string named = profile.cuts[found.cuts.front()];
  if (found.cuts.size() == 2) named += " and " + profile.cuts[found.cuts.back()];
  if (found.is_there) {
    std::printf("relative_drop (published procedure): %s; the largest drop of R_c^2 is %.3g\n", named.c_str(), largest);
  } else {
    std::printf(
        "relative_drop (published procedure): no transition; it would name %s, for a drop of R_c^2 of %.3g, which "
        "is below %.3g\n",
        named.c_str(), largest, small_drop);
  }
}

void print_change_point(RadiusProfile const& profile) {
  ChangePointOptions const options;
  ChangePoint const found = locate_by_change_point(profile.radius2_per_dimension, options);
  if (!found.best_split) {
    std::printf("change_point (least squares): not looked for; it needs %zu cuts with R_c^2 above 0\n", least_cuts);
  } else if (found.cut) {
    std::printf("change_point (least squares): %s; R_c^2/D changes by a factor of %.3g, advantage %.3g\n",
                profile.cuts[*found.cut].c_str(), found.factor, found.advantage);
  } else {
    std::printf(
        "change_point (least squares): no transition; the best step, at %s, has a factor of %.3g and an advantage of "
        "%.3g (needed: a factor below 1, an advantage of %.3g)\n",
        profile.cuts[*found.best_split].c_str(), found.factor, found.advantage, options.least_advantage);
  }
}

struct Rc2Arguments {
  ActivationArguments activations;
  std::string out;
  std::string classes_out;
  std::optional<double> entropy_nats;
  std::optional<double> discretisation_nats;
  bool force = false;

  void run() const {
    if (entropy_nats.has_value() != discretisation_nats.has_value()) {
      throw InputError("--input-entropy-nats and --discretisation-nats go together (neither is ever assumed)");
    }
    std::optional<InputEntropy> input;
    if (entropy_nats && !(std::isfinite(*entropy_nats) && std::isfinite(*discretisation_nats))) {
      throw InputError("--input-entropy-nats and --discretisation-nats are finite numbers");
    }
    if (entropy_nats) input = InputEntropy{*entropy_nats, *discretisation_nats};
    for (std::string const& file : {out, classes_out}) {
      if (!file.empty()) check_single_file(file, force);
    }
    std::vector<RadiusRow> const rows = compute(activations);
    print_radii(rows);
    if (!out.empty()) write_single_file(out, radius_table_csv(rows, input), force);
    if (!classes_out.empty()) write_single_file(classes_out, class_table_csv(rows), force);
  }
};

struct LocateArguments {
  ActivationArguments activations;
  std::string table;

  void run() const {
    if (table.empty() == activations.folder.empty()) {
      throw InputError("either a table of class radii or --activations DIR is needed");
    }
    if (!table.empty() && !(activations.labels.empty() && activations.predicted.empty() && activations.order.empty())) {
      throw InputError("--labels, --predicted and --order go with --activations (a table holds its own cuts)");
    }
    std::vector<RadiusProfile> profiles;
    if (table.empty()) {
      profiles = profiles_of(compute(activations));
    } else {
      Diagnostics diagnostics;
      profiles = load_radius_profiles(table, read_file(table, longest_text), diagnostics);
      if (!diagnostics.ok()) throw InputError(diagnostics);
    }
    for (RadiusProfile const& profile : profiles) {
      std::printf("%zu cuts, grouped by %s\n", profile.cuts.size(), std::string(to_string(profile.grouped_by)).c_str());
      print_drops(profile);
      print_change_point(profile);
    }
  }
};

void add_rc2(CLI::App& privacy) {
  auto arguments = std::make_shared<Rc2Arguments>();
  CLI::App* command = privacy.add_subcommand("rc2", "Class radii R_c^2 and entropy bounds of recorded activations");
  arguments->activations.add_to(*command);
  command->add_option("--out", arguments->out, "Write the table as CSV");
  command->add_option("--classes-out", arguments->classes_out, "Write the radius of every class as CSV");
  command->add_option("--input-entropy-nats", arguments->entropy_nats, "H(X) of the input, for the bound on H(X|Z)");
  command->add_option("--discretisation-nats", arguments->discretisation_nats, "kappa of that bound");
  command->add_flag("--force", arguments->force, "Replace files that exist");
  command->footer("Example: coinfer privacy rc2 --activations cuts --labels labels.npy --out radii.csv");
  command->callback([arguments] { arguments->run(); });
}

void add_locate(CLI::App& privacy) {
  auto arguments = std::make_shared<LocateArguments>();
  CLI::App* command =
      privacy.add_subcommand("locate", "The cut from which on activations keep the class and not the input");
  command->add_option("table", arguments->table, "Table that rc2 wrote, or any with cut,grouped_by,dimension,radius2");
  arguments->activations.add_to(*command);
  command->footer("Example: coinfer privacy locate radii.csv");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace

void add_privacy_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("privacy", "What recorded activations give away");
  command->require_subcommand(1);
  add_rc2(*command);
  add_locate(*command);
  command->footer("Example: coinfer privacy rc2 --activations cuts --labels labels.npy");
}

}  // namespace coinfer
