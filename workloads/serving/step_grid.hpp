// A full grid of measured times over some measures of an iteration, and multilinear interpolation in it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/kernel/batching.hpp"

namespace coinfer {

/// What an axis of a table counts; the schema's Quantity.
enum class StepQuantity { tokens, sequences, prefill_tokens, prefill_context, decode_sequences, decode_context };
inline constexpr std::size_t step_quantity_count = 6;

/// What tables know of a batch.
struct StepMeasures {
  std::array<double, step_quantity_count> values{};
  double decode_context_min = 0;  ///< the least and the most that a sequence of those that take a step held before
  double decode_context_max = 0;

  [[nodiscard]] double operator[](StepQuantity quantity) const { return values[static_cast<std::size_t>(quantity)]; }
  double& operator[](StepQuantity quantity) { return values[static_cast<std::size_t>(quantity)]; }
};

/// Several openings count as one of their summed tokens, whose context is the mean over those tokens of what their opening
/// held before. That keeps the linear work and overstates the quadratic part: two openings of n tokens attend to n^2 tokens
/// and one of 2n to 2n^2. Steps count by their number and the mean of what they held; StepSkew corrects for
/// unequal lengths.
StepMeasures measure(Batch const& batch);

/// One axis of a grid.
struct GridAxis {
  StepQuantity quantity = StepQuantity::tokens;
  std::vector<double> knots;  ///< strictly increasing, at least one
};

/// Times at every combination of the knots.
struct StepGrid {
  std::vector<GridAxis> axes;   ///< at most 6; none: a constant
  std::vector<double> times_s;  ///< row-major, the last axis fastest; each >= 0

  struct Result {
    double seconds = 0;
    bool extrapolated = false;
  };
  /// Multilinear between the knots. Above the last knot of an axis its last segment goes on in a straight line, below the
  /// first knot the value of that knot stands (with one knot: everywhere); both are marked as extrapolated. Never below 0.
  /// An iteration that delivers nothing spends no time in a grid that counts sequences.
  [[nodiscard]] Result at(StepMeasures const& measures) const;
};

/// The grids of one operation by the kind of iteration: what it works on decides which axes mean something.
struct StepGrids {
  StepGrid any;                     ///< for axes that every iteration has (tokens, sequences); the only one where used
  std::optional<StepGrid> prefill;  ///< openings only
  std::optional<StepGrid> decode;   ///< steps only
  std::optional<StepGrid> mixed;    ///< both
  bool by_kind = false;             ///< the three above are used rather than `any`

  /// By kind. A mixed iteration whose prefill tokens lie below the first knot of the mixed grid is interpolated between the
  /// grid without openings, at 0, and that knot. Where the mixed grid is missing, the sum of the two others stands in for
  /// it, marked as extrapolated. A table that has only openings, or only steps, adds nothing for the others.
  [[nodiscard]] StepGrid::Result at(StepMeasures const& measures) const;
};

}  // namespace coinfer
