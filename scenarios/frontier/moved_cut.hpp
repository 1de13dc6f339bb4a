// Moving the cut of one workload of a scenario: which cuts there are, and which fields another one changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/catalog.hpp"
#include "scenarios/scenario.pb.h"
#include "sim/base/located.hpp"
#include "workloads/model.hpp"

namespace coinfer {

/// One place where the model of a workload can be cut.
struct CutChoice {
  std::string name;                  ///< "input", "block30", the last layer
  std::vector<std::string> aliases;  ///< other names of it, as tables use them
  std::size_t place = 0;             ///< among all choices, from 0
  bool whole_at_cloud = false;       ///< the cut before the first layer
  bool whole_at_edge = false;        ///< the cut after the last layer
};

/// A workload whose cut can be moved.
struct MovableCut {
  std::string workload;
  Model model;
  std::string edge;   ///< the processor of the first stage of the placement, as the scenario names it
  std::string cloud;  ///< that of the last
  std::string own;    ///< the cut of the scenario itself, by its name in `choices`; empty where it is none of them
  std::vector<CutChoice> choices;  ///< every cut at which one tensor crosses, in model order
};

/// The cut of the workload of that name (empty: of the only one). Nothing after a located problem where there is no such
/// workload, where its protocol is not `plain_split` (the others fix what runs where), or where its placement has not two
/// stages, the first one up to a cut. The scenario must be right otherwise: `load_scenario_text` has accepted it.
std::optional<MovableCut> find_movable_cut(Located<proto::Scenario> const& scenario, std::string_view workload,
                                           Catalog const& catalog, Diagnostics& diagnostics);

/// The assignments ("path=value", as of --set) that move the cut. The two ends of a model are no splits: with nothing on
/// the edge the workload runs by `cloud_only`, with everything there by `local_only`.
std::vector<std::string> assignments_of(MovableCut const& cut, CutChoice const& choice);

/// The choices that a list of names, aliases and wildcards ("block*") means, in model order, less those of entries with a
/// "!" in front; all of them for "all" and where no entry is without it. Throws InputError for an entry that means none,
/// and where none is left.
std::vector<CutChoice> chosen_cuts(MovableCut const& cut, std::vector<std::string> const& wanted);

}  // namespace coinfer
