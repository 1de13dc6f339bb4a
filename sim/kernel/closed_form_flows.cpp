#include "sim/kernel/closed_form_flows.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

void ClosedFormFlows::add_link(double bytes_per_s) {
  bandwidth_.push_back(bytes_per_s);
  group_of_link_.push_back(nothing);
}

double ClosedFormFlows::smallest_bandwidth(std::span<std::uint32_t const> links) const {
  double smallest = std::numeric_limits<double>::infinity();
  for (std::uint32_t link : links) smallest = std::min(smallest, bandwidth_[link]);
  return smallest;
}

std::uint32_t ClosedFormFlows::make_group(std::span<std::uint32_t const> links, double now_s) {
  std::uint32_t index;
  if (free_groups_.empty()) {
    index = static_cast<std::uint32_t>(groups_.size());
    groups_.emplace_back();
    groups_.back().share = FairShare(0, 1);
  } else {
    index = free_groups_.back();
    free_groups_.pop_back();
  }
  Group& group = groups_[index];
  group.links.assign(links.begin(), links.end());
  group.share.set_capacity(smallest_bandwidth(links), now_s);
  for (std::uint32_t link : links) group_of_link_[link] = index;
  return index;
}

void ClosedFormFlows::schedule(std::uint32_t index) {
  Group& group = groups_[index];
  ++group.stamp;
  double const end_s = group.share.next_end_s();
  if (end_s < std::numeric_limits<double>::infinity()) events_.push(end_s, EventKind::flow_end, index, group.stamp);
}

void ClosedFormFlows::release_if_empty(std::uint32_t index) {
  Group& group = groups_[index];
  if (group.share.users() > 0) return;
  for (std::uint32_t link : group.links) group_of_link_[link] = nothing;
  ++group.stamp;
  free_groups_.push_back(index);
}

bool ClosedFormFlows::start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) {
  assert(!links.empty() && std::is_sorted(links.begin(), links.end()));
  std::uint32_t index = group_of_link_[links.front()];
  for (std::uint32_t link : links) {
    if (group_of_link_[link] != index) return false;
  }
  if (index == nothing) {
    index = make_group(links, now_s);
  } else if (groups_[index].links.size() != links.size()) {
    return false;  // every link of the flow is in the group, but the group has more
  }
  groups_[index].share.enter(flow, bytes, now_s);
  schedule(index);
  return true;
}

bool ClosedFormFlows::cancel(std::uint32_t flow, std::span<std::uint32_t const> links, double now_s) {
  std::uint32_t const index = group_of_link_[links.front()];
  if (index == nothing || !groups_[index].share.leave(flow, now_s)) return false;
  schedule(index);
  release_if_empty(index);
  return true;
}

void ClosedFormFlows::set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) {
  bandwidth_[link] = bytes_per_s;
  std::uint32_t const index = group_of_link_[link];
  if (index == nothing) return;
  groups_[index].share.set_capacity(smallest_bandwidth(groups_[index].links), now_s);
  schedule(index);
}

void ClosedFormFlows::end(std::uint32_t index, std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended) {
  if (groups_[index].stamp != stamp) return;
  groups_[index].share.pop_ended(now_s, ended);
  schedule(index);
  release_if_empty(index);
}

std::vector<ClosedFormFlows::Evicted> ClosedFormFlows::evict(std::span<std::uint32_t const> links, double now_s) {
  std::vector<Evicted> evicted;
  std::vector<std::pair<std::uint32_t, double>> left;
  for (std::uint32_t link : links) {
    std::uint32_t const index = group_of_link_[link];
    if (index == nothing) continue;
    left.clear();
    groups_[index].share.drain(now_s, left);
    for (auto const& [flow, bytes] : left) evicted.push_back({flow, bytes});
    release_if_empty(index);
  }
  return evicted;
}

}  // namespace coinfer
