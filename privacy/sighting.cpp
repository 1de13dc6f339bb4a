#include "privacy/sighting.hpp"

#include <algorithm>

namespace coinfer {

namespace {

bool same_tensor(Exposure const& a, Exposure const& b) {
  return a.model == b.model && a.dataset == b.dataset && a.tensor == b.tensor && a.protection == b.protection;
}

}  // namespace

std::vector<Sighting> sightings(Adversary const& adversary, std::span<Exposure const> exposures,
                                std::string_view workload) {
  std::vector<Sighting> found;
  for (Exposure const& exposure : exposures) {
    if (exposure.workload != workload || exposure.count == 0 || !adversary.sees(exposure.domain)) continue;
    auto known =
        std::find_if(found.begin(), found.end(), [&](Sighting const& s) { return same_tensor(*s.most, exposure); });
    if (known == found.end()) known = found.insert(found.end(), Sighting{&exposure, 0, {exposure.tensor}, {}, {}});
    if (exposure.count > known->most->count) known->most = &exposure;
    known->exposures += exposure.count;
    if (exposure.epsilon) known->epsilon = std::max(known->epsilon.value_or(0), *exposure.epsilon);
    known->shown_by.insert(known->shown_by.end(), exposure.shown_by.begin(), exposure.shown_by.end());
    for (std::string const& name : exposure.tensor_names) {
      if (std::find(known->names.begin(), known->names.end(), name) == known->names.end()) known->names.push_back(name);
    }
  }
  return found;
}

Sighting const* find_clear(std::span<Sighting const> seen, std::string_view tensor) {
  for (Sighting const& sighting : seen) {
    if (sighting.most->tensor == tensor && sighting.most->protection == Protection::clear) return &sighting;
  }
  return nullptr;
}

}  // namespace coinfer
