// Which files a scenario names beside the catalogue, and what is in them.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "scenarios/scenario.pb.h"
#include "scenarios/sweep/sweep.hpp"
#include "sim/base/located.hpp"

namespace coinfer {

/// The paths that a message names, as they are written: every string field called `path` or `..._path`, at any depth. A
/// file of step tables names files of its own; those are among them, relative to `folder`, where relative paths start.
std::set<std::string> named_files(google::protobuf::Message const& message, std::filesystem::path const& folder);

/// A line "PATH HASH" for every file that the scenario of a sweep reads at some point (replayed arrivals, lengths, step
/// tables), in order; "PATH -" for one that cannot be read, whose points are invalid. `base` is the scenario with the
/// settings of the sweep, `folder` is that of its file. Of axes that put whole messages into each other's place, the files
/// are those of each value while the other axes stand at their first.
std::string fingerprint_of_files(Sweep const& sweep, Located<proto::Scenario> const& base,
                                 std::filesystem::path const& folder);

}  // namespace coinfer
