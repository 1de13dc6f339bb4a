// Which figures tables hold: chosen rows, and what there is for each model and data set.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/leakage_conversion.hpp"
#include "privacy/leakage_table.hpp"

namespace coinfer {

/// What rows are chosen by; empty chooses all.
struct LeakageSelection {
  std::string model;
  std::string dataset;
  std::string metric;
};

/// The rows that have all of it, in their order.
std::vector<LeakageRow> select_rows(std::span<LeakageRow const> rows, LeakageSelection const& selection);

/// What there is for one model and data set.
struct LeakageSubject {
  std::string model;
  std::string dataset;
  std::size_t rows = 0;
  std::vector<std::string> metrics;  ///< "mse (per_element_peak_1)", as first met.
  std::vector<std::string> cuts;     ///< As first met.
};

/// One entry for each pair that occurs, as first met.
std::vector<LeakageSubject> subjects_of(std::span<LeakageRow const> rows);

/// Rows on one scale, and what could not be brought onto it.
struct ConvertedRows {
  std::vector<LeakageRow> rows;
  std::vector<std::string> refused;  ///< "2 rows of model 'm' and data set 'd': REASON", each reason once for each pair.
};

/// Every row that is `metric` on `scale` or becomes it exactly, in the order of `rows`. Of two that come to the same
/// figure, one from `metric` itself and one from another, the former counts. Rows of metrics from which nothing is ever
/// converted to `metric` are left out without a word. `facts_of` says what is known of a row's model.
ConvertedRows convert_rows(std::span<LeakageRow const> rows, std::string_view metric, std::string_view scale,
                           std::function<ConversionFacts(LeakageRow const&)> const& facts_of);

}  // namespace coinfer
