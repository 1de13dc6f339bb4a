// Which axes of a sweep change its results: one that changes nothing is most often a field that does not do what its user
// thinks.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "scenarios/sweep/point_row.hpp"

namespace coinfer {

/// Looks for two runs that differ in one axis alone (or in axes that advance together), with one seed, and compares
/// everything that points.csv says of their results.
class AxisEffects {
 public:
  enum class Verdict {
    changes,   ///< two such runs have different results
    idle,      ///< there are such runs, and all of them agree
    unknown,   ///< there are none: points were drawn at random, or each run has a seed of its own
    constant,  ///< it has one value
  };

  /// `zips`, by axis: the word that it shares with those that advance with it, or empty.
  explicit AxisEffects(std::vector<std::string> const& zips);
  void observe(PointRow const& row);
  /// By axis. A metric that never changes says nothing about an axis; only all of them together do.
  [[nodiscard]] std::vector<Verdict> verdicts() const;

 private:
  struct Seen {
    std::uint64_t level = 0;
    std::uint64_t seed = 0;
    std::uint64_t results = 0;
  };
  /// Axes that advance together.
  struct Group {
    std::vector<std::size_t> axes;
    Verdict verdict = Verdict::constant;
    bool started = false;
    std::uint64_t first_level = 0;
    std::unordered_map<std::uint64_t, Seen> by_others;  ///< by a hash of all other axes and the replication
  };
  void observe(Group& group, PointRow const& row, std::uint64_t results);

  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;  ///< by axis
};

}  // namespace coinfer
