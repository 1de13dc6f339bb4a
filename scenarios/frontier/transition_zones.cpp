#include "scenarios/frontier/transition_zones.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

class Zones {
 public:
  explicit Zones(std::span<CutChoice const> choices) : choices_(choices) {}

  [[nodiscard]] TransitionZone by_drop(TableTransition const& table) const {
    ProfileTransition const& located = table.located;
    TransitionZone zone = begin("relative_drop", located.by_drop);
    DropTransition const& drop = located.drop;
    if (located.by_drop == TransitionAnswer::not_measured) {
      zone.remark = "it needs R_c^2 of two cuts";
    } else {
      double largest = 0;
      for (std::optional<double> const& one : drop.drops) largest = std::max(largest, one.value_or(0));
      zone.remark = "R_c^2 " + rests_on(table) + "; its largest drop is " + percent(largest);
      if (zone.answer == TransitionAnswer::none) zone.remark += ", below " + percent(small_drop);
      if (zone.answer == TransitionAnswer::located) {
        set_cuts(zone, table.profile.cuts[drop.cuts.front()], table.profile.cuts[drop.cuts.back()]);
      }
    }
    return zone;
  }

  [[nodiscard]] TransitionZone by_change_point(TableTransition const& table) const {
    ProfileTransition const& located = table.located;
    TransitionZone zone = begin("change_point", located.by_change_point);
    if (located.by_change_point == TransitionAnswer::not_measured) {
      zone.remark = "it needs R_c^2/D above 0 of " + std::to_string(least_cuts) + " cuts";
    } else {
      zone.remark = "R_c^2/D " + rests_on(table);
      if (zone.answer == TransitionAnswer::none) zone.remark += "; no step downwards that explains it";
      if (zone.answer == TransitionAnswer::located) {
        std::string const& cut = table.profile.cuts[*located.change_point.cut];
        set_cuts(zone, cut, cut);
      }
    }
    return zone;
  }

  [[nodiscard]] TransitionZone by_publication(PublishedTransition const& known) const {
    TransitionZone zone = begin("published", known.cut ? TransitionAnswer::located : TransitionAnswer::none);
    zone.remark = known.source.citation + ", " + std::string(to_string(known.source.grade));
    if (!known.cut) return zone;
    auto const is_it = [&](CutChoice const& choice) {
      return choice.name == *known.cut ||
             std::find(choice.aliases.begin(), choice.aliases.end(), *known.cut) != choice.aliases.end();
    };
    auto const found = std::find_if(choices_.begin(), choices_.end(), is_it);
    if (found != choices_.end()) {
      set_cuts(zone, found->name, found->name);
    } else {
      zone.answer = TransitionAnswer::not_measured;
      zone.remark = "'" + *known.cut + "' is no cut at which one tensor of this model crosses; " + zone.remark;
    }
    return zone;
  }

 private:
  static TransitionZone begin(std::string method, TransitionAnswer answer) {
    TransitionZone zone;
    zone.method = std::move(method);
    zone.answer = answer;
    return zone;
  }

  /// "of 12 cuts, statistic_by_label, MEASURED".
  static std::string rests_on(TableTransition const& table) {
    std::string text = "of " + std::to_string(table.profile.cuts.size()) + " cuts, " + table.statistic + ", ";
    if (table.protection != Protection::clear) text += std::string(to_string(table.protection)) + ", ";
    return text + std::string(to_string(table.grade));
  }

  /// A share with at most a decimal.
  static std::string percent(double share) {
    double constexpr tenths = 1000;
    double constexpr ten = 10;
    return shortest(std::round(share * tenths) / ten) + " %";
  }

  void set_cuts(TransitionZone& zone, std::string const& first, std::string const& last) const {
    zone.first = first;
    zone.last = last;
    for (CutChoice const& choice : choices_) {
      if (choice.name == first) zone.first_place = choice.place;
      if (choice.name == last) zone.last_place = choice.place;
    }
  }

  std::span<CutChoice const> choices_;
};

}  // namespace

bool TransitionZone::holds(std::size_t place) const {
  return answer == TransitionAnswer::located && place >= first_place && place <= last_place;
}

std::vector<TransitionZone> transition_zones(LeakageTables const& tables, std::span<PublishedTransition const> published,
                                             std::string_view model, std::string_view dataset,
                                             std::span<CutChoice const> choices) {
  std::vector<CutInOrder> cuts;
  for (CutChoice const& choice : choices) cuts.push_back({choice.name, choice.aliases});
  Zones const zones(choices);
  std::vector<TransitionZone> found;
  for (TableTransition const& table : transitions_of_tables(tables, model, dataset, cuts)) {
    found.push_back(zones.by_drop(table));
    found.push_back(zones.by_change_point(table));
  }
  std::vector<PublishedTransition> const all(published.begin(), published.end());
  for (PublishedTransition const* known : published_for(all, model, dataset)) found.push_back(zones.by_publication(*known));
  return found;
}

}  // namespace coinfer
