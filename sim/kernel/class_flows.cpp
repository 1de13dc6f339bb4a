#include "sim/kernel/class_flows.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace coinfer {

namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();

}  // namespace

void ClassFlows::add_link(double bytes_per_s) {
  links_.emplace_back();
  links_.back().bytes_per_s = bytes_per_s;
}

// --- Strands -----------------------------------------------------------------------------------------------------------

/// The strand over these links. A new one has no flow and no class yet, but the strands it meets have made room for it.
std::uint32_t ClassFlows::strand_over(std::span<std::uint32_t const> links, double now_s) {
  auto const links_of = [this](std::uint32_t strand) -> auto const& { return strands_[strand].links; };
  std::uint32_t number = strand_index_.find(links, links_of);
  if (number != nothing) return number;
  if (free_strands_.empty()) {
    number = static_cast<std::uint32_t>(strands_.size());
    strands_.emplace_back();
  } else {
    number = free_strands_.back();
    free_strands_.pop_back();
  }
  strands_[number].links.assign(links.begin(), links.end());
  strand_index_.insert(number, links, links_of);
  moved_.clear();
  for (std::uint32_t index : links) {
    FlowLink& link = links_[index];
    if (link.strands == 1) moved_.push_back(link.strand_mark);
    ++link.strands;
    link.strand_mark ^= number;
  }
  for (std::uint32_t moved : moved_) rate_again(moved, now_s);
  return number;
}

/// Takes a strand without flows off its links; what it alone still shared with another is private to that one now.
void ClassFlows::release_strand(std::uint32_t number, double now_s) {
  Strand& strand = strands_[number];
  bundles_.release_if_empty(strand.rate_class);
  touch_bundle(strand.bundle);
  strand.rate_class = nothing;
  strand.bundle = nothing;
  strand.flow = nothing;
  strand_index_.erase(number, strand.links);
  moved_.clear();
  for (std::uint32_t index : strand.links) {
    FlowLink& link = links_[index];
    --link.strands;
    link.strand_mark ^= number;
    if (link.strands == 1) moved_.push_back(link.strand_mark);
    touched_links_.push_back(index);
  }
  free_strands_.push_back(number);
  for (std::uint32_t moved : moved_) rate_again(moved, now_s);
}

bool ClassFlows::has_own_class(Strand const& strand) const {
  return strand.rate_class != nothing && bundles_.of(strand.rate_class).strand != nothing;
}

/// What its private links leave to each flow of a strand.
double ClassFlows::bound_of(Strand const& strand) const {
  double smallest = never_s;
  for (std::uint32_t link : strand.links) {
    if (links_[link].strands == 1) smallest = std::min(smallest, links_[link].bytes_per_s);
  }
  return smallest / static_cast<double>(std::max(1U, strand.flows));
}

std::uint32_t ClassFlows::bundle_for(Strand const& strand, double now_s) {
  shared_.clear();
  for (std::uint32_t link : strand.links) {
    if (links_[link].strands > 1) shared_.push_back(link);
  }
  auto const links_of = [this](std::uint32_t bundle) -> auto const& { return bundles_[bundle].links; };
  std::uint32_t bundle = bundle_index_.find(shared_, links_of);
  if (bundle == nothing) {
    bundle = bundles_.make_bundle(shared_, now_s);
    bundle_index_.insert(bundle, shared_, links_of);
    for (std::uint32_t link : shared_) links_[link].bundles.push_back(bundle);
  }
  touch_bundle(bundle);
  return bundle;
}

/// Finds the bundle and the class of a new strand. Flows of a strand that no private link bounds are alone in their bundle
/// anyway, so they have a class of their own.
void ClassFlows::settle_in(std::uint32_t number, double now_s) {
  Strand& strand = strands_[number];
  strand.bundle = bundle_for(strand, now_s);
  double const bound = bound_of(strand);
  bool const own = bound == never_s;
  strand.rate_class = bundles_.make_class(strand.bundle, own ? number : nothing, bound, now_s);
}

/// Moves the single flow of a strand out of the class that it shares.
void ClassFlows::give_own_class(std::uint32_t number, double now_s) {
  Strand& strand = strands_[number];
  double const left = bundles_.leave(strand.rate_class, strand.flow, now_s);
  bundles_.release_if_empty(strand.rate_class);
  strand.rate_class = bundles_.make_class(strand.bundle, number, bound_of(strand), now_s);
  bundles_.enter(strand.rate_class, strand.flow, left, flows_[strand.flow].order, now_s);
  strand.flow = nothing;
}

/// Moves a strand to the bundle and the bound that its links now give it.
void ClassFlows::rate_again(std::uint32_t number, double now_s) {
  Strand& strand = strands_[number];
  if (strand.flows == 0) return;  // its last flow ends at this instant, too
  std::uint32_t const bundle = bundle_for(strand, now_s);
  double const bound = bound_of(strand);
  RateClass const& old = bundles_.of(strand.rate_class);
  if (bundle == old.bundle && bound == old.bound) return;
  touch_bundle(old.bundle);
  if (has_own_class(strand)) {
    strand.bundle = bundle;
    bundles_.move_class(strand.rate_class, bundle, bound, now_s);
    return;
  }
  std::uint32_t const flow = strand.flow;
  double const left = bundles_.leave(strand.rate_class, flow, now_s);
  bundles_.release_if_empty(strand.rate_class);
  settle_in(number, now_s);
  bundles_.enter(strand.rate_class, flow, left, flows_[flow].order, now_s);
  if (has_own_class(strand)) strand.flow = nothing;
}

// --- Flows -------------------------------------------------------------------------------------------------------------

void ClassFlows::start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) {
  assert(!links.empty() && std::is_sorted(links.begin(), links.end()));
  std::uint32_t const number = strand_over(links, now_s);
  Strand& strand = strands_[number];
  if (flows_.size() <= flow) flows_.resize(flow + 1);
  flows_[flow] = {number, started_++};
  ++strand.flows;
  if (strand.flows == 1) {
    settle_in(number, now_s);
    if (!has_own_class(strand)) strand.flow = flow;
  } else {
    if (!has_own_class(strand)) give_own_class(number, now_s);
    bundles_.move_class(strand.rate_class, strand.bundle, bound_of(strand), now_s);
    touch_bundle(strand.bundle);
  }
  bundles_.enter(strand.rate_class, flow, bytes, flows_[flow].order, now_s);
  fill(now_s);
}

void ClassFlows::cancel(std::uint32_t flow, double now_s) {
  std::uint32_t const strand = flows_[flow].strand;
  bundles_.leave(strands_[strand].rate_class, flow, now_s);
  --strands_[strand].flows;
  flows_left(strand, now_s);
  fill(now_s);
}

/// Flows of the strand have been taken out of its class and are no longer counted.
void ClassFlows::flows_left(std::uint32_t number, double now_s) {
  Strand& strand = strands_[number];
  if (strand.rate_class == nothing) return;  // it has been released with the first of them
  touch_bundle(strand.bundle);
  if (strand.flows == 0) {
    release_strand(number, now_s);
  } else {
    bundles_.move_class(strand.rate_class, strand.bundle, bound_of(strand), now_s);
  }
}

void ClassFlows::set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) {
  links_[link].bytes_per_s = bytes_per_s;
  if (links_[link].strands == 0) return;
  if (links_[link].strands == 1) rate_again(links_[link].strand_mark, now_s);
  touched_links_.push_back(link);
  fill(now_s);
}

void ClassFlows::end(std::uint32_t stamp, double now_s, std::vector<std::uint32_t>& ended) {
  if (stamp != stamp_) return;
  scheduled_s_ = -1;
  ended_.clear();
  while (!ends_.empty() && ends_.top().key <= now_s) {
    std::uint32_t const bundle = ends_.top().number;
    ends_.remove(bundle, end_places_);
    bundles_[bundle].ends = false;
    touch_bundle(bundle);
    bundles_.pop_ended(bundle, now_s, ended_);
  }
  std::sort(ended_.begin(), ended_.end());
  for (auto const& [order, flow] : ended_) --strands_[flows_[flow].strand].flows;
  for (auto const& [order, flow] : ended_) {
    ended.push_back(flow);
    flows_left(flows_[flow].strand, now_s);
  }
  fill(now_s);
}

// --- Rates -------------------------------------------------------------------------------------------------------------

void ClassFlows::visit_bundle(std::uint32_t bundle) {
  if (bundles_[bundle].visit == visit_) return;
  bundles_[bundle].visit = visit_;
  visited_bundles_.push_back(bundle);
}

void ClassFlows::visit_link(std::uint32_t link) {
  if (links_[link].visit == visit_) return;
  links_[link].visit = visit_;
  visited_links_.push_back(link);
  for (std::uint32_t bundle : links_[link].bundles) visit_bundle(bundle);
}

/// Finds the levels of what has changed and of all that shares a link with it, near or far.
void ClassFlows::fill(double now_s) {
  ++visit_;
  visited_bundles_.clear();
  visited_links_.clear();
  for (std::uint32_t bundle : touched_bundles_) {
    if (bundles_[bundle].visit == visit_) continue;
    if (!bundles_[bundle].members.empty()) {
      visit_bundle(bundle);
      continue;
    }
    bundles_[bundle].visit = visit_;
    bundle_index_.erase(bundle, bundles_[bundle].links);
    for (std::uint32_t link : bundles_[bundle].links) {
      std::vector<std::uint32_t>& of_link = links_[link].bundles;
      of_link.erase(std::find(of_link.begin(), of_link.end(), bundle));
    }
    take_end(bundle);
    bundles_.release_bundle(bundle);
  }
  for (std::uint32_t link : touched_links_) visit_link(link);
  for (std::size_t at = 0; at < visited_bundles_.size(); ++at) {
    for (std::uint32_t link : bundles_[visited_bundles_[at]].links) visit_link(link);
  }
  touched_bundles_.clear();
  touched_links_.clear();
  filling_.fill(visited_bundles_, visited_links_, bundles_, links_);
  for (std::uint32_t bundle : visited_bundles_) {
    bundles_.adopt_level(bundle, now_s);
    take_end(bundle);
  }
  schedule();
}

/// Takes over when the next flow of a bundle ends.
void ClassFlows::take_end(std::uint32_t number) {
  double const end_s = bundles_.next_end_s(number);
  bool& ends = bundles_[number].ends;
  if (ends && end_s < never_s) {
    if (ends_.at(number, end_places_).key != end_s) ends_.change(number, end_s, end_places_);
  } else if (ends) {
    ends_.remove(number, end_places_);
  } else if (end_s < never_s) {
    ends_.push({end_s, number, number}, end_places_);
  }
  ends = end_s < never_s;
}

void ClassFlows::schedule() {
  double const end_s = ends_.empty() ? never_s : ends_.top().key;
  if (end_s == scheduled_s_) return;
  scheduled_s_ = end_s;
  ++stamp_;
  if (end_s < never_s) events_.push(end_s, EventKind::flow_end, subject, stamp_);
}

}  // namespace coinfer
