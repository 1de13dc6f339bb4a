#include "workloads/serving/step_tables_load.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>
#include <vector>

#include "sim/base/csv.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/files.hpp"
#include "sim/base/suggest.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/serving/step_grid_build.hpp"
#include "workloads/serving/step_skew_load.hpp"

namespace coinfer {

namespace {

constexpr std::size_t longest_table_bytes = std::size_t{1} << 28;

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

StepQuantity quantity_of(proto::StepTable::Quantity quantity) {
  assert(quantity != proto::StepTable::QUANTITY_UNSET);
  return static_cast<StepQuantity>(static_cast<int>(quantity) - 1);
}

class TableReader {
 public:
  TableReader(proto::StepTable const& message, Where const& where, std::filesystem::path const& folder,
              Diagnostics& diagnostics)
      : message_(message), where_(where), folder_(folder), diagnostics_(diagnostics) {}

  /// Appends the operations of the table.
  void read(std::vector<StepOperation>& operations) {
    if (message_.has_path() == message_.has_csv()) {
      diagnostics_.add(where_.here(), "table " + in_quotes(message_.name()) + " needs a path or csv", "one of them");
      return;
    }
    if (message_.has_select_column() != (message_.select_size() > 0)) {
      diagnostics_.add(where_.here(), "table " + in_quotes(message_.name()) + " gives one of select_column and select",
                       "the one says where the others stand");
      return;
    }
    if (!check_axes() || !read_text() || !find_columns() || !read_skew()) return;
    if (message_.select_size() == 0) {
      add_operation(message_.name(), nullptr, 1, where_.here(), operations);
      return;
    }
    for (int i = 0; i < message_.select_size(); ++i) {
      auto const& select = message_.select(i);
      add_operation(message_.name() + "." + select.value(), &select.value(), select.has_times() ? select.times() : 1,
                    where_.field("select", i), operations);
    }
  }

 private:
  bool check_axes() {
    std::set<StepQuantity> given;
    bool right = true;
    for (int i = 0; i < message_.axes_size(); ++i) {
      StepQuantity const quantity = quantity_of(message_.axes(i).quantity());
      axes_.push_back(quantity);
      if (given.insert(quantity).second) continue;
      diagnostics_.add(where_.child("axes", i).field("quantity"), "the quantity is given twice");
      right = false;
    }
    auto const needs = [&](StepQuantity context, StepQuantity count, char const* name) {
      if (!given.contains(context) || given.contains(count)) return;
      diagnostics_.add(where_.field("axes"), "a context axis stands without " + std::string(name),
                       "a context of nobody means nothing");
      right = false;
    };
    needs(StepQuantity::prefill_context, StepQuantity::prefill_tokens, "PREFILL_TOKENS");
    needs(StepQuantity::decode_context, StepQuantity::decode_sequences, "DECODE_SEQUENCES");
    return right;
  }

  bool read_text() {
    std::string text = message_.csv();
    Location const here = where_.field("csv");
    std::string file = here.file + ": csv of table " + in_quotes(message_.name());
    if (message_.has_path()) {
      file = (folder_ / message_.path()).string();
      if (!read_into(text, message_.path(), where_.field("path"))) return false;
    }
    Diagnostics found;
    table_ = CsvTable::parse(file, text, found);
    for (auto& diagnostic : found.sorted()) diagnostics_.add(std::move(diagnostic));
    return found.ok();
  }

  bool read_into(std::string& text, std::string const& path, Location const& named) {
    try {
      text = read_file(folder_ / path, longest_table_bytes);
      return true;
    } catch (InputError const& error) {
      diagnostics_.add(named, error.what());
      return false;
    }
  }

  /// False after problems.
  bool read_skew() {
    if (!message_.has_skew_path()) return true;
    if (std::find(axes_.begin(), axes_.end(), StepQuantity::decode_context) == axes_.end()) {
      diagnostics_.add(where_.field("skew_path"),
                       "table " + in_quotes(message_.name()) + " has no DECODE_CONTEXT to correct");
      return false;
    }
    std::string text;
    if (!read_into(text, message_.skew_path(), where_.field("skew_path"))) return false;
    skew_ = load_step_skew((folder_ / message_.skew_path()).string(), text, diagnostics_);
    return skew_ != nullptr;
  }

  bool find_columns() {
    bool all = true;
    auto const find = [&](std::string const& name, Location const& named) {
      auto const column = table_.column(name);
      if (!column) {
        diagnostics_.add(named, "the table has no column " + in_quotes(name), {}, did_you_mean(name, table_.header()));
        all = false;
      }
      return column.value_or(0);
    };
    for (int i = 0; i < message_.axes_size(); ++i) {
      columns_.push_back(find(message_.axes(i).column(), where_.child("axes", i).field("column")));
    }
    time_column_ = find(message_.has_time_column() ? message_.time_column() : "time_us", where_.field("time_column"));
    if (message_.has_select_column()) select_column_ = find(message_.select_column(), where_.field("select_column"));
    return all;
  }

  void add_operation(std::string const& name, std::string const* selected, double times, Location const& named,
                     std::vector<StepOperation>& operations) {
    std::vector<StepPoint> points;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (selected != nullptr && table_.at(row, select_column_) != *selected) continue;
      StepPoint point{table_.where(row, columns_.front()), {}, 0};
      for (std::size_t const column : columns_) point.values.push_back(number(row, column));
      constexpr double us = 1e-6;
      point.time_s = number(row, time_column_) * us;
      points.push_back(std::move(point));
    }
    if (points.empty()) {
      diagnostics_.add(named, "no row for " + in_quotes(name), "an operation without measurements has no time");
      return;
    }
    if (!numbers_right_) return;
    std::vector<std::string> columns;
    for (auto const& axis : message_.axes()) columns.push_back(axis.column());
    auto grids = build_step_grids(axes_, columns, std::move(points), diagnostics_);
    if (!grids) return;
    operations.push_back({name, times * (message_.has_times() ? message_.times() : 1), *std::move(grids), skew_});
  }

  double number(std::size_t row, std::size_t column) {
    std::string const& text = table_.at(row, column);
    auto const value = parse_number(text);
    if (value && *value >= 0) return *value;
    diagnostics_.add(table_.where(row, column), table_.header()[column] + " is '" + text + "'",
                     "it must be a finite number, at least 0");
    numbers_right_ = false;
    return 0;
  }

  proto::StepTable const& message_;
  Where where_;
  std::filesystem::path const& folder_;
  Diagnostics& diagnostics_;
  CsvTable table_;
  std::vector<StepQuantity> axes_;
  std::vector<std::size_t> columns_;  ///< of the axes
  std::size_t time_column_ = 0;
  std::size_t select_column_ = 0;
  bool numbers_right_ = true;
  std::shared_ptr<StepSkew const> skew_;
};

}  // namespace

std::shared_ptr<StepTables const> load_step_tables(proto::StepTables const& message, Where const& where,
                                                   std::filesystem::path const& folder, Diagnostics& diagnostics) {
  Diagnostics rules;
  check_rules(message, where, rules);
  if (!rules.ok()) return nullptr;
  Diagnostics found;
  StepTables tables{message.name(), message.model(), {}, field_sources_of(message.sources())};
  std::set<std::string> names;
  for (int i = 0; i < message.tables_size(); ++i) {
    Where const place = where.child("tables", i);
    if (!names.insert(message.tables(i).name()).second) {
      found.add(place.field("name"), "the name " + in_quotes(message.tables(i).name()) + " is taken");
    }
    TableReader(message.tables(i), place, folder, found).read(tables.operations);
  }
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  if (!found.ok()) return nullptr;
  return std::make_shared<StepTables const>(std::move(tables));
}

std::shared_ptr<StepTables const> read_step_tables(std::filesystem::path const& file, Location const& named,
                                                   Diagnostics& diagnostics) {
  std::string text;
  try {
    text = read_file(file, longest_table_bytes);
  } catch (InputError const& error) {
    diagnostics.add(named, error.what());
    return nullptr;
  }
  Located<proto::StepTables> located;
  if (!parse_text_proto(file.string(), text, located, diagnostics)) return nullptr;
  check_rules(located.message, located.where(), diagnostics);
  return load_step_tables(located.message, located.where(), file.parent_path(), diagnostics);
}

}  // namespace coinfer
