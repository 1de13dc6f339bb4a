#include "workloads/serving/step_grid_build.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

bool of_openings(StepQuantity quantity) {
  return quantity == StepQuantity::prefill_tokens || quantity == StepQuantity::prefill_context;
}

bool of_steps(StepQuantity quantity) {
  return quantity == StepQuantity::decode_sequences || quantity == StepQuantity::decode_context;
}

/// One grid from the rows of one kind, on those axes that are `used`.
class GridBuilder {
 public:
  GridBuilder(std::vector<StepQuantity> const& axes, std::vector<std::string> const& columns, std::vector<std::size_t> used,
              std::vector<StepPoint> points, Diagnostics& diagnostics)
      : axes_(axes), columns_(columns), used_(std::move(used)), points_(std::move(points)), diagnostics_(diagnostics) {}

  std::optional<StepGrid> build() {
    find_knots();
    auto const before = [this](StepPoint const& a, StepPoint const& b) {
      for (std::size_t const axis : used_) {
        if (a.values[axis] != b.values[axis]) return a.values[axis] < b.values[axis];
      }
      return false;
    };
    // Stable, so that of two equal rows the later one is told.
    std::stable_sort(points_.begin(), points_.end(), before);
    std::vector<std::size_t> knot(used_.size(), 0);
    for (std::size_t row = 0; row < points_.size(); ++row) {
      if (row > 0 && !before(points_[row - 1], points_[row])) {
        diagnostics_.add(points_[row].where,
                         "the combination stands in line " + std::to_string(points_[row - 1].where.line),
                         "each is measured once");
        return std::nullopt;
      }
      if (!at(points_[row], knot)) return missing(knot);
      grid_.times_s.push_back(points_[row].time_s);
      bool const more = advance(knot);
      if (!more && row + 1 < points_.size()) {
        diagnostics_.add(points_[row + 1].where,
                         "the combination stands in line " + std::to_string(points_[row].where.line),
                         "each is measured once");
        return std::nullopt;
      }
      if (more && row + 1 == points_.size()) return missing(knot);
    }
    return std::move(grid_);
  }

 private:
  void find_knots() {
    for (std::size_t const axis : used_) {
      GridAxis result{axes_[axis], {}};
      for (StepPoint const& point : points_) result.knots.push_back(point.values[axis]);
      std::sort(result.knots.begin(), result.knots.end());
      result.knots.erase(std::unique(result.knots.begin(), result.knots.end()), result.knots.end());
      grid_.axes.push_back(std::move(result));
    }
  }

  [[nodiscard]] bool at(StepPoint const& point, std::vector<std::size_t> const& knot) const {
    for (std::size_t a = 0; a < used_.size(); ++a) {
      if (point.values[used_[a]] != grid_.axes[a].knots[knot[a]]) return false;
    }
    return true;
  }

  /// To the next combination, the last axis fastest; false after the last one.
  [[nodiscard]] bool advance(std::vector<std::size_t>& knot) const {
    for (std::size_t a = knot.size(); a-- > 0;) {
      if (++knot[a] < grid_.axes[a].knots.size()) return true;
      knot[a] = 0;
    }
    return false;
  }

  std::optional<StepGrid> missing(std::vector<std::size_t> const& knot) {
    std::string text = "no row has";
    for (std::size_t a = 0; a < used_.size(); ++a) {
      text += (a > 0 ? ", " : " ") + columns_[used_[a]] + " " + shortest(grid_.axes[a].knots[knot[a]]);
    }
    diagnostics_.add(Location{points_.front().where.file, 0, 0}, text, "all combinations of the values must be measured");
    return std::nullopt;
  }

  std::vector<StepQuantity> const& axes_;
  std::vector<std::string> const& columns_;
  std::vector<std::size_t> used_;
  std::vector<StepPoint> points_;
  Diagnostics& diagnostics_;
  StepGrid grid_;
};

/// The value of `point` on the axis of `quantity`, or 0 where there is none.
double value_of(std::vector<StepQuantity> const& axes, StepPoint const& point, StepQuantity quantity) {
  auto const found = std::find(axes.begin(), axes.end(), quantity);
  return found == axes.end() ? 0 : point.values[static_cast<std::size_t>(found - axes.begin())];
}

}  // namespace

std::optional<StepGrids> build_step_grids(std::vector<StepQuantity> const& axes, std::vector<std::string> const& columns,
                                          std::vector<StepPoint> points, Diagnostics& diagnostics) {
  assert(!points.empty() && axes.size() == columns.size());
  StepGrids grids;
  grids.by_kind = std::any_of(axes.begin(), axes.end(), [](auto axis) { return of_openings(axis) || of_steps(axis); });
  bool right = true;
  auto const make = [&](std::vector<StepPoint> rows, bool openings, bool steps) -> std::optional<StepGrid> {
    if (rows.empty()) return std::nullopt;
    std::vector<std::size_t> used;
    for (std::size_t a = 0; a < axes.size(); ++a) {
      if ((of_openings(axes[a]) && !openings) || (of_steps(axes[a]) && !steps)) continue;
      used.push_back(a);
    }
    auto grid = GridBuilder(axes, columns, std::move(used), std::move(rows), diagnostics).build();
    right = right && grid.has_value();
    return grid;
  };
  if (!grids.by_kind) {
    auto grid = make(std::move(points), false, false);
    if (grid) grids.any = *std::move(grid);
    return right ? std::optional(std::move(grids)) : std::nullopt;
  }
  std::vector<StepPoint> prefill;
  std::vector<StepPoint> decode;
  std::vector<StepPoint> mixed;
  for (StepPoint& point : points) {
    bool const opens = value_of(axes, point, StepQuantity::prefill_tokens) > 0;
    bool const steps = value_of(axes, point, StepQuantity::decode_sequences) > 0;
    if (!opens && !steps) {
      diagnostics.add(point.where, "the row has neither prefill tokens nor decode sequences",
                      "such an iteration does nothing");
      return std::nullopt;
    }
    (opens ? (steps ? mixed : prefill) : decode).push_back(std::move(point));
  }
  grids.prefill = make(std::move(prefill), true, false);
  grids.decode = make(std::move(decode), false, true);
  grids.mixed = make(std::move(mixed), true, true);
  return right ? std::optional(std::move(grids)) : std::nullopt;
}

}  // namespace coinfer
