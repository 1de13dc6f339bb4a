// Who saw which tensor, how often, and under which protection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "privacy/protection.hpp"

namespace coinfer {

/// A task of a plan that showed a tensor.
struct ShownBy {
  std::uint32_t phase = 0;
  std::uint32_t task = 0;
  bool yielding = false;  ///< in an iteration: whether it shows something only of those members that get a token
};

/// One row of what a trust domain saw. Exposures are derived from plans and counted when a task starts; this is the sum
/// over a run.
struct Exposure {
  std::string domain;    ///< The trust domain that saw it.
  std::string workload;  ///< Whose requests it belongs to.
  std::string model;     ///< The model under whose name tables are looked up: the workload's, unless it says another.
  std::string dataset;   ///< The data set the workload's inputs come from; empty where the workload names none.
  std::string tensor;    ///< "input", "output", or the name of a cut: its layers joined with "+".
  /// The canonical name first, then every alias of the cut; tables are joined by any of them. May be left empty where
  /// `tensor` is the only name.
  std::vector<std::string> tensor_names;
  std::string place;  ///< Where it was seen: "link:access", "device:cloud".
  Protection protection = Protection::clear;
  std::uint64_t count = 0;  ///< How often it was seen; 0 says the same as no row.
  /// Where `protection` is `noised`: the privacy budget of one draw (one word) of the mechanism that made the tensor.
  std::optional<double> epsilon = {};
  std::string epsilon_scale = {};  ///< Which mechanism's, and of what: "report_noisy_max_one_draw".
  /// Whether "output" is as private as the input: the answer of a token model.
  bool output_is_answer = false;
  /// Which tasks of the workload's plan showed it; their starts add up to `count`. Empty for what no task shows.
  std::vector<ShownBy> shown_by = {};
};

}  // namespace coinfer
