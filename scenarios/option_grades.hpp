// How far the options of a workload's protocol, and what a server says of its machines, can be trusted.
#pragma once

#include <vector>

#include "scenarios/scenario.hpp"
#include "scenarios/scenario.pb.h"

namespace coinfer {

/// What a workload says, or leaves to defaults, of which nothing is published: the parameters of its protocol and the name
/// under which leakage tables are looked up. All of it is ASSUMED. Modes of running, which are the question itself, are not
/// listed.
std::vector<InputGrade> option_grades(proto::Workload const& workload);

/// What a server says, or leaves to defaults, of machines that nobody measured: the host's time of an iteration, what
/// memory is left for weights and keys, and how the members of a group reach each other where its device has no bandwidth
/// or latency on record. How it batches and routes is the question itself and not listed.
std::vector<InputGrade> server_grades(proto::Server const& server, bool peer_of_device, bool peer_latency_of_device);

}  // namespace coinfer
