#include "privacy/leakage_table.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

std::vector<std::string> key_of(LeakageRow const& row) {
  return {row.model,  row.dataset,
          row.cut,    std::string(to_string(row.protection)),
          row.attack, std::string(to_string(row.knowledge)),
          row.metric};
}

std::vector<std::string> metric_key_of(LeakageRow const& row) { return {row.model, row.dataset, row.metric}; }

}  // namespace

bool is_statistic(std::string_view attack) { return attack.starts_with("statistic"); }

LeakageRow const* LeakageTables::same_key(LeakageRow const& row) const {
  auto const found = by_key_.find(key_of(row));
  return found == by_key_.end() ? nullptr : &rows_[found->second];
}

LeakageRow const* LeakageTables::same_metric(LeakageRow const& row) const {
  auto const found = by_metric_.find(metric_key_of(row));
  return found == by_metric_.end() ? nullptr : &rows_[found->second];
}

void LeakageTables::add(LeakageRow row) {
  assert(same_key(row) == nullptr);
  assert(same_metric(row) == nullptr || same_metric(row)->scale == row.scale);
  by_key_.emplace(key_of(row), rows_.size());
  by_metric_.emplace(metric_key_of(row), rows_.size());
  rows_.push_back(std::move(row));
}

std::vector<LeakageRow const*> LeakageTables::find(std::string_view model, std::string_view dataset,
                                                   std::span<std::string const> cut_names, Protection protection) const {
  std::vector<LeakageRow const*> found;
  for (LeakageRow const& row : rows_) {
    if (row.model != model || row.dataset != dataset || row.protection != protection) continue;
    if (std::find(cut_names.begin(), cut_names.end(), row.cut) == cut_names.end()) continue;
    found.push_back(&row);
  }
  return found;
}

}  // namespace coinfer
