// Reading leakage tables from comma-separated files.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "privacy/leakage_table.hpp"
#include "sim/base/csv.hpp"

namespace coinfer {

/// One column of a leakage table.
struct LeakageColumn {
  std::string name;
  std::string meaning;  ///< For people: what stands there, and in which words.
};

/// The columns of a leakage table, in order:
/// model,dataset,cut,protection,attack,knowledge,metric,scale,value,spread,n,source,grade
/// Only `spread` and `n` may be empty. `scale` is a word of small letters, digits and underscores; `grade` is one of
/// `grade_words()`. Lines that start with '#' before the header document the file.
std::span<LeakageColumn const> leakage_columns();

/// The header line, without its end.
std::string_view leakage_table_header();

/// Every grade, strongest first: MEASURED, PUBLISHED, SECONDARY, DERIVED, ASSUMED.
std::span<std::string const> grade_words();

/// The grade of that word, or nothing.
std::optional<Grade> grade_of(std::string_view word);

/// Adds the rows of `text` to `tables`. Refused, each with its place: a missing or unknown column; an empty field; an
/// unknown protection, knowledge, metric or grade; a value that is not finite or that its metric cannot take; a figure that
/// is already there with another value; a metric whose rows for one model and data set mix scales. A figure that is already
/// there with the same value is kept once. `file` is the name used in places. With `wanted`, only rows of models for which
/// it holds are looked at: of a table known to be right, in which every row is one line.
void load_leakage_table(std::string const& file, std::string_view text, LeakageTables& tables, Diagnostics& diagnostics,
                        CsvTable::RowFilter const& wanted = {});

}  // namespace coinfer
