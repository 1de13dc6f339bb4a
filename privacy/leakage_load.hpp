// Reading leakage tables from comma-separated files.
#pragma once

#include <string>
#include <string_view>

#include "privacy/leakage_table.hpp"

namespace coinfer {

/// The columns of a leakage table, in order:
/// model,dataset,cut,protection,attack,knowledge,metric,scale,value,spread,n,source,grade
/// Only `spread` and `n` may be empty. `scale` is a word of small letters, digits and underscores; `grade` is one of
/// MEASURED, PUBLISHED, SECONDARY, DERIVED, ASSUMED. Lines that start with '#' before the header document the file.
std::string_view leakage_table_header();

/// Adds the rows of `text` to `tables`. Refused, each with its place: a missing or unknown column; an empty field; an
/// unknown protection, knowledge, metric or grade; a value that is not finite or that its metric cannot take; a figure that
/// is already there with another value; a metric whose rows for one model and data set mix scales. A figure that is already
/// there with the same value is kept once. `file` is the name used in places.
void load_leakage_table(std::string const& file, std::string_view text, LeakageTables& tables, Diagnostics& diagnostics);

}  // namespace coinfer
