// Scission's contract for a pipeline of machines, and the plans it makes of its own measurements.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// Its tables for one model: measured blocks by machine, and links by pair of machines. Tiers in the order in which data
/// visits them; several machines may stand on one.
struct ScissionTables {
  struct Machine {
    std::string name;
    std::string tier;                  ///< "device", "edge", "cloud"
    std::vector<double> block_time_s;  ///< by block
  };
  struct Link {
    double ping_s;
    double bit_per_s;
  };
  std::vector<Machine> machines;
  std::vector<double> output_bytes;  ///< by block, framing included
  std::vector<int> last_layer;       ///< by block, as the data number layers
  std::map<std::pair<std::string, std::string>, Link> links;
};

/// Reads `blocks` (columns tier, device, model, block, last_layer, time_s, output_bytes) for a model and `links` (preset,
/// from, to, ping_ms, bandwidth_mbps) for a preset. Nothing after located problems: missing columns, values that are no
/// numbers, machines with different numbers of blocks, or no row for the model or preset.
std::optional<ScissionTables> load_scission_tables(std::string const& blocks_file, std::string const& blocks_text,
                                                   std::string const& links_file, std::string const& links_text,
                                                   std::string const& model, std::string const& preset,
                                                   Diagnostics& diagnostics);

/// A block that must run on a tier.
struct ScissionPin {
  int layer;  ///< the last one of its block
  std::string tier;
};

struct ScissionPlan {
  struct Stage {
    std::string machine;
    int last_layer;
  };
  std::vector<Stage> stages;
  double time_s = 0;
};

/// The `count` fastest pipelines, the fastest first. A pipeline goes forward through the tiers, at most one machine of
/// each:
///
///   time [s] = sum of block times + for each hop ping + 8 * output bytes of the block before it / bandwidth
///
/// (Lockhart, Harvey, Imai, Willis, Varghese, Scission, UCC 2020). It differs from this simulator's contract, which
/// `coinfer plan` uses: getting the input to the first machine and the answer home is free, the whole ping is charged once
/// per hop where a route charges its one-way latencies, a hop over two links has a link of its own, and bytes are those of
/// the data, framing included. Where a scenario's links have the ping as their latency and nothing is returned, both agree.
/// With `every_tier` pipelines that leave a tier out are left out.
std::vector<ScissionPlan> scission_plans(ScissionTables const& tables, std::size_t count, bool every_tier,
                                         std::vector<ScissionPin> const& pins = {});

}  // namespace coinfer
