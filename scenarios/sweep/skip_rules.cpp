#include "scenarios/sweep/skip_rules.hpp"

#include <algorithm>
#include <optional>

#include "sim/base/csv.hpp"

namespace coinfer {

namespace {

std::string_view without_quotes(std::string_view text) {
  bool const quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

bool same_value(std::string_view left, std::string_view right) {
  std::optional<double> const a = parse_number(left);
  std::optional<double> const b = parse_number(right);
  return a && b ? *a == *b : without_quotes(left) == without_quotes(right);
}

bool holds_for(SkipWhere const& where, std::string_view value) {
  if (!where.is.empty() && std::none_of(where.is.begin(), where.is.end(),
                                        [value](std::string const& wanted) { return same_value(wanted, value); })) {
    return false;
  }
  if (!where.at_least && !where.at_most) return true;
  std::optional<double> const number = parse_number(value);
  return number && (!where.at_least || *number >= *where.at_least) && (!where.at_most || *number <= *where.at_most);
}

SkipFilter::SkipFilter(std::vector<SkipRule> const& rules, AxisLevels const& levels) : levels_(levels) {
  for (SkipRule const& rule : rules) {
    std::vector<Condition>& conditions = rules_.emplace_back();
    for (SkipWhere const& where : rule) {
      Condition& condition = conditions.emplace_back(Condition{&where, {}});
      for (std::string const& value : levels.values(where.axis)) condition.by_value.push_back(holds_for(where, value));
    }
  }
  held_.resize(rules_.size());
}

bool SkipFilter::holds(Condition const& condition, std::uint64_t point) const {
  std::size_t const axis = condition.where->axis;
  std::optional<std::uint64_t> const position = levels_.position(point, axis);
  if (position) return condition.by_value[*position] != 0;
  return holds_for(*condition.where, levels_.text(point, axis));
}

bool SkipFilter::skips(std::uint64_t point) {
  bool any = false;
  for (std::size_t r = 0; r < rules_.size(); ++r) {
    if (any && held_[r] != 0) continue;  // All that it could still say is known.
    bool const all = std::all_of(rules_[r].begin(), rules_[r].end(),
                                 [&](Condition const& condition) { return holds(condition, point); });
    if (all) held_[r] = 1;
    any = any || all;
  }
  return any;
}

std::vector<std::uint32_t> SkipFilter::idle() const {
  std::vector<std::uint32_t> rules;
  for (std::size_t r = 0; r < held_.size(); ++r) {
    if (held_[r] == 0) rules.push_back(static_cast<std::uint32_t>(r));
  }
  return rules;
}

}  // namespace coinfer
