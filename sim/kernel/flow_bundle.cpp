#include "sim/kernel/flow_bundle.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();

/// How many times the amount of a flow may have been served when it enters: beyond, the rounding of what has been served
/// would show in the end of the flow, and the counts start again at zero.
constexpr double most_served_amounts = 4096;

std::uint32_t claim(auto& table, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    table.emplace_back();
    return static_cast<std::uint32_t>(table.size() - 1);
  }
  std::uint32_t const number = free.back();
  free.pop_back();
  return number;
}

}  // namespace

// --- Bundles and classes -----------------------------------------------------------------------------------------------

std::uint32_t FlowBundles::make_bundle(std::span<std::uint32_t const> links, double now_s) {
  std::uint32_t const number = claim(bundles_, free_bundles_);
  FlowBundle& bundle = bundles_[number];
  bundle.links.assign(links.begin(), links.end());
  bundle.sums_known = false;
  bundle.level = 0;
  bundle.served = 0;
  bundle.changed_s = now_s;
  return number;
}

void FlowBundles::release_bundle(std::uint32_t number) {
  FlowBundle& bundle = bundles_[number];
  assert(bundle.members.empty() && bundle.by_date.empty() && bundle.by_level.empty());
  bundle.unplaced.clear();
  free_bundles_.push_back(number);
}

std::size_t FlowBundles::position(FlowBundle const& bundle, double bound, std::uint32_t strand) {
  auto const found = std::lower_bound(
      bundle.members.begin(), bundle.members.end(), std::pair(bound, strand),
      [](FlowBundle::Member const& member, auto const& wanted) { return std::pair(member.bound, member.strand) < wanted; });
  return static_cast<std::size_t>(found - bundle.members.begin());
}

std::uint32_t FlowBundles::make_class(std::uint32_t bundle, std::uint32_t strand, double bound, double now_s) {
  std::size_t const at = position(bundles_[bundle], bound, strand);
  std::vector<FlowBundle::Member> const& members = bundles_[bundle].members;
  if (at < members.size() && members[at].bound == bound && members[at].strand == strand) return members[at].number;
  std::uint32_t const number = claim(classes_, free_classes_);
  RateClass& entry = classes_[number];
  entry.bundle = bundle;
  entry.strand = strand;
  entry.bound = bound;
  entry.served = 0;
  entry.changed_s = now_s;
  attach(number);
  return number;
}

void FlowBundles::attach(std::uint32_t number) {
  RateClass& entry = classes_[number];
  FlowBundle& bundle = bundles_[entry.bundle];
  auto const at = static_cast<std::ptrdiff_t>(position(bundle, entry.bound, entry.strand));
  bundle.members.insert(bundle.members.begin() + at,
                        {entry.bound, entry.strand, number, static_cast<double>(entry.flows.size())});
  bundle.unplaced.push_back(number);
  bundle.sums_known = false;
  entry.pace = RateClass::Pace::unplaced;
}

void FlowBundles::detach(std::uint32_t number) {
  RateClass& entry = classes_[number];
  FlowBundle& bundle = bundles_[entry.bundle];
  unplace(number);
  bundle.members.erase(bundle.members.begin() + static_cast<std::ptrdiff_t>(position(bundle, entry.bound, entry.strand)));
  bundle.sums_known = false;
}

void FlowBundles::move_class(std::uint32_t number, std::uint32_t bundle, double bound, double now_s) {
  RateClass& entry = classes_[number];
  if (entry.bundle == bundle && entry.bound == bound) return;
  serve(entry, now_s);
  detach(number);
  entry.bundle = bundle;
  entry.bound = bound;
  attach(number);
}

void FlowBundles::release_if_empty(std::uint32_t number) {
  if (classes_[number].bundle == nothing || !classes_[number].flows.empty()) return;
  detach(number);
  classes_[number].bundle = nothing;
  free_classes_.push_back(number);
}

// --- Flows -------------------------------------------------------------------------------------------------------------

void FlowBundles::serve(FlowBundle& bundle, double now_s) {
  if (bundle.level < never_s) bundle.served += (now_s - bundle.changed_s) * bundle.level;
  bundle.changed_s = now_s;
}

void FlowBundles::serve(RateClass& entry, double now_s) {
  if (entry.pace == RateClass::Pace::level) {
    FlowBundle& bundle = bundles_[entry.bundle];
    serve(bundle, now_s);
    entry.served = bundle.served + entry.ahead;
  } else if (entry.pace == RateClass::Pace::bound) {
    entry.served += (now_s - entry.changed_s) * entry.bound;
  }
  entry.changed_s = now_s;
}

void FlowBundles::enter(std::uint32_t number, std::uint32_t flow, double bytes, std::uint64_t order, double now_s) {
  RateClass& entry = classes_[number];
  serve(entry, now_s);
  if (bytes > 0 && std::max(entry.served, bundles_[entry.bundle].served) > most_served_amounts * bytes) {
    start_again_at_zero(entry.bundle, now_s);
  }
  entry.flows.push({entry.served + bytes, order, flow}, flow_places_);
  count_users(entry);
  set_key(number);
}

double FlowBundles::leave(std::uint32_t number, std::uint32_t flow, double now_s) {
  RateClass& entry = classes_[number];
  serve(entry, now_s);
  double const left = std::max(0.0, entry.flows.at(flow, flow_places_).key - entry.served);
  entry.flows.remove(flow, flow_places_);
  count_users(entry);
  set_key(number);
  return left;
}

void FlowBundles::count_users(RateClass const& entry) {
  FlowBundle& bundle = bundles_[entry.bundle];
  bundle.members[position(bundle, entry.bound, entry.strand)].users = static_cast<double>(entry.flows.size());
  bundle.sums_known = false;
}

void FlowBundles::start_again_at_zero(std::uint32_t number, double now_s) {
  FlowBundle& bundle = bundles_[number];
  serve(bundle, now_s);
  for (FlowBundle::Member const& member : bundle.members) {
    RateClass& entry = classes_[member.number];
    serve(entry, now_s);
    entry.flows.lower_keys(entry.served);
    entry.served = 0;
    entry.ahead = 0;
  }
  bundle.served = 0;
  for (FlowBundle::Member const& member : bundle.members) set_key(member.number);
}

// --- Paces -------------------------------------------------------------------------------------------------------------

/// Takes a class out of the heap it stands in.
void FlowBundles::unplace(std::uint32_t number) {
  RateClass& entry = classes_[number];
  FlowBundle& bundle = bundles_[entry.bundle];
  if (!entry.flows.empty()) {
    if (entry.pace == RateClass::Pace::bound) bundle.by_date.remove(number, class_places_);
    if (entry.pace == RateClass::Pace::level) bundle.by_level.remove(number, class_places_);
  }
  entry.pace = RateClass::Pace::unplaced;
}

/// Gives an unplaced class, served up to the date of its bundle, its pace.
void FlowBundles::place(std::uint32_t number) {
  RateClass& entry = classes_[number];
  FlowBundle& bundle = bundles_[entry.bundle];
  bool const bound = entry.bound <= bundle.level;
  entry.pace = bound ? RateClass::Pace::bound : RateClass::Pace::level;
  entry.ahead = entry.served - bundle.served;
  // What it stands under in the heap is set below.
  if (!entry.flows.empty()) (bound ? bundle.by_date : bundle.by_level).push({never_s, number, number}, class_places_);
  set_key(number);
}

/// Sets what a placed class, served up to now, stands under in its heap; an empty class stands in none.
void FlowBundles::set_key(std::uint32_t number) {
  RateClass& entry = classes_[number];
  if (entry.pace == RateClass::Pace::unplaced) return;
  FlowBundle& bundle = bundles_[entry.bundle];
  bool const bound = entry.pace == RateClass::Pace::bound;
  PlacedHeap& heap = bound ? bundle.by_date : bundle.by_level;
  bool const stands = number < class_places_.size() && class_places_[number] < heap.size() &&
                      heap.at(number, class_places_).number == number;
  if (entry.flows.empty()) {
    if (stands) heap.remove(number, class_places_);
    return;
  }
  double key = entry.flows.top().key;
  if (bound) {
    double const left = std::max(0.0, key - entry.served);
    key = left > 0 ? entry.changed_s + left / entry.bound : entry.changed_s;
  } else {
    key -= entry.ahead;
  }
  if (stands) {
    heap.change(number, key, class_places_);
  } else {
    heap.push({key, number, number}, class_places_);
  }
}

void FlowBundles::adopt_level(std::uint32_t number, double now_s) {
  FlowBundle& bundle = bundles_[number];
  if (bundle.next_level != bundle.level) {
    serve(bundle, now_s);
    double const low = std::min(bundle.level, bundle.next_level);
    double const high = std::max(bundle.level, bundle.next_level);
    bundle.level = bundle.next_level;
    for (std::size_t at = position(bundle, low, 0); at < bundle.members.size() && bundle.members[at].bound <= high; ++at) {
      std::uint32_t const passed = bundle.members[at].number;
      RateClass& entry = classes_[passed];
      bool const bound = entry.pace == RateClass::Pace::bound;
      if (entry.pace == RateClass::Pace::unplaced || bound == (entry.bound <= bundle.level)) continue;
      serve(entry, now_s);
      unplace(passed);
      place(passed);
    }
  }
  if (bundle.unplaced.empty()) return;
  serve(bundle, now_s);
  for (std::uint32_t waiting : bundle.unplaced) {
    RateClass const& entry = classes_[waiting];
    if (entry.bundle == number && entry.pace == RateClass::Pace::unplaced) place(waiting);
  }
  bundle.unplaced.clear();
}

// --- Ends --------------------------------------------------------------------------------------------------------------

double FlowBundles::level_end_s(FlowBundle const& bundle) const {
  if (bundle.by_level.empty()) return never_s;
  double const left = bundle.by_level.top().key - bundle.served;
  return left > 0 ? bundle.changed_s + left / bundle.level : bundle.changed_s;
}

double FlowBundles::next_end_s(std::uint32_t number) const {
  FlowBundle const& bundle = bundles_[number];
  return std::min(level_end_s(bundle), bundle.by_date.empty() ? never_s : bundle.by_date.top().key);
}

/// Takes out the flows at the head of a class that have been served; its `served` is that of the first of them.
void FlowBundles::pop_heads(std::uint32_t number, Ended& ended) {
  RateClass& entry = classes_[number];
  while (!entry.flows.empty() && entry.flows.top().key <= entry.served) {
    ended.emplace_back(entry.flows.top().tie, entry.flows.top().number);
    entry.flows.remove(entry.flows.top().number, flow_places_);
  }
  count_users(entry);
  set_key(number);
}

void FlowBundles::pop_ended(std::uint32_t number, double now_s, Ended& ended) {
  FlowBundle& bundle = bundles_[number];
  bool const level_ends = level_end_s(bundle) <= now_s;
  serve(bundle, now_s);
  // The first flow to end defines what has been served by now; adding up rates would drift from it.
  if (level_ends) bundle.served = bundle.by_level.top().key;
  while (!bundle.by_level.empty() && bundle.by_level.top().key <= bundle.served) {
    std::uint32_t const first = bundle.by_level.top().number;
    RateClass& entry = classes_[first];
    entry.served = entry.flows.top().key;
    entry.ahead = entry.served - bundle.served;
    entry.changed_s = now_s;
    pop_heads(first, ended);
  }
  while (!bundle.by_date.empty() && bundle.by_date.top().key <= now_s) {
    std::uint32_t const first = bundle.by_date.top().number;
    classes_[first].served = classes_[first].flows.top().key;
    classes_[first].changed_s = now_s;
    pop_heads(first, ended);
  }
}

void FlowBundles::refresh_sums(std::uint32_t number) {
  FlowBundle& bundle = bundles_[number];
  if (bundle.sums_known) return;
  bundle.sums_known = true;
  std::size_t const count = bundle.members.size();
  bundle.bytes_below.resize(count + 1);
  bundle.users_below.resize(count + 1);
  double bytes = 0;
  double users = 0;
  for (std::size_t at = 0; at < count; ++at) {
    bundle.bytes_below[at] = bytes;
    bundle.users_below[at] = users;
    users += bundle.members[at].users;
    // A class without a bound is never passed, so its sum is never asked for.
    bytes += bundle.members[at].bound * bundle.members[at].users;
  }
  bundle.bytes_below[count] = bytes;
  bundle.users_below[count] = users;
}

}  // namespace coinfer
