// The measures of leakage that tables may use: what they mean and which direction is the private one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace coinfer {

/// Which way a measure says "more private".
enum class PrivateDirection {
  larger,   ///< A larger value is more private: reconstruction errors.
  smaller,  ///< A smaller value is more private: attack success, similarity, dependence.
  none,     ///< Says nothing about privacy; it is the utility that a defence is weighed against, and is never a score.
};

/// One known measure.
struct LeakageMetric {
  std::string_view name;  ///< The word in tables and results.
  std::string_view unit;  ///< "dB", "nat", or "1" for a plain number.
  PrivateDirection more_private;
  std::optional<double> smallest;  ///< Values below it are wrong, whatever their scale.
  std::optional<double> largest;   ///< Values above it are wrong, whatever their scale.
  std::string_view description;
};

/// Every known measure, in the order in which results print them.
std::span<LeakageMetric const> leakage_metrics();

/// Whether a measure is a budget of differential privacy: it bounds what anybody learns of the input from what a mechanism
/// made of it, whatever is computed of that and shown later, so that an answer seen in the clear takes nothing from it.
bool is_budget(std::string_view name);

/// The measure of that name, or null.
LeakageMetric const* find_leakage_metric(std::string_view name);

}  // namespace coinfer
