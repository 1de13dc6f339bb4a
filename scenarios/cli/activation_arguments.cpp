#include "scenarios/cli/activation_arguments.hpp"

#include <filesystem>

#include "privacy/activation_files.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

std::vector<ActivationFile> files_of(ActivationArguments const& arguments, Diagnostics& diagnostics) {
  std::vector<fs::path> others;
  for (std::string const& other : {arguments.labels, arguments.predicted}) {
    if (!other.empty()) others.emplace_back(other);
  }
  std::vector<ActivationFile> all = list_activations(arguments.folder, others, diagnostics);
  if (arguments.order.empty() || all.empty()) return all;
  return order_activations(all, arguments.order, read_file(arguments.order, longest_text), diagnostics);
}

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

}  // namespace

void ActivationArguments::add_to(CLI::App& command) {
  command.add_option("--activations", folder, "Folder with one .npy file for each cut: samples first, then any shape");
  command.add_option("--labels", labels, "The true class of each sample, a .npy file of whole numbers");
  command.add_option("--predicted", predicted, "The class a model predicted for each sample, likewise");
  command.add_option("--order", order, "File that names the cuts to use, one a line (unset: all, by name, 2 before 10)");
}

bool ActivationArguments::given() const {
  return !(folder.empty() && labels.empty() && predicted.empty() && order.empty());
}

std::vector<std::string> ActivationArguments::inputs() const {
  std::vector<std::string> files;
  for (std::string const& file : {labels, predicted, order}) {
    if (!file.empty()) files.push_back(file);
  }
  Diagnostics later;  // whoever computes reports what is wrong with the folder
  if (!folder.empty()) {
    for (ActivationFile const& file : list_activations(folder, {}, later)) files.push_back(file.path.string());
  }
  return files;
}

std::vector<RadiusRow> ActivationArguments::compute() const {
  if (folder.empty()) throw InputError("--activations DIR is needed");
  if (labels.empty() && predicted.empty()) {
    throw InputError("--labels FILE or --predicted FILE is needed (a radius is one of a class)");
  }
  Diagnostics diagnostics;
  std::vector<ActivationFile> const files = files_of(*this, diagnostics);
  if (!diagnostics.ok()) throw InputError(diagnostics);
  std::vector<RadiusRow> rows;
  if (!labels.empty()) add_rows(files, labels, Grouping::labels, rows);
  if (!predicted.empty()) add_rows(files, predicted, Grouping::predicted, rows);
  return rows;
}

}  // namespace coinfer
