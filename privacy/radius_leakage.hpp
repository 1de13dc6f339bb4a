// Class radii as rows of a leakage table: statistics of a cut, which nobody has to attack.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "privacy/leakage_table.hpp"
#include "privacy/radius_table.hpp"

namespace coinfer {

/// Whose activations they were.
struct RadiusSubject {
  std::string model;
  std::string dataset;
  Protection protection = Protection::clear;  ///< What had been done to the activations.
  Source source;
};

/// The name under which leakage tables carry statistics of such classes: "statistic_by_label", "statistic_by_prediction".
std::string_view statistic_name(Grouping grouping);

/// For each cut, in the order of `rows`, and with the scales
///     rc2                           sum_over_dimensions
///     rc2_per_dimension             mean_over_dimensions
///     rc2_per_global_variance       ratio
///     feature_entropy_bound_nat     nat_of_activation_unit
///     decision_entropy_bound_nat    nat_of_activation_unit
///     input_ambiguity_bound_nat     nat       (where `input` is known)
/// n is the number of samples; there is no spread; the statistics need no knowledge, hence query_free. What is absent (the
/// ratio and the bounds of activations that do not vary) has no row.
std::vector<LeakageRow> leakage_rows(std::vector<RadiusRow> const& rows, std::optional<InputEntropy> const& input,
                                     RadiusSubject const& subject);

}  // namespace coinfer
