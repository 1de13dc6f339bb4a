// Every legal cut of a model: the sets of layers that are closed under what they read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "workloads/cut.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// Index of a cut in a `CutLattice`.
using CutIndex = std::uint32_t;

/// The closed sets of a directed acyclic graph, ordered by size: 0 is the empty one, the last one has every layer. (They
/// form a distributive lattice: Birkhoff's theorem; a chain of n layers has n + 1 of them, wide graphs exponentially many.)
class CutLattice {
 public:
  /// All closed sets; `reads` has, by layer, the earlier layers that it reads. Nothing where there are more than `most`.
  static std::optional<CutLattice> of(std::vector<std::vector<std::uint32_t>> const& reads, std::size_t most);
  /// The cuts of a model.
  static std::optional<CutLattice> of(Model const& model, std::size_t most);
  /// Only those at which one tensor crosses.
  static CutLattice of_single_tensors(Model const& model);

  [[nodiscard]] std::size_t size() const { return sets_.size(); }
  [[nodiscard]] std::size_t layers() const { return layers_; }
  [[nodiscard]] CutIndex last() const { return static_cast<CutIndex>(sets_.size() - 1); }
  /// Whether a layer lies before the cut.
  [[nodiscard]] bool holds(CutIndex cut, std::uint32_t layer) const {
    return (sets_[cut][layer / bits] >> (layer % bits) & 1) != 0;
  }
  /// Whether everything before `a` is also before `b`.
  [[nodiscard]] bool within(CutIndex a, CutIndex b) const;
  /// The cuts behind this one, in order.
  [[nodiscard]] std::span<CutIndex const> after(CutIndex cut) const { return after_[cut]; }
  /// The layers before `to` that are not before `from`, in model order.
  [[nodiscard]] std::vector<LayerId> between(CutIndex from, CutIndex to) const;
  /// One entry per layer: whether it lies before the cut.
  [[nodiscard]] std::vector<bool> mask(CutIndex cut) const;

 private:
  static constexpr std::size_t bits = 64;
  using Set = std::vector<std::uint64_t>;
  CutLattice(std::size_t layers, std::vector<Set> sets);

  std::size_t layers_;
  std::vector<Set> sets_;
  std::vector<std::vector<CutIndex>> after_;
};

}  // namespace coinfer
