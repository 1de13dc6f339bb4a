#include "privacy/transition_of_tables.hpp"

#include <algorithm>

namespace coinfer {

namespace {

constexpr std::string_view sum = "rc2";
constexpr std::string_view mean = "rc2_per_dimension";

bool is_radius(LeakageRow const& row) { return row.metric == sum || row.metric == mean; }

bool is_named(CutInOrder const& cut, std::string const& name) {
  return cut.name == name || std::find(cut.aliases.begin(), cut.aliases.end(), name) != cut.aliases.end();
}

/// The rows of one statistic: of each cut in order, the figure or null.
struct Series {
  LeakageRow const* first = nullptr;
  std::vector<LeakageRow const*> sums;
  std::vector<LeakageRow const*> means;
};

bool is_of(Series const& series, LeakageRow const& row) {
  return series.first->attack == row.attack && series.first->protection == row.protection &&
         series.first->knowledge == row.knowledge;
}

bool is_known(std::vector<LeakageRow const*> const& figures) {
  return std::any_of(figures.begin(), figures.end(), [](LeakageRow const* row) { return row != nullptr; });
}

TableTransition transition_of(Series const& series, std::span<CutInOrder const> cuts) {
  TableTransition result;
  result.statistic = series.first->attack;
  result.protection = series.first->protection;
  result.knowledge = series.first->knowledge;
  result.profile.grouped_by = series.first->attack;
  bool const has_sums = is_known(series.sums);
  bool const has_means = is_known(series.means);
  for (std::size_t cut = 0; cut < cuts.size(); ++cut) {
    if ((has_sums && series.sums[cut] == nullptr) || (has_means && series.means[cut] == nullptr)) {
      result.unmeasured.push_back(cuts[cut].name);
      continue;
    }
    result.profile.cuts.push_back(cuts[cut].name);
    for (LeakageRow const* const row : {series.sums[cut], series.means[cut]}) {
      if (row != nullptr) result.grade = std::max(result.grade, row->source.grade);
    }
    if (has_sums) result.profile.radius2.push_back(series.sums[cut]->value);
    if (has_means) result.profile.radius2_per_dimension.push_back(series.means[cut]->value);
  }
  result.located = locate(result.profile);
  return result;
}

}  // namespace

ProfileTransition locate(RadiusProfile const& profile) {
  ProfileTransition result;
  if (profile.radius2.size() >= 2) {
    result.drop = locate_by_relative_drop(profile.radius2);
    result.by_drop = result.drop.is_there ? TransitionAnswer::located : TransitionAnswer::none;
  }
  result.change_point = locate_by_change_point(profile.radius2_per_dimension);
  if (result.change_point.best_split) {
    result.by_change_point = result.change_point.cut ? TransitionAnswer::located : TransitionAnswer::none;
  }
  return result;
}

std::vector<TableTransition> transitions_of_tables(LeakageTables const& tables, std::string_view model,
                                                   std::string_view dataset, std::span<CutInOrder const> cuts) {
  std::vector<Series> all;
  for (LeakageRow const& row : tables.rows()) {
    if (row.model != model || row.dataset != dataset || !is_radius(row)) continue;
    auto const cut =
        std::find_if(cuts.begin(), cuts.end(), [&](CutInOrder const& candidate) { return is_named(candidate, row.cut); });
    if (cut == cuts.end()) continue;
    auto series = std::find_if(all.begin(), all.end(), [&](Series const& known) { return is_of(known, row); });
    if (series == all.end()) {
      std::vector<LeakageRow const*> const none(cuts.size(), nullptr);
      series = all.insert(all.end(), {&row, none, none});
    }
    LeakageRow const*& figure =
        (row.metric == sum ? series->sums : series->means)[static_cast<std::size_t>(cut - cuts.begin())];
    if (figure == nullptr) figure = &row;
  }
  std::vector<TableTransition> result;
  for (Series const& series : all) result.push_back(transition_of(series, cuts));
  return result;
}

std::vector<CutInOrder> cuts_in_order_of_rows(LeakageTables const& tables, std::string_view model,
                                              std::string_view dataset) {
  std::vector<CutInOrder> cuts;
  for (LeakageRow const& row : tables.rows()) {
    if (row.model != model || row.dataset != dataset || !is_radius(row)) continue;
    if (std::any_of(cuts.begin(), cuts.end(), [&](CutInOrder const& cut) { return cut.name == row.cut; })) continue;
    cuts.push_back({row.cut, {}});
  }
  return cuts;
}

}  // namespace coinfer
