#include "privacy/published_transitions.hpp"

#include <array>

#include "privacy/catalog_files.hpp"
#include "privacy/leakage_load.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/files.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

constexpr char const* file_name = "transitions.csv";

enum Column : std::size_t { model, dataset, transition, cut, method, source, grade };
std::array<std::string, 7> const column_names = {"model", "dataset", "transition", "cut", "method", "source", "grade"};
std::array<std::string, 2> const answers = {"at_cut", "none"};

using Columns = std::array<std::size_t, column_names.size()>;

std::optional<Columns> find_columns(std::string const& file, CsvTable const& csv, Diagnostics& diagnostics) {
  Columns columns{};
  bool complete = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto const found = csv.column(column_names[i]);
    columns[i] = found.value_or(0);
    if (found) continue;
    diagnostics.add(Location{file, 0, 0}, "column '" + column_names[i] + "' is missing");
    complete = false;
  }
  return complete ? std::optional(columns) : std::nullopt;
}

std::optional<PublishedTransition> read_row(CsvTable const& csv, std::size_t row, Columns const& columns,
                                            Diagnostics& diagnostics) {
  auto const text = [&](Column column) -> std::string const& { return csv.at(row, columns[column]); };
  bool ok = true;
  auto const refuse = [&](Column column, std::string problem, std::string why = {}, std::string suggestion = {}) {
    diagnostics.add(csv.where(row, columns[column]), std::move(problem), std::move(why), std::move(suggestion));
    ok = false;
  };
  for (Column const column : {model, dataset, transition, method, source, grade}) {
    if (text(column).empty()) refuse(column, "'" + column_names[column] + "' is empty");
  }
  bool const is_there = text(transition) == answers[0];
  if (!is_there && text(transition) != answers[1] && !text(transition).empty()) {
    refuse(transition, "unknown transition '" + text(transition) + "'", "at_cut or none",
           did_you_mean(text(transition), answers));
  } else if (is_there && text(cut).empty()) {
    refuse(cut, "'cut' is empty", "the transition is at one");
  } else if (!is_there && !text(cut).empty()) {
    refuse(cut, "cut '" + text(cut) + "' has no meaning", "there is no transition");
  }
  auto const known = grade_of(text(grade));
  if (!known && !text(grade).empty()) {
    refuse(grade, "unknown grade '" + text(grade) + "'", {}, did_you_mean(text(grade), grade_words()));
  }
  if (!ok) return std::nullopt;
  std::optional<std::string> const at = is_there ? std::optional(text(cut)) : std::nullopt;
  return PublishedTransition{text(model), text(dataset), at, text(method), {text(source), *known}, csv.where(row, 0)};
}

/// The earlier statement about the same thing that says otherwise, or null.
PublishedTransition const* contradicted(std::vector<PublishedTransition> const& earlier, PublishedTransition const& by) {
  for (PublishedTransition const& known : earlier) {
    bool const same = known.model == by.model && known.dataset == by.dataset && known.method == by.method;
    if (same && known.cut != by.cut) return &known;
  }
  return nullptr;
}

}  // namespace

std::string_view published_transitions_header() { return "model,dataset,transition,cut,method,source,grade"; }

void load_published_transitions(std::string const& file, std::string_view text,
                                std::vector<PublishedTransition>& transitions, Diagnostics& diagnostics) {
  CsvTable const csv = CsvTable::parse(file, text, diagnostics);
  if (csv.header().empty()) return;  // already a problem
  auto const columns = find_columns(file, csv, diagnostics);
  if (!columns) return;
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    auto row = read_row(csv, i, *columns, diagnostics);
    if (!row) continue;
    if (PublishedTransition const* const other = contradicted(transitions, *row)) {
      diagnostics.add(csv.where(i, (*columns)[transition]),
                      other->where.file + ":" + std::to_string(other->where.line) + " says otherwise",
                      "equal model, data set and method");
      continue;
    }
    transitions.push_back(std::move(*row));
  }
}

std::vector<PublishedTransition> load_transition_catalog(std::optional<std::filesystem::path> const& extra,
                                                         Diagnostics& diagnostics) {
  std::vector<PublishedTransition> transitions;
  for (EmbeddedFile const& file : privacy_catalog_files()) {
    if (std::filesystem::path(file.path).filename() != file_name) continue;
    load_published_transitions(std::string(file.path), file.content, transitions, diagnostics);
  }
  if (!extra) return transitions;
  std::filesystem::path const path = *extra / "privacy" / file_name;
  if (std::filesystem::exists(path)) {
    load_published_transitions(path.string(), read_file(path), transitions, diagnostics);
  }
  return transitions;
}

std::vector<PublishedTransition const*> published_for(std::vector<PublishedTransition> const& transitions,
                                                      std::string_view model, std::string_view dataset) {
  std::vector<PublishedTransition const*> found;
  for (PublishedTransition const& known : transitions) {
    if (known.model == model && (known.dataset == dataset || known.dataset == any_dataset)) found.push_back(&known);
  }
  return found;
}

}  // namespace coinfer
