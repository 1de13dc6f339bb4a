#include "scenarios/planner/cut_lattice.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace coinfer {

namespace {

std::size_t layers_in(std::vector<std::uint64_t> const& set) {
  std::size_t count = 0;
  for (std::uint64_t word : set) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

}  // namespace

CutLattice::CutLattice(std::size_t layers, std::vector<Set> sets) : layers_(layers), sets_(std::move(sets)) {
  std::sort(sets_.begin(), sets_.end(), [](Set const& a, Set const& b) {
    std::size_t const in_a = layers_in(a);
    std::size_t const in_b = layers_in(b);
    return in_a != in_b ? in_a < in_b : a > b;
  });
  after_.resize(sets_.size());
  for (CutIndex a = 0; a < sets_.size(); ++a) {
    for (CutIndex b = a + 1; b < sets_.size(); ++b) {
      if (within(a, b)) after_[a].push_back(b);
    }
  }
}

std::optional<CutLattice> CutLattice::of(std::vector<std::vector<std::uint32_t>> const& reads, std::size_t most) {
  std::size_t const layers = reads.size();
  Set const empty((layers + bits - 1) / bits, 0);
  std::set<Set> seen = {empty};
  std::vector<Set> found = {empty};
  auto const has = [](Set const& set, std::uint32_t layer) { return (set[layer / bits] >> (layer % bits) & 1) != 0; };
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
      Set const& set = found[i];
      if (has(set, layer)) continue;
      bool const ready =
          std::all_of(reads[layer].begin(), reads[layer].end(), [&](std::uint32_t read) { return has(set, read); });
      if (!ready) continue;
      Set larger = set;
      larger[layer / bits] |= std::uint64_t{1} << (layer % bits);
      if (!seen.insert(larger).second) continue;
      if (found.size() == most) return std::nullopt;
      found.push_back(std::move(larger));
    }
  }
  return CutLattice(layers, std::move(found));
}

std::optional<CutLattice> CutLattice::of(Model const& model, std::size_t most) {
  std::vector<std::vector<std::uint32_t>> reads;
  for (Layer const& layer : model.layers()) {
    reads.emplace_back();
    for (LayerId const from : layer.inputs) {
      if (from != model_input) reads.back().push_back(from.index());
    }
  }
  return of(reads, most);
}

CutLattice CutLattice::of_single_tensors(Model const& model) {
  std::size_t const layers = model.layers().size();
  std::vector<Set> sets;
  for (Cut const& cut : single_tensor_cuts(model)) {
    Set set((layers + bits - 1) / bits, 0);
    for (LayerId const layer : edge_layers(model, cut)) {
      set[layer.index() / bits] |= std::uint64_t{1} << (layer.index() % bits);
    }
    sets.push_back(std::move(set));
  }
  return CutLattice(layers, std::move(sets));
}

bool CutLattice::within(CutIndex a, CutIndex b) const {
  for (std::size_t word = 0; word < sets_[a].size(); ++word) {
    if ((sets_[a][word] & ~sets_[b][word]) != 0) return false;
  }
  return true;
}

std::vector<LayerId> CutLattice::between(CutIndex from, CutIndex to) const {
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < layers_; ++i) {
    if (holds(to, i) && !holds(from, i)) layers.emplace_back(i);
  }
  return layers;
}

std::vector<bool> CutLattice::mask(CutIndex cut) const {
  std::vector<bool> found;
  for (std::uint32_t i = 0; i < layers_; ++i) found.push_back(holds(cut, i));
  return found;
}

}  // namespace coinfer
