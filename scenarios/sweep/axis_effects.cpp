#include "scenarios/sweep/axis_effects.hpp"

#include <algorithm>

#include "scenarios/sweep/record_bytes.hpp"

namespace coinfer {

namespace {

/// Of all results of a run: 64 bits, so that two of ten million that differ are taken for equal once in 10^5 sweeps.
std::uint64_t hash_of_results(PointRow const& row) {
  RecordWriter all;
  all.number(static_cast<std::uint8_t>(row.status)).text(row.reason).texts(row.values);
  for (PointColumn const& column : row.columns) all.text(column.name);
  return hash_of(all.bytes());
}

}  // namespace

AxisEffects::AxisEffects(std::vector<std::string> const& zips) : group_of_(zips.size()) {
  for (std::size_t axis = 0; axis < zips.size(); ++axis) {
    auto const same = std::find_if(groups_.begin(), groups_.end(), [&](Group const& group) {
      return !zips[axis].empty() && zips[group.axes.front()] == zips[axis];
    });
    if (same == groups_.end()) {
      group_of_[axis] = groups_.size();
      groups_.emplace_back().axes.push_back(axis);
    } else {
      group_of_[axis] = static_cast<std::size_t>(same - groups_.begin());
      same->axes.push_back(axis);
    }
  }
}

void AxisEffects::observe(PointRow const& row) {
  std::uint64_t const results = hash_of_results(row);
  for (Group& group : groups_) {
    if (group.verdict != Verdict::changes) observe(group, row, results);
  }
}

void AxisEffects::observe(Group& group, PointRow const& row, std::uint64_t results) {
  RecordWriter own;
  RecordWriter others;
  others.number(row.replication);
  for (std::size_t axis = 0; axis < row.levels.size(); ++axis) {
    bool const in_group = &groups_[group_of_[axis]] == &group;
    (in_group ? own : others).text(row.levels[axis]);
  }
  Seen const now{hash_of(own.bytes()), row.seed, results};
  if (!group.started) group.first_level = now.level;
  group.started = true;
  if (now.level != group.first_level && group.verdict == Verdict::constant) group.verdict = Verdict::unknown;
  auto const [entry, added] = group.by_others.try_emplace(hash_of(others.bytes()), now);
  Seen const& before = entry->second;
  if (added || before.level == now.level || before.seed != now.seed) return;
  group.verdict = before.results == now.results ? Verdict::idle : Verdict::changes;
  if (group.verdict == Verdict::changes) group.by_others.clear();
}

std::vector<AxisEffects::Verdict> AxisEffects::verdicts() const {
  std::vector<Verdict> verdicts;
  for (std::size_t const group : group_of_) verdicts.push_back(groups_[group].verdict);
  return verdicts;
}

}  // namespace coinfer
