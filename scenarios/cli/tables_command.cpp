// coinfer privacy tables
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include "privacy/leakage_catalog.hpp"
#include "privacy/leakage_load.hpp"
#include "privacy/leakage_metric.hpp"
#include "privacy/leakage_selection.hpp"
#include "privacy/leakage_write.hpp"
#include "scenarios/catalog.hpp"
#include "scenarios/cli/known_figures.hpp"
#include "scenarios/cli/privacy_commands.hpp"
#include "scenarios/cli/single_file.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/model_load.hpp"

namespace coinfer {

namespace {

using TextRow = std::vector<std::string>;

/// Aligned columns; the last one is not padded.
void print_aligned(std::vector<TextRow> const& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (TextRow const& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (TextRow const& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size() + 2, ' ');
    }
    std::printf("%s\n", line.c_str());
  }
}

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (std::string const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void print_subjects(std::span<LeakageRow const> rows) {
  std::vector<TextRow> lines = {{"model", "data set", "rows", "metrics (scale)", "cuts"}};
  for (LeakageSubject const& subject : subjects_of(rows)) {
    lines.push_back(
        {subject.model, subject.dataset, std::to_string(subject.rows), joined(subject.metrics), joined(subject.cuts)});
  }
  print_aligned(lines);
}

void print_rows(std::span<LeakageRow const> rows) {
  std::vector<TextRow> lines = {{"model", "data set", "cut", "protection", "attack", "knowledge", "metric", "scale",
                                 "value", "spread", "n", "grade"}};
  for (LeakageRow const& row : rows) {
    lines.push_back({row.model, row.dataset, row.cut, std::string(to_string(row.protection)), row.attack,
                     std::string(to_string(row.knowledge)), row.metric, row.scale, shortest(row.value),
                     row.spread ? shortest(*row.spread) : "-", row.n ? std::to_string(*row.n) : "-",
                     std::string(to_string(row.source.grade))});
  }
  print_aligned(lines);
}

/// What figures are converted to: "METRIC:SCALE".
struct Target {
  std::string metric;
  std::string scale;
};

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (LeakageMetric const& metric : leakage_metrics()) names.emplace_back(metric.name);
  return names;
}

void check_metric(std::string const& option, std::string const& name) {
  if (name.empty() || find_leakage_metric(name) != nullptr) return;
  std::string const hint = did_you_mean(name, metric_names());
  throw InputError(option + ": unknown metric '" + name + "'" + (hint.empty() ? "" : " " + hint + "?"));
}

struct TablesArguments {
  std::vector<std::string> files;
  LeakageSelection selection;
  std::string convert;
  std::optional<std::uint64_t> channels;
  std::string catalog;
  std::string out;
  bool csv = false;
  bool force = false;

  void run() const {
    std::optional<Target> const target = conversion();
    check_metric("--metric", selection.metric);
    if (!out.empty()) check_not_an_input(out, files);
    if (!out.empty()) check_single_file(out, force);
    LeakageTables const own = figures(!target);
    check_names(pairs_of(own.rows()), selection.model, selection.dataset);
    std::vector<LeakageRow> rows = select_rows(own.rows(), selection);
    bool const any = !rows.empty();
    if (target) rows = converted(rows, *target);
    if (rows.empty() && any) std::fprintf(stderr, "no figure: what was measured does not convert exactly\n");
    if (!any) std::fprintf(stderr, "no figure: nobody measured it, which does not mean that it is safe\n");
    if (rows.empty() && !out.empty()) throw InputError(out + " is not written (there is no figure)");
    if (csv) {
      std::string const text = leakage_table_csv(rows);
      std::fwrite(text.data(), 1, text.size(), stdout);
    } else if (!rows.empty()) {
      is_overview() ? print_subjects(rows) : print_rows(rows);
    }
    if (!out.empty()) write_single_file(out, leakage_table_csv(rows), force);
  }

 private:
  /// Whether what there is would be too long to read row by row.
  [[nodiscard]] bool is_overview() const {
    return files.empty() && convert.empty() && selection.model.empty() && selection.dataset.empty() &&
           selection.metric.empty();
  }

  [[nodiscard]] std::optional<Target> conversion() const {
    if (convert.empty()) {
      if (channels) throw InputError("--channels goes with --convert");
      return std::nullopt;
    }
    std::size_t const colon = convert.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == convert.size()) {
      throw InputError("--convert: '" + convert + "' is not METRIC:SCALE");
    }
    Target target{convert.substr(0, colon), convert.substr(colon + 1)};
    check_metric("--convert", target.metric);
    if (!selection.metric.empty()) throw InputError("--metric and --convert exclude each other (it names its metric)");
    return target;
  }

  /// The files' figures on top of `tables`. Throws InputError with everything that is wrong.
  [[nodiscard]] LeakageTables with_files(LeakageTables tables, Diagnostics diagnostics) const {
    for (std::string const& file : files) load_leakage_table(file, read_file(file), tables, diagnostics);
    if (!diagnostics.ok()) throw InputError(diagnostics);
    return tables;
  }

  /// The figures of the files, those that the catalogue has too among them, or else of the catalogue. Files are checked as
  /// an import would, which is beside the catalogue; not so where they are to be brought onto its scale.
  [[nodiscard]] LeakageTables figures(bool beside_catalogue) const {
    Diagnostics diagnostics;
    LeakageTables shipped = load_leakage_catalog(catalog_folder(catalog), diagnostics);
    if (files.empty() || beside_catalogue || !diagnostics.ok()) {
      LeakageTables all = with_files(std::move(shipped), diagnostics);
      if (files.empty()) return all;
    }
    return with_files({}, {});
  }

  [[nodiscard]] std::vector<LeakageRow> converted(std::vector<LeakageRow> const& rows, Target const& target) const {
    Catalog const entries(catalog_folder(catalog));
    std::map<std::string, std::optional<std::uint64_t>> of_models;
    ConvertedRows result = convert_rows(rows, target.metric, target.scale, [&](LeakageRow const& row) {
      auto known = of_models.find(row.model);
      if (known == of_models.end()) known = of_models.emplace(row.model, channels_of(entries, row.model)).first;
      return ConversionFacts{known->second};
    });
    for (std::string const& refused : result.refused) std::fprintf(stderr, "not converted: %s\n", refused.c_str());
    return std::move(result.rows);
  }

  /// As given, or of the input of a model that the catalogue has, where that is an image.
  [[nodiscard]] std::optional<std::uint64_t> channels_of(Catalog const& entries, std::string const& name) const {
    if (channels) return channels;
    auto const* const entry = entries.models.find_model(name);
    if (entry == nullptr) return std::nullopt;
    Diagnostics diagnostics;
    std::optional<Model> const model = load_model(entry->message, entry->where(), diagnostics);
    if (!model || model->transformer() || model->input_shape().sizes.size() != 3) return std::nullopt;
    return model->input_shape().sizes.front();
  }
};

/// What a user has to know to write such a file.
std::string footer() {
  std::string text = "Columns of a leakage table, a CSV file whose comment lines start with '#':\n";
  for (LeakageColumn const& column : leakage_columns()) {
    text += "  " + column.name + std::string(12 - column.name.size(), ' ') + column.meaning + "\n";
  }
  text +=
      "Converted exactly, and marked: mse between per_element_peak_1, per_element_peak_255, sum_over_channels_peak_1 and\n"
      "sum_over_channels_peak_255, and to or from psnr_db on peak_1_of_mean_mse or peak_255_of_mean_mse. Nothing else.\n"
      "Example: coinfer privacy tables leakage_mine.csv --convert mse:per_element_peak_1 --csv";
  return text;
}

}  // namespace

void add_tables(CLI::App& privacy) {
  auto arguments = std::make_shared<TablesArguments>();
  CLI::App* command = privacy.add_subcommand("tables", "What the leakage tables hold, or check tables of one's own");
  command->add_option("files", arguments->files, "Leakage tables to check and list (unset: the catalogue's)");
  command->add_option("--model", arguments->selection.model, "Only figures of this model");
  command->add_option("--dataset", arguments->selection.dataset, "Only figures on this data set");
  command->add_option("--metric", arguments->selection.metric, "Only figures of this measure (coinfer list metrics)");
  command->add_option("--convert", arguments->convert, "METRIC:SCALE: all figures that are it or become it exactly");
  command
      ->add_option("--channels", arguments->channels,
                   "Channels of the input, for sums over them (unset: of the model in the catalogue)")
      ->check(CLI::Range(1, 1000000));
  command->add_option("--catalog", arguments->catalog,
                      "Folder whose platforms/, workloads/ and privacy/ add to the catalogue");
  command->add_flag("--csv", arguments->csv, "Print a leakage table");
  command->add_option("--out", arguments->out, "Write the same leakage table into this file");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->footer(footer());
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
