#include "sim/kernel/fair_flows.hpp"

#include <algorithm>

namespace coinfer {

void FairFlows::add_link(double bytes_per_s, bool fair) {
  closed_.add_link(bytes_per_s);
  bandwidth_.push_back(bytes_per_s);
  fair_.push_back(fair);
  simgrid_users_.push_back(0);
  if (simgrid_) simgrid_->add_link(bytes_per_s);
}

void FairFlows::start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) {
  if (links_of_flow_.size() <= flow) links_of_flow_.resize(flow + 1);
  links_of_flow_[flow] = links;
  auto const in_simgrid = [this](std::uint32_t link) { return simgrid_users_[link] > 0; };
  auto const is_fair = [this](std::uint32_t link) { return fair_[link] != 0; };
  bool const by_events = engine_ == EngineKind::fast || std::none_of(links.begin(), links.end(), is_fair);
  if (by_events && std::none_of(links.begin(), links.end(), in_simgrid) && closed_.start(flow, links, bytes, now_s)) return;
  for (ClosedFormFlows::Evicted const& other : closed_.evict(links, now_s)) {
    start_in_simgrid(other.flow, links_of_flow_[other.flow], other.bytes_left, now_s);
  }
  start_in_simgrid(flow, links, bytes, now_s);
}

void FairFlows::start_in_simgrid(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) {
  if (!simgrid_) simgrid_ = std::make_unique<SimgridFlows>(bandwidth_, sink_, host_);
  for (std::uint32_t link : links) ++simgrid_users_[link];
  // A flow evicted at the very end of its transfer may have nothing left; SimGrid wants something to move.
  double constexpr least_bytes = 1e-9;
  simgrid_->start(flow, links, std::max(bytes, least_bytes), now_s);
}

void FairFlows::cancel(std::uint32_t flow, std::span<std::uint32_t const> links, double now_s) {
  if (closed_.cancel(flow, links, now_s)) return;
  simgrid_->cancel(flow, now_s);
  ended_by_simgrid(links);
}

void FairFlows::ended_by_simgrid(std::span<std::uint32_t const> links) {
  for (std::uint32_t link : links) --simgrid_users_[link];
}

void FairFlows::set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) {
  bandwidth_[link] = bytes_per_s;
  closed_.set_bandwidth(link, bytes_per_s, now_s);
  if (simgrid_) simgrid_->set_bandwidth(link, bytes_per_s, now_s);
}

}  // namespace coinfer
