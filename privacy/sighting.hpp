// Everything one adversary saw of one tensor, wherever its domains saw it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/adversary.hpp"
#include "privacy/exposure.hpp"

namespace coinfer {

/// All sightings of one tensor of one workload under one protection by the domains of one adversary.
struct Sighting {
  Exposure const* most;            ///< The place where it was seen most often; the first of several.
  std::uint64_t exposures = 0;     ///< Over all places.
  std::vector<std::string> names;  ///< The tensor's name and its aliases.
  std::optional<double> epsilon;   ///< The largest of the sightings.
  std::vector<ShownBy> shown_by;   ///< Of all places: a task that showed it at two of them is there twice.
};

/// What the adversary saw of one workload, tensor by tensor, as first met. They point into `exposures`.
std::vector<Sighting> sightings(Adversary const& adversary, std::span<Exposure const> exposures, std::string_view workload);

/// The tensor of that name seen in the clear, or null.
Sighting const* find_clear(std::span<Sighting const> seen, std::string_view tensor);

}  // namespace coinfer
