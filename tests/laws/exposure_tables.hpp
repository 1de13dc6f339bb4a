// Law 7's truth tables, written by hand: for each protocol, in each form it has, who sees what and how often.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/results.hpp"

namespace coinfer::laws {

/// "domain | place | tensor | protection | count", one line each.
using ExposureTable = std::set<std::string>;

/// What a run showed; rows of one domain, place, tensor and protection are added up.
ExposureTable table_of(Results const& results);

struct TruthTable {
  std::string protocol;
  std::string what;        ///< what sets it apart from the others of the protocol, for messages
  bool tokens = false;     ///< of a model of tokens, else of a vision model
  bool encrypted = false;  ///< transport
  bool served = false;     ///< by an iteration server
  std::string scenario;    ///< with one workload, whose data the domain "user" owns
  ExposureTable rows;
};

/// Every table. Vision models have the layers a, b and c and 5 requests; a request for tokens has a prompt of 10 and an
/// answer of G = 4, so a model makes 1 + 3 passes for it.
std::vector<TruthTable> const& truth_tables();

inline std::string const vision_stop = "stop { requests: 5 }\n";
inline std::string const vision_wifi = "up_mbit_per_s: 10";

/// A vision scenario on three tiers with this workload, end, and rate of the first link.
std::string vision_tiers(std::string const& workload, std::string const& stop = vision_stop,
                         std::string const& wifi = vision_wifi);

}  // namespace coinfer::laws
