#include "scenarios/planner/label_search.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

std::uint32_t constexpr none = UINT32_MAX;

struct Label {
  std::uint32_t tier;
  CutIndex cut;
  std::uint32_t parent;
  std::uint32_t dominators = 0;
};

class Search {
 public:
  Search(LegPrices const& prices, LabelSearch const& rules)
      : prices_(prices), rules_(rules), width_(rules.criteria.size()), states_(prices.tiers() * prices.cuts().size()) {}

  FoundPaths run() {
    leg_.resize(width_);
    sum_.resize(width_);
    expand_source();
    for (std::uint32_t tier = 0; tier < prices_.tiers(); ++tier) {
      for (CutIndex cut = 1; cut < prices_.cuts().last(); ++cut) expand(tier, cut);
    }
    FoundPaths found;
    found.complete = complete_;
    for (std::uint32_t tier = 0; tier < prices_.tiers(); ++tier) {
      for (std::uint32_t label : labels_at(tier, prices_.cuts().last())) found.paths.push_back(path_of(label));
    }
    return found;
  }

 private:
  std::vector<std::uint32_t>& labels_at(std::uint32_t tier, CutIndex cut) {
    return states_[tier * prices_.cuts().size() + cut];
  }

  double* values(std::uint32_t label) { return values_.data() + std::size_t{label} * width_; }

  void expand_source() {
    for (std::uint32_t to = 0; to < prices_.tiers(); ++to) {
      for (CutIndex end : prices_.cuts().after(0)) {
        if (ends_too_early(to, end)) continue;
        if (!price({Leg::source, 0, to, end})) continue;
        sum_ = leg_;
        offer({to, end, none});
      }
    }
  }

  void expand(std::uint32_t tier, CutIndex cut) {
    if (labels_at(tier, cut).empty()) return;
    for (std::uint32_t to = tier + 1; to < prices_.tiers(); ++to) {
      for (CutIndex end : prices_.cuts().after(cut)) {
        if (ends_too_early(to, end)) continue;
        if (!price({tier, cut, to, end})) continue;
        // Offers go to a later tier, so the list does not change under the loop.
        for (std::uint32_t label : labels_at(tier, cut)) {
          double const* before = values(label);
          for (std::size_t c = 0; c < width_; ++c) {
            sum_[c] = rules_.criteria[c].worst ? std::max(before[c], leg_[c]) : before[c] + leg_[c];
          }
          offer({to, end, label});
        }
      }
    }
  }

  /// Nobody goes on where the last tier stops.
  [[nodiscard]] bool ends_too_early(std::uint32_t tier, CutIndex end) const {
    return tier + 1 == prices_.tiers() && end != prices_.cuts().last();
  }

  bool price(Leg const& leg) {
    std::fill(leg_.begin(), leg_.end(), 0.0);
    return prices_.price(leg, leg_);
  }

  [[nodiscard]] bool dominates(double const* a, double const* b) const {
    for (std::size_t c = 0; c < width_; ++c) {
      if (a[c] > b[c]) return false;
    }
    return true;
  }

  /// Keeps a label with the values in `sum_` unless it is over a bound or dominated too often.
  void offer(Label label) {
    if (rules_.loads > 0 && label.cut == prices_.cuts().last()) {
      auto const first = sum_.begin() + static_cast<std::ptrdiff_t>(rules_.first_load);
      auto const end = first + static_cast<std::ptrdiff_t>(rules_.loads);
      double const largest = *std::max_element(first, end);
      std::fill(first, end, 0.0);
      *first = largest;
    }
    for (std::size_t c = 0; c < width_; ++c) {
      if (sum_[c] > rules_.criteria[c].bound) return;
    }
    std::vector<std::uint32_t>& here = labels_at(label.tier, label.cut);
    for (std::uint32_t other : here) {
      if (dominates(values(other), sum_.data()) && ++label.dominators >= rules_.keep) return;
    }
    // Of equal ones the older counts as better, or two of them would drive each other out.
    std::erase_if(here, [&](std::uint32_t other) {
      return dominates(sum_.data(), values(other)) && !dominates(values(other), sum_.data()) &&
             ++labels_[other].dominators >= rules_.keep;
    });
    if (labels_.size() >= rules_.most_labels) {
      complete_ = false;
      return;
    }
    here.push_back(static_cast<std::uint32_t>(labels_.size()));
    labels_.push_back(label);
    values_.insert(values_.end(), sum_.begin(), sum_.end());
  }

  FoundPath path_of(std::uint32_t label) {
    FoundPath path;
    path.criteria.assign(values(label), values(label) + width_);
    for (std::uint32_t at = label; at != none; at = labels_[at].parent) {
      path.stages.push_back({labels_[at].tier, labels_[at].cut});
    }
    std::reverse(path.stages.begin(), path.stages.end());
    return path;
  }

  LegPrices const& prices_;
  LabelSearch const& rules_;
  std::size_t width_;
  std::vector<std::vector<std::uint32_t>> states_;  ///< labels by tier and cut
  std::vector<Label> labels_;
  std::vector<double> values_;  ///< `width_` of each label
  std::vector<double> leg_;
  std::vector<double> sum_;
  bool complete_ = true;
};

}  // namespace

FoundPaths search_paths(LegPrices const& prices, LabelSearch const& search) {
  assert(prices.tiers() > 0 && search.keep > 0);
  return Search(prices, search).run();
}

}  // namespace coinfer
