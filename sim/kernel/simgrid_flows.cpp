#include "sim/kernel/simgrid_flows.hpp"

#include <csignal>

// SimGrid's smaller headers need what this one defines.
#include <simgrid/s4u.hpp>

#include <simgrid/version.h>
#include <xbt/log.h>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <unordered_map>

#include "sim/base/errors.hpp"
#include "sim/kernel/event_queue.hpp"

namespace coinfer {
namespace {

namespace s4u = simgrid::s4u;
using simgrid::kernel::resource::Action;
using simgrid::kernel::resource::Model;
using simgrid::kernel::resource::StandardLinkImpl;

constexpr double never_s = std::numeric_limits<double>::infinity();

bool engine_was_made = false;

/// A zone whose one route is whatever links the next transfer takes, so that a new set of links costs no SimGrid object. A
/// second one, kept outside the platform and therefore never sealed, owns the links, so that they can be made while the
/// simulation runs: a fleet has one private link per member, and most members never send.
class AnyRouteZone final : public simgrid::kernel::routing::NetZoneImpl {
 public:
  explicit AnyRouteZone(std::string const& name) : NetZoneImpl(name) {}
  ~AnyRouteZone() override = default;

  std::vector<StandardLinkImpl*> next_route;

 protected:
  void get_local_route(simgrid::kernel::routing::NetPoint const*, simgrid::kernel::routing::NetPoint const*,
                       simgrid::kernel::routing::Route* into, double*) override {
    into->link_list_.insert(into->link_list_.end(), next_route.begin(), next_route.end());
  }
};

/// One direction of a link. SimGrid reads a bandwidth of 0 as "no constraint", so an outage is kept here and the flows that
/// cross the link are suspended; the SimGrid link then keeps the bandwidth it had.
struct Lane {
  double bytes_per_s = 0;
  s4u::Link* link = nullptr;  ///< made when the first flow crosses it
};

struct Flow {
  std::uint64_t order = 0;  ///< position among all flows ever started
  std::uint32_t number = 0;
  std::vector<std::uint32_t> lanes;
  s4u::CommPtr comm;
  Action* action = nullptr;  ///< belongs to SimGrid; null once the last byte has been delivered
};

/// The distance from `date_s` to the next double above it.
double spacing_s(double date_s) { return std::nextafter(date_s, never_s) - date_s; }

/// SimGrid installs handlers of its own that print and exit; signals stay what the process made of them.
class KeepSignalHandlers {
 public:
  KeepSignalHandlers() {
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], nullptr, &kept_[i]);
  }
  ~KeepSignalHandlers() {
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &kept_[i], nullptr);
  }
  KeepSignalHandlers(KeepSignalHandlers const&) = delete;
  KeepSignalHandlers& operator=(KeepSignalHandlers const&) = delete;

 private:
  static constexpr std::array<int, 3> signals = {SIGINT, SIGSEGV, SIGTERM};
  std::array<struct sigaction, 3> kept_{};
};

std::unique_ptr<s4u::Engine> make_engine() {
  KeepSignalHandlers const keep;
  int count = 1;
  std::string name = "coinfer";
  std::array<char*, 2> arguments = {name.data(), nullptr};
  auto engine = std::make_unique<s4u::Engine>(&count, arguments.data());
  // Every option that is set would be echoed on stderr.
  xbt_log_control_set("xbt_cfg.thresh:warning");
  for (std::string const& option : SimgridFlows::options()) {
    if (option.rfind("surf/precision:", 0) != 0) s4u::Engine::set_config(option);
  }
  return engine;
}

Model& network_model_of(s4u::Engine const& engine) {
  for (Model* model : engine.get_all_models()) {
    if (model->get_name() == "Network_CM02") return *model;
  }
  assert(false && "network/model:CM02 makes a model of that name");
  std::abort();
}

}  // namespace

class SimgridFlows::Impl {
 public:
  Impl(std::vector<double> const& bandwidths_bytes_per_s, FlowSink& sink, Host& host) : sink_(sink), host_(host) {
    assert(!engine_was_made && "SimGrid's engine is a singleton whose clock cannot be reset");
    engine_was_made = true;
    lanes_.reserve(bandwidths_bytes_per_s.size());
    for (double const bandwidth : bandwidths_bytes_per_s) add_link(bandwidth);
    engine_ = make_engine();
    zone_ = new AnyRouteZone("platform");  // The first zone becomes the root, which the engine deletes.
    source_ = zone_->create_host("source", {1.0});
    target_ = zone_->create_host("target", {1.0});
    link_store_ = std::make_unique<AnyRouteZone>("links");
    link_store_->set_network_model(zone_->get_network_model());
    model_ = &network_model_of(*engine_);
    engine_->seal_platform();
    s4u::Activity::on_completion_cb([this](s4u::Activity const& activity) {
      if (auto* flow = activity.get_data<Flow>()) note_end(*flow);
    });
  }

  ~Impl() {
    while (!flows_.empty()) drop(flows_.begin()->second);
    engine_->run_until(clock());  // SimGrid lets go of cancelled transfers.
    parked_.clear();
    link_store_.reset();
    engine_.reset();
  }

  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;

  void add_link(double bytes_per_s) {
    assert(bytes_per_s >= 0 && std::isfinite(bytes_per_s));
    lanes_.push_back({bytes_per_s, nullptr});
  }

  void start(std::uint32_t number, std::span<std::uint32_t const> links, double bytes, double now_s) {
    assert(bytes > 0 && std::isfinite(bytes) && !links.empty());
    assert(!flows_.contains(number));
    advance(now_s);
    Flow& flow = flows_[number];
    flow.order = started_++;
    flow.number = number;
    flow.lanes.assign(links.begin(), links.end());
    zone_->next_route.clear();
    for (std::uint32_t const lane : flow.lanes) zone_->next_route.push_back(link_of(lane).get_impl());

    flow.comm = s4u::Comm::sendto_init(source_, target_);
    flow.comm->set_data(&flow);
    flow.comm->start();
    // The interface for transfers counts whole bytes and fixes the smallest bandwidth at the start as an upper bound for
    // the whole life of the flow. One level below, the amount is a double and the bound can be lifted; the links still
    // bind.
    flow.action = &model_->get_started_action_set()->back();
    flow.action->set_cost(bytes);
    flow.action->set_remains(bytes);
    flow.action->set_bound(-1.0);
    if (is_stopped(flow)) flow.action->suspend();
    next_end_known_ = false;
  }

  void cancel(std::uint32_t number, double now_s) {
    auto const found = flows_.find(number);
    assert(found != flows_.end());
    advance(now_s);
    drop(found->second);
  }

  void set_bandwidth(std::uint32_t lane_number, double bytes_per_s, double now_s) {
    assert(bytes_per_s >= 0 && std::isfinite(bytes_per_s));
    Lane& lane = lanes_.at(lane_number);
    bool const was_up = lane.bytes_per_s > 0;
    if (!flows_.empty()) advance(now_s);
    lane.bytes_per_s = bytes_per_s;
    if (lane.link == nullptr) return;
    if (bytes_per_s > 0 && bytes_per_s != lane.link->get_bandwidth()) lane.link->set_bandwidth(bytes_per_s);
    next_end_known_ = false;
    if (was_up == (bytes_per_s > 0)) return;
    // In the order of their start, so that SimGrid's own lists do not depend on the order of a hash table.
    std::map<std::uint64_t, Flow*> touched;
    for (auto& [number, flow] : flows_) {
      if (std::find(flow.lanes.begin(), flow.lanes.end(), lane_number) != flow.lanes.end()) touched[flow.order] = &flow;
    }
    for (auto& [order, flow] : touched) {
      if (flow->action == nullptr) continue;
      if (is_stopped(*flow)) {
        if (!flow->action->is_suspended()) flow->action->suspend();
      } else {
        flow->action->resume();
        // SimGrid 3.32 then looks at the first link of the flow only, and at no link at all where that one was already due
        // to be solved again; lifting the bound once more makes it solve all of them.
        flow->action->set_bound(-1.0);
      }
    }
  }

  void run(double until_s) {
    while (!flows_.empty() && !host_.stopped()) {
      double const own_s = host_.next_event_s();
      double const end_s = next_end_s();
      if (std::min(own_s, end_s) > until_s || std::min(own_s, end_s) == never_s) return;
      if (own_s < end_s || (own_s == end_s && !host_.flow_ends_first())) {
        last_reported_s_ = std::max(last_reported_s_, own_s);
        host_.handle_events(own_s);
        continue;
      }
      if (ended_.empty()) step_to(end_s);
      report_ends();
    }
  }

  [[nodiscard]] std::size_t active() const { return flows_.size(); }
  [[nodiscard]] std::uint64_t started() const { return started_; }

 private:
  static double clock() { return s4u::Engine::get_clock(); }

  s4u::Link& link_of(std::uint32_t number) {
    Lane& lane = lanes_.at(number);
    if (lane.link == nullptr) {
      // An outage before the first flow left no bandwidth to begin with; any other will do, since the flow is suspended.
      double const bandwidth = lane.bytes_per_s > 0 ? lane.bytes_per_s : 1.0;
      lane.link = link_store_->create_link(std::to_string(number), {bandwidth})->seal();
    }
    return *lane.link;
  }

  [[nodiscard]] bool is_stopped(Flow const& flow) const {
    return std::any_of(flow.lanes.begin(), flow.lanes.end(),
                       [this](std::uint32_t lane) { return lanes_[lane].bytes_per_s == 0; });
  }

  /// Called by SimGrid. It still uses the transfer, whose last reference must therefore outlive the callback: the flow
  /// keeps it until `report_ends`.
  void note_end(Flow& flow) {
    flow.action = nullptr;
    ended_.emplace(flow.order, flow.number);
  }

  /// Takes a flow out, whether its last byte has been delivered or not, without telling anyone.
  void drop(Flow& flow) {
    flow.comm->set_data(nullptr);
    if (flow.action != nullptr) {
      // A cancelled transfer keeps its share until SimGrid next handles ended transfers; a suspended one has none.
      flow.action->suspend();
      flow.comm->cancel();
      parked_.push_back(std::move(flow.comm));
    } else {
      ended_.erase(flow.order);
    }
    std::uint32_t const number = flow.number;
    flows_.erase(number);
    next_end_known_ = false;
  }

  /// Date at which the next flow ends if nothing changes, or infinity.
  double next_end_s() {
    if (!ended_.empty()) return ended_s_;
    if (!next_end_known_) {
      model_->next_occurring_event(clock());
      auto const& heap = model_->get_action_heap();
      next_end_s_ = heap.empty() ? never_s : std::max(heap.top_date(), clock());
      next_end_known_ = true;
    }
    return next_end_s_;
  }

  /// Brings SimGrid's clock forward to `now_s`. No flow may end before that.
  void advance(double now_s) {
    assert(now_s >= clock() - 2 * spacing_s(clock()));
    if (clock() >= now_s) return;
    assert(flows_.empty() || next_end_s() >= now_s);
    step_to(now_s);
  }

  /// Moves SimGrid's clock to `date_s`, which must not lie beyond the next end of a flow.
  void step_to(double date_s) {
    if (!(date_s <= last_date_s)) throw RunError("a transfer ends after more than 2000 years of simulated time");
    // SimGrid adds differences of dates to its clock, which may so miss a date by one spacing of doubles: an end must be
    // met within two, or it is never met at all. A fixed tolerance would be too small late in a run, or end short flows
    // early.
    double const tolerance_s = 2 * spacing_s(date_s);
    if (tolerance_s != tolerance_s_) {
      s4u::Engine::set_config("surf/precision", tolerance_s);
      tolerance_s_ = tolerance_s;
    }
    bool const none_had_ended = ended_.empty();
    do {
      engine_->run_until(std::max(date_s, clock()));
    } while (clock() < date_s);
    if (none_had_ended) ended_s_ = date_s;
    next_end_known_ = false;
    parked_.clear();
  }

  void report_ends() {
    last_reported_s_ = std::max(last_reported_s_, ended_s_);
    while (!ended_.empty() && !host_.stopped()) {
      std::uint32_t const number = ended_.begin()->second;
      ended_.erase(ended_.begin());
      flows_.erase(number);
      sink_.flow_ended(number, last_reported_s_);
    }
  }

  FlowSink& sink_;
  Host& host_;
  std::unique_ptr<s4u::Engine> engine_;
  AnyRouteZone* zone_ = nullptr;
  std::unique_ptr<AnyRouteZone> link_store_;
  s4u::Host* source_ = nullptr;
  s4u::Host* target_ = nullptr;
  Model* model_ = nullptr;

  std::vector<Lane> lanes_;
  std::unordered_map<std::uint32_t, Flow> flows_;  ///< in flight, and ended but not yet reported; addresses are stable
  std::map<std::uint64_t, std::uint32_t> ended_;   ///< not yet reported, by order of start
  std::vector<s4u::CommPtr> parked_;               ///< cancelled transfers that SimGrid still uses
  std::uint64_t started_ = 0;
  double ended_s_ = 0;
  double last_reported_s_ = 0;
  double next_end_s_ = never_s;
  bool next_end_known_ = false;
  double tolerance_s_ = 0;
};

SimgridFlows::SimgridFlows(std::vector<double> const& bandwidths_bytes_per_s, FlowSink& sink, Host& host)
    : impl_(std::make_unique<Impl>(bandwidths_bytes_per_s, sink, host)) {}
SimgridFlows::~SimgridFlows() = default;

void SimgridFlows::add_link(double bytes_per_s) { impl_->add_link(bytes_per_s); }
void SimgridFlows::start(std::uint32_t flow, std::span<std::uint32_t const> links, double bytes, double now_s) {
  impl_->start(flow, links, bytes, now_s);
}
void SimgridFlows::cancel(std::uint32_t flow, double now_s) { impl_->cancel(flow, now_s); }
void SimgridFlows::set_bandwidth(std::uint32_t link, double bytes_per_s, double now_s) {
  impl_->set_bandwidth(link, bytes_per_s, now_s);
}
std::size_t SimgridFlows::active() const { return impl_->active(); }
void SimgridFlows::run(double until_s) { impl_->run(until_s); }
std::uint64_t SimgridFlows::flows_started() const { return impl_->started(); }

std::vector<std::string> const& SimgridFlows::options() {
  static std::vector<std::string> const list = {
      "network/model:CM02",
      "network/solver:maxmin",
      "network/optim:Lazy",
      "network/crosstraffic:0",
      "network/TCP-gamma:1e18",
      "network/weight-S:0",
      "network/latency-factor:1",
      "network/bandwidth-factor:1",
      // Relative to the bandwidth of a link: what is left of it below this counts as nothing.
      "maxmin/precision:1e-13",
      "maxmin/concurrency-limit:-1",
      // Two spacings of doubles at the date at hand, set before each step; no fixed number would do.
      "surf/precision:2ulp",
      // No actor ever runs, so this costs nothing, and it is the one that sanitizers understand.
      "contexts/factory:thread",
  };
  return list;
}

std::string SimgridFlows::version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  sg_version_get(&major, &minor, &patch);
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

}  // namespace coinfer
