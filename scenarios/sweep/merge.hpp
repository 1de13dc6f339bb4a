// Puts the shards of a sweep together.
#pragma once

#include <filesystem>
#include <vector>

#include "scenarios/sweep/points_csv.hpp"

namespace coinfer {

/// Writes points.csv from the journals of folders that hold shards of one sweep, byte for byte as one machine would have
/// written it, into a new folder `out`, beside a manifest.json that names them. Throws InputError where a folder holds no
/// sweep, where two hold different ones or different results of one run, where a run is missing, of which the text says
/// which shards do not stand here and which did not come to their end, and where `out` exists and `replace` is not set;
/// OutputError where it cannot be written. Then writes `gates`, likewise.
PointsSummary merge_shards(std::vector<std::filesystem::path> const& folders, std::filesystem::path const& out,
                           bool replace, GateFiles const& gates = {});

}  // namespace coinfer
