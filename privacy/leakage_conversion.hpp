// The few conversions of leakage figures that are exact: the MSE of images between its normalisations, and to its PSNR.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "privacy/leakage_table.hpp"

namespace coinfer {

/// What a conversion may use beside the figure itself; nothing of it is ever guessed.
struct ConversionFacts {
  std::optional<std::uint64_t> channels;  ///< Of the reconstructed input, at least 1: 3 for RGB.
};

/// The figure of `row` as `metric` on `scale`, or nothing, and in `why_not` the reason. A row that is on them already
/// comes back as it is. A converted one says so: its citation starts with "converted from METRIC on SCALE", and its grade
/// is DERIVED, or ASSUMED where that of the row is.
///
/// Exact, with m the mean squared error per element of values from 0 to 1, C channels, and C known where a sum occurs:
///
///     mse      per_element_peak_1             m
///     mse      per_element_peak_255           255^2 m
///     mse      sum_over_channels_peak_1       C m
///     mse      sum_over_channels_peak_255     255^2 C m
///     psnr_db  peak_1_of_mean_mse             10 log10(1/m)
///     psnr_db  peak_255_of_mean_mse           10 log10(255^2 / (255^2 m)): the same
///
/// The standard deviation of an MSE is scaled with it; that of a PSNR does not follow from it and is left out. Not
/// converted:
/// - psnr_db on any other scale (`peak_1`, `peak_255`): a mean of logarithms over images or batches does not give the MSE
///   back; and neither does one with a spread, which is a mean over runs;
/// - an MSE of 0, whose PSNR is no number;
/// - every other metric, and every other scale.
std::optional<LeakageRow> convert(LeakageRow const& row, std::string_view metric, std::string_view scale,
                                  ConversionFacts const& facts, std::string& why_not);

}  // namespace coinfer
