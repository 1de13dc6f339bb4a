#include "sim/kernel/progressive_filling.hpp"

#include <algorithm>
#include <limits>

namespace coinfer {

namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

void take(FlowLink& link, double bytes_per_s, double users) {
  link.left = std::max(0.0, link.left - bytes_per_s);
  link.users -= users;
}

}  // namespace

void ProgressiveFilling::fill(std::vector<std::uint32_t> const& bundles, std::vector<std::uint32_t> const& links,
                              FlowBundles& all_bundles, std::vector<FlowLink>& all_links) {
  for (std::uint32_t link : links) {
    all_links[link].left = all_links[link].bytes_per_s;
    all_links[link].users = 0;
  }
  bounds_.clear();
  full_.clear();
  for (std::uint32_t number : bundles) {
    all_bundles.refresh_sums(number);
    FlowBundle& bundle = all_bundles[number];
    bundle.passed = 0;
    for (std::uint32_t link : bundle.links) all_links[link].users += bundle.users();
    double const bound = bundle.members.front().bound;
    if (bound < unbounded) bounds_.push({bound, number, number}, bundle_places_);
  }
  for (std::uint32_t link : links) {
    if (all_links[link].users > 0) full_.push({all_links[link].left / all_links[link].users, link, link}, link_places_);
  }
  for (rising_ = bundles.size(); rising_ > 0;) {
    double const level = least_full(all_links);
    if (!bounds_.empty() && bounds_.top().key <= level) {
      stop_bounded(bounds_.top().number, level, all_bundles, all_links);
      continue;
    }
    for (std::uint32_t number : all_links[full_.top().number].bundles) {
      bool const rises = all_bundles[number].passed < all_bundles[number].members.size();
      if (rises) stop_bundle(number, level, all_bundles, all_links);
    }
  }
}

double ProgressiveFilling::least_full(std::vector<FlowLink> const& links) {
  while (!full_.empty()) {
    FlowLink const& link = links[full_.top().number];
    if (link.users <= 0) {
      full_.remove(full_.top().number, link_places_);
    } else if (link.left / link.users > full_.top().key) {
      full_.change(full_.top().number, link.left / link.users, link_places_);
    } else {
      return full_.top().key;
    }
  }
  return unbounded;
}

/// Stops the classes of a bundle whose bound is at most `level`.
void ProgressiveFilling::stop_bounded(std::uint32_t number, double level, FlowBundles& bundles,
                                      std::vector<FlowLink>& links) {
  FlowBundle& bundle = bundles[number];
  std::vector<FlowBundle::Member> const& members = bundle.members;
  auto const beyond =
      std::upper_bound(members.begin() + static_cast<std::ptrdiff_t>(bundle.passed), members.end(), level,
                       [](double wanted, FlowBundle::Member const& member) { return wanted < member.bound; });
  auto const passed = static_cast<std::size_t>(beyond - members.begin());
  double const bytes_per_s = bundle.bytes_below[passed] - bundle.bytes_below[bundle.passed];
  double const users = bundle.users_below[passed] - bundle.users_below[bundle.passed];
  bundle.passed = passed;
  for (std::uint32_t link : bundle.links) take(links[link], bytes_per_s, users);
  if (passed == members.size()) {
    bundle.next_level = unbounded;
    --rising_;
  }
  if (passed < members.size() && members[passed].bound < unbounded) {
    bounds_.change(number, members[passed].bound, bundle_places_);
  } else {
    bounds_.remove(number, bundle_places_);
  }
}

/// Stops a bundle at the level at which one of its links is full.
void ProgressiveFilling::stop_bundle(std::uint32_t number, double level, FlowBundles& bundles,
                                     std::vector<FlowLink>& links) {
  FlowBundle& bundle = bundles[number];
  double const users = bundle.users() - bundle.users_below[bundle.passed];
  if (bundle.members[bundle.passed].bound < unbounded) bounds_.remove(number, bundle_places_);
  --rising_;
  bundle.next_level = level;
  bundle.passed = bundle.members.size();
  for (std::uint32_t link : bundle.links) take(links[link], users * level, users);
}

}  // namespace coinfer
