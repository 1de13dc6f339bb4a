// The points of a sweep. They are made when asked for: ten million of them held as text would not fit a laptop.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/sweep/axis_levels.hpp"
#include "scenarios/sweep/sweep.hpp"

namespace coinfer {

/// One point: a value for each axis.
struct SweepPoint {
  std::uint64_t index = 0;               ///< among the points that are not skipped
  std::vector<std::string> levels;       ///< by axis, as text
  std::vector<std::string> assignments;  ///< "PATH=VALUE" of every field of every axis, in order
};

/// Every point of a sweep that is not skipped, in order: of a grid the last axis changes fastest; axes that are zipped
/// change together, at the place of the first of them. Access to any point costs the same. It keeps a copy of what it needs
/// of the sweep, about 4 bytes a point where points are skipped, and as much for each axis of a Latin hypercube.
class PointList {
 public:
  explicit PointList(Sweep const& sweep);
  [[nodiscard]] std::uint64_t size() const { return skips_any_ ? kept_.size() : levels_.points(); }
  /// The point of that index, below size() (asserted).
  [[nodiscard]] SweepPoint operator[](std::uint64_t index) const;
  /// How far along its axis the value of a point stands: see AxisLevels::rank.
  [[nodiscard]] double rank(std::uint64_t index, std::size_t axis) const;

  /// Rules of the sweep that leave out no point, by position: most often a value that is written wrong.
  [[nodiscard]] std::vector<std::uint32_t> const& idle_skips() const { return idle_skips_; }

  /// Points by value, so that a loop over a list reads as one over a vector.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = SweepPoint;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = SweepPoint;
    Iterator(PointList const& list, std::uint64_t index) : list_(&list), index_(index) {}
    SweepPoint operator*() const { return (*list_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(Iterator const& other) const { return index_ == other.index_; }

   private:
    PointList const* list_;
    std::uint64_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

 private:
  [[nodiscard]] std::uint64_t drawn(std::uint64_t index) const { return skips_any_ ? kept_[index] : index; }

  AxisLevels levels_;
  std::vector<std::vector<std::string>> fields_;  ///< by axis
  bool skips_any_;
  std::vector<std::uint32_t> idle_skips_;
  std::vector<std::uint32_t> kept_;  ///< of the points before any are skipped, where some are
};

/// Every point that is not skipped. Deterministic: the same sweep gives the same points.
inline PointList expand(Sweep const& sweep) { return PointList(sweep); }

}  // namespace coinfer
