#include "scenarios/frontier/moved_cut.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/cut.hpp"
#include "workloads/cut_table.hpp"
#include "workloads/model_load.hpp"

namespace coinfer {

namespace {

/// The index of the workload that is meant, or nothing after a problem.
std::optional<int> find_workload(Located<proto::Scenario> const& scenario, std::string_view wanted,
                                 Diagnostics& diagnostics) {
  proto::Scenario const& message = scenario.message;
  if (wanted.empty() && message.workloads_size() == 1) return 0;
  std::vector<std::string> names;
  std::string list;
  for (int i = 0; i < message.workloads_size(); ++i) {
    if (message.workloads(i).name() == wanted) return i;
    names.push_back(message.workloads(i).name());
    list += (i > 0 ? ", " : "") + names.back();
  }
  Location const where = scenario.where().field("workloads");
  if (wanted.empty()) {
    diagnostics.add(where, "the scenario has several workloads", "only one cut is moved",
                    "which one is --workload: " + list);
  } else {
    diagnostics.add(where, "no workload '" + std::string(wanted) + "'", "", did_you_mean(wanted, names));
  }
  return std::nullopt;
}

/// Whether the cut of a workload is one that can be moved; otherwise one problem.
bool is_movable(proto::Workload const& workload, Where const& where, Diagnostics& diagnostics) {
  if (workload.protocol() != "plain_split") {
    diagnostics.add(where.field("protocol"), "the cut of protocol '" + workload.protocol() + "' cannot be moved",
                    "of the protocols only 'plain_split' runs at any cut");
    return false;
  }
  int const stages = workload.placement().stages_size();
  if (stages != 2) {
    diagnostics.add(where.field("placement"),
                    "the placement has " + std::to_string(stages) + (stages == 1 ? " stage" : " stages"),
                    "a cut that is moved needs two: what is before it and what is after it");
    return false;
  }
  if (!workload.placement().stages(0).has_until()) {
    diagnostics.add(where.child("placement").field("stages"), "the first stage has no 'until'",
                    "layers that are named one by one have no cut that could be moved");
    return false;
  }
  return true;
}

std::optional<Model> model_of(proto::Workload const& workload, Where const& where, Catalog const& catalog,
                              Diagnostics& diagnostics) {
  if (workload.has_model_inline()) return load_model(workload.model_inline(), where.child("model_inline"), diagnostics);
  Located<proto::Model> const* const entry = catalog.models.find_model(workload.model());
  return load_model(entry->message, entry->where(), diagnostics);
}

std::vector<CutChoice> choices_of(Model const& model) {
  std::vector<CutChoice> choices;
  for (CutRow& row : cut_table(model)) choices.push_back({std::move(row.name), std::move(row.aliases), choices.size()});
  choices.front().whole_at_cloud = true;
  choices.back().whole_at_edge = true;
  return choices;
}

bool means(std::string const& pattern, CutChoice const& choice) {
  auto const matches = [&](std::string const& name) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
  return pattern == "all" || matches(choice.name) || std::any_of(choice.aliases.begin(), choice.aliases.end(), matches);
}

/// Throws InputError where a pattern means no cut.
void require_known(MovableCut const& cut, std::string const& pattern) {
  auto const is_meant = [&](CutChoice const& choice) { return means(pattern, choice); };
  if (std::any_of(cut.choices.begin(), cut.choices.end(), is_meant)) return;
  std::vector<std::string> names;
  for (CutChoice const& choice : cut.choices) {
    names.push_back(choice.name);
    names.insert(names.end(), choice.aliases.begin(), choice.aliases.end());
  }
  std::string const hint = did_you_mean(pattern, names);
  throw InputError("--cuts: model '" + cut.model.name() + "' has no cut '" + pattern + "'" +
                   (hint.empty() ? " (coinfer show model MODEL --cuts lists them)" : " " + hint + "?"));
}

}  // namespace

std::optional<MovableCut> find_movable_cut(Located<proto::Scenario> const& scenario, std::string_view workload,
                                           Catalog const& catalog, Diagnostics& diagnostics) {
  std::optional<int> const index = find_workload(scenario, workload, diagnostics);
  if (!index) return std::nullopt;
  proto::Workload const& message = scenario.message.workloads(*index);
  Where const where = scenario.where().child("workloads", *index);
  if (!is_movable(message, where, diagnostics)) return std::nullopt;
  std::optional<Model> model = model_of(message, where, catalog, diagnostics);
  if (!model) return std::nullopt;
  proto::Placement const& placement = message.placement();
  Location const until = where.child("placement").child("stages", 0).field("until");
  std::optional<Cut> const own = find_cut(*model, placement.stages(0).until(), until, diagnostics);
  if (!own) return std::nullopt;
  std::vector<CutChoice> choices = choices_of(*model);
  bool const known =
      std::any_of(choices.begin(), choices.end(), [&](CutChoice const& choice) { return choice.name == own->name; });
  return MovableCut{message.name(),           std::move(*model),      placement.stages(0).on(),
                    placement.stages(1).on(), known ? own->name : "", std::move(choices)};
}

std::vector<std::string> assignments_of(MovableCut const& cut, CutChoice const& choice) {
  std::string const workload = "workloads[" + cut.workload + "].";
  if (choice.whole_at_cloud || choice.whole_at_edge) {
    std::string const& on = choice.whole_at_cloud ? cut.cloud : cut.edge;
    return {workload + "placement={stages{on:\"" + on + "\"}}",
            workload + "protocol=" + (choice.whole_at_cloud ? "cloud_only" : "local_only")};
  }
  return {workload + "placement={stages{on:\"" + cut.edge + "\" until:\"" + choice.name + "\"} stages{on:\"" + cut.cloud +
          "\"}}"};
}

std::vector<CutChoice> chosen_cuts(MovableCut const& cut, std::vector<std::string> const& wanted) {
  std::vector<std::string> with;
  std::vector<std::string> without;
  for (std::string const& entry : wanted) {
    bool const leaves_out = !entry.empty() && entry.front() == '!';
    std::string const pattern = entry.substr(leaves_out ? 1 : 0);
    require_known(cut, pattern);
    (leaves_out ? without : with).push_back(pattern);
  }
  auto const any_means = [](std::vector<std::string> const& patterns, CutChoice const& choice) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](std::string const& pattern) { return means(pattern, choice); });
  };
  std::vector<CutChoice> chosen;
  for (CutChoice const& choice : cut.choices) {
    if ((with.empty() || any_means(with, choice)) && !any_means(without, choice)) chosen.push_back(choice);
  }
  if (chosen.empty()) throw InputError("--cuts: no cut is left");
  return chosen;
}

}  // namespace coinfer
