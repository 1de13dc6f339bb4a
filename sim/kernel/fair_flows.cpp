#include "sim/kernel/fair_flows.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

void FairFlows::add_link(double bytes_per_s, bool fair) {
  closed_.add_link(bytes_per_s);
  classes_.add_link(bytes_per_s);
  bandwidth_.push_back(bytes_per_s);
  fair_.push_back(fair);
  if (simgrid_) simgrid_->add_link(bytes_per_s);
}

bool FairFlows::in_simgrid(std::span<std::uint32_t const> links) const {
  return engine_ == EngineKind::plain &&
         std::any_of(links.begin(), links.end(), [this](std::uint32_t link) { return fair_[link] != 0; });
}

void FairFlows::start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) {
  if (in_simgrid(links)) {
    // Whatever else is on these links has been admitted to none of them that is not fair, so it is in SimGrid, too.
    if (!simgrid_) simgrid_ = std::make_unique<SimgridFlows>(bandwidth_, sink_, host_);
    simgrid_->start(flow, links, bytes, now_s);
    return;
  }
  if (links_of_flow_.size() <= flow) links_of_flow_.resize(flow + 1);
  links_of_flow_[flow] = links;
  auto const by_class = [this](std::uint32_t link) { return classes_.uses(link); };
  if (std::none_of(links.begin(), links.end(), by_class) && closed_.start(flow, links, bytes, now_s)) return;
  for (ClosedFormFlows::Evicted const& other : closed_.evict(links, now_s)) {
    classes_.start(other.flow, links_of_flow_[other.flow], other.bytes_left, now_s);
  }
  classes_.start(flow, links, bytes, now_s);
}

void FairFlows::cancel(std::uint32_t flow, std::span<std::uint32_t const> links, double now_s) {
  if (in_simgrid(links)) {
    simgrid_->cancel(flow, now_s);
  } else if (!closed_.cancel(flow, links, now_s)) {
    classes_.cancel(flow, now_s);
  }
}

void FairFlows::set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) {
  bandwidth_[link] = bytes_per_s;
  closed_.set_bandwidth(link, bytes_per_s, now_s);
  classes_.set_bandwidth(link, bytes_per_s, now_s);
  if (simgrid_) simgrid_->set_bandwidth(link, bytes_per_s, now_s);
}

void FairFlows::end(std::uint32_t subject, std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended) {
  if (subject == ClassFlows::subject) {
    classes_.end(stamp, now_s, ended);
  } else {
    closed_.end(subject, stamp, now_s, ended);
  }
}

}  // namespace coinfer
