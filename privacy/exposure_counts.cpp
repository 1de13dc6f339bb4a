#include "privacy/exposure_counts.hpp"

#include <algorithm>

#include "privacy/sighting.hpp"

namespace coinfer {

std::vector<ExposureCount> exposure_counts(std::span<Adversary const> adversaries, std::span<Exposure const> exposures,
                                           std::span<UserExposures const> workloads) {
  std::vector<ExposureCount> rows;
  for (Adversary const& adversary : adversaries) {
    for (UserExposures const& workload : workloads) {
      std::vector<Sighting> const seen = sightings(adversary, exposures, workload.workload());
      for (std::string const& word : protection_words()) {
        ExposureCount row{adversary.name, workload.workload(), *protection_of(word), 0, 0, std::nullopt};
        std::vector<ShownBy> shown_by;
        for (Sighting const& sighting : seen) {
          if (sighting.most->protection != row.protection) continue;
          ++row.tensors;
          row.exposures += sighting.exposures;
          shown_by.insert(shown_by.end(), sighting.shown_by.begin(), sighting.shown_by.end());
        }
        if (row.tensors == 0) continue;
        row.users = workload.exposed(shown_by);
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

}  // namespace coinfer
