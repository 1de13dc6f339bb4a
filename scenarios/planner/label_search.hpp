// The best ways through the lattice of legal cuts, tier by tier: dynamic programming with labels of several criteria.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "scenarios/planner/cut_lattice.hpp"

namespace coinfer {

/// One tier's share of a placement: what lies between two cuts.
struct Leg {
  static constexpr std::uint32_t source = UINT32_MAX;
  std::uint32_t from = source;  ///< tier that has run everything before `begin`; `source`: nothing is run yet
  CutIndex begin = 0;
  std::uint32_t to = 0;  ///< tier that goes on
  CutIndex end = 0;      ///< up to here
};

/// What a leg adds to each criterion. Prices are at least 0 and do not depend on other legs.
class LegPrices {
 public:
  virtual ~LegPrices() = default;
  [[nodiscard]] virtual std::uint32_t tiers() const = 0;
  [[nodiscard]] virtual CutLattice const& cuts() const = 0;
  /// Writes what the leg adds, message to the tier and, at the last cut, the answer included; false where it is not
  /// allowed. All of `into` is 0 before.
  virtual bool price(Leg const& leg, std::span<double> into) const = 0;
};

/// How one criterion adds up, and how much of it is too much. Less is better.
struct Criterion {
  bool worst = false;  ///< the largest of the legs' counts (leakage); otherwise their sum
  double bound = std::numeric_limits<double>::infinity();
};

/// A placement: its tiers in order, and the cut after each.
struct FoundPath {
  struct Stage {
    std::uint32_t tier;
    CutIndex until;
    friend bool operator==(Stage, Stage) = default;
  };
  std::vector<Stage> stages;
  std::vector<double> criteria;
};

struct LabelSearch {
  std::vector<Criterion> criteria;
  std::size_t keep = 1;  ///< a label is dropped once so many others are at most as large in every criterion
  std::size_t most_labels = 2000000;
  /// Criteria from `first_load` on, so many of them, are loads of different resources. Of a complete placement only the
  /// largest counts: it is put in the place of the first of them, and the others are 0.
  std::size_t first_load = 0;
  std::size_t loads = 0;
};

struct FoundPaths {
  std::vector<FoundPath> paths;
  bool complete = true;  ///< false: `most_labels` was reached, and better ones may be missing
};

/// Every path that fewer than `keep` others dominate. Tiers are visited in order, any of them may be left out, and each
/// leg has at least one layer. A state is a tier and the cut up to which it has run; its labels are extended by each later
/// tier to each larger cut. Since legs add up, what is dominated in a state by `keep` labels stays so after every
/// extension: the `keep` best paths by any monotone function of the criteria are among those found, within the bounds
/// (label setting: Martins, On a multicriteria shortest path problem, EJOR 16(2), 1984; with one criterion and keep = 1 it
/// is the chain dynamic program of Kang et al., Neurosurgeon, ASPLOS 2017, over closed sets instead of layers).
FoundPaths search_paths(LegPrices const& prices, LabelSearch const& search);

}  // namespace coinfer
