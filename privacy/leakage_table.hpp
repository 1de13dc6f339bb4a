// Measured attack success, with where each figure comes from. Nothing here is computed or interpolated.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "privacy/knowledge.hpp"
#include "privacy/protection.hpp"
#include "sim/base/diagnostics.hpp"
#include "sim/base/source.hpp"

namespace coinfer {

/// One measured figure: how well one attack did against one cut.
struct LeakageRow {
  std::string model;    ///< Name of the model, as workloads use it.
  std::string dataset;  ///< Name of the data set.
  std::string cut;      ///< Name of the cut or the alias it was published under: "block 50".
  Protection protection = Protection::clear;
  std::string attack;                          ///< Name of the attack: "inversion_network".
  Knowledge knowledge = Knowledge::white_box;  ///< What the attack needs.
  std::string metric;                          ///< One of `leakage_metrics()`.
  std::string scale;                           ///< Normalisation: "per_element_peak_1"; values of two scales never mix.
  double value = 0;                            ///< Finite, in the unit of the metric.
  std::optional<double> spread;                ///< Standard deviation over runs, >= 0; nothing where it was not given.
  std::optional<std::uint64_t> n;              ///< How many runs or samples, >= 1; nothing where it was not given.
  Source source;
  Location where;  ///< The line it was read from.
};

/// Whether a figure of this "attack" is one of the activations themselves, "statistic" or "statistic_by_label", and not
/// what somebody who saw them could do.
bool is_statistic(std::string_view attack);

/// All known figures. Two promises: no figure is there twice, and all figures of one metric for one model and data set have
/// one scale.
class LeakageTables {
 public:
  /// The row that measures the same thing as `row` (equal model, data set, cut, protection, attack, knowledge and metric),
  /// or null. Pointers last until the next `add`.
  [[nodiscard]] LeakageRow const* same_key(LeakageRow const& row) const;

  /// The first row with the model, data set and metric of `row`; it fixes their scale. Null where there is none.
  [[nodiscard]] LeakageRow const* same_metric(LeakageRow const& row) const;

  /// Adds a row that keeps both promises (asserted; the loader reports those that do not).
  void add(LeakageRow row);

  /// Every row, in the order of adding.
  [[nodiscard]] std::span<LeakageRow const> rows() const { return rows_; }

  /// The rows of exactly this model, data set and protection whose cut is one of `cut_names`, in the order of adding.
  [[nodiscard]] std::vector<LeakageRow const*> find(std::string_view model, std::string_view dataset,
                                                    std::span<std::string const> cut_names, Protection protection) const;

 private:
  std::vector<LeakageRow> rows_;
  std::map<std::vector<std::string>, std::size_t> by_key_;
  std::map<std::vector<std::string>, std::size_t> by_metric_;
};

}  // namespace coinfer
