// SimGrid against max-min fairness computed the naive way, on random topologies.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/child_process.hpp"
#include "sim/kernel/simgrid_flows.hpp"

namespace coinfer {
namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();

struct Change {
  double date_s = 0;
  std::uint32_t link = 0;
  double bytes_per_s = 0;
};

struct Transfer {
  double start_s = 0;
  double cancel_s = never_s;
  double bytes = 0;
  std::vector<std::uint32_t> links;
};

struct Case {
  std::vector<double> bandwidths;
  std::vector<Transfer> transfers;
  std::vector<Change> changes;
};

class Draw {
 public:
  explicit Draw(unsigned seed) : bits_(seed) {}
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(bits_() % count); }
  double uniform() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }

 private:
  std::mt19937_64 bits_;
};

Case random_case(unsigned seed) {
  Draw draw(seed);
  Case made;
  std::uint32_t const links = 1 + draw.below(8);
  for (std::uint32_t i = 0; i < links; ++i) {
    // A third of the bandwidths are equal, so that several links saturate together.
    made.bandwidths.push_back(draw.below(3) == 0 ? 1e6 : draw.between(1e4, 1e7));
  }
  std::uint32_t const transfers = 1 + draw.below(12);
  for (std::uint32_t i = 0; i < transfers; ++i) {
    Transfer transfer;
    transfer.start_s = draw.below(3) == 0 ? draw.below(3) : draw.between(0, 4);
    transfer.bytes = draw.below(4) == 0 ? 1e6 : draw.between(1, 3e6);
    if (draw.below(6) == 0) transfer.cancel_s = transfer.start_s + draw.between(0.01, 2);
    std::set<std::uint32_t> route;
    std::uint32_t const hops = 1 + draw.below(4);
    for (std::uint32_t hop = 0; hop < hops; ++hop) route.insert(draw.below(links));
    transfer.links.assign(route.begin(), route.end());
    std::shuffle(transfer.links.begin(), transfer.links.end(), std::minstd_rand(seed));
    made.transfers.push_back(transfer);
  }
  std::uint32_t const changes = draw.below(7);
  for (std::uint32_t i = 0; i < changes; ++i) {
    double const date_s = draw.below(3) == 0 ? draw.below(4) : draw.between(0, 6);
    made.changes.push_back({date_s, draw.below(links), draw.below(3) == 0 ? 0 : draw.between(1e4, 2e7)});
  }
  // Whatever is down comes back, so that every transfer ends.
  for (std::uint32_t i = 0; i < links; ++i) made.changes.push_back({7 + draw.uniform(), i, draw.between(1e5, 1e7)});
  std::stable_sort(made.changes.begin(), made.changes.end(),
                   [](Change const& a, Change const& b) { return a.date_s < b.date_s; });
  return made;
}

/// Progressive filling: all rates rise together; those on a link that is full stop.
std::map<std::size_t, double> fair_rates(std::vector<double> left, std::map<std::size_t, Transfer const*> open) {
  std::map<std::size_t, double> rates;
  while (!open.empty()) {
    std::vector<double> users(left.size(), 0);
    for (auto const& [number, transfer] : open) {
      for (std::uint32_t const link : transfer->links) users[link] += 1;
    }
    std::size_t tightest = left.size();
    for (std::size_t link = 0; link < left.size(); ++link) {
      if (users[link] == 0) continue;
      if (tightest == left.size() || left[link] / users[link] < left[tightest] / users[tightest]) tightest = link;
    }
    double const share = left[tightest] / users[tightest];
    for (auto at = open.begin(); at != open.end();) {
      auto const& links = at->second->links;
      if (std::find(links.begin(), links.end(), tightest) == links.end()) {
        ++at;
        continue;
      }
      rates[at->first] = share;
      for (std::uint32_t const link : links) left[link] = std::max(0.0, left[link] - share);
      at = open.erase(at);
    }
  }
  return rates;
}

/// Ends of all transfers, infinity where cancelled.
std::vector<double> reference_ends(Case const& given) {
  std::vector<double> bandwidths = given.bandwidths;
  std::vector<double> ends(given.transfers.size(), never_s);
  std::vector<double> left;
  for (Transfer const& transfer : given.transfers) left.push_back(transfer.bytes);
  std::set<double> dates;
  for (Transfer const& transfer : given.transfers) {
    dates.insert(transfer.start_s);
    if (transfer.cancel_s < never_s) dates.insert(transfer.cancel_s);
  }
  for (Change const& change : given.changes) dates.insert(change.date_s);
  std::map<std::size_t, Transfer const*> open;
  double now_s = 0;
  while (!open.empty() || !dates.empty()) {
    auto const rates = fair_rates(bandwidths, open);
    double end_s = never_s;
    for (auto const& [number, rate] : rates) {
      if (rate > 0) end_s = std::min(end_s, now_s + left[number] / rate);
    }
    double const next_s = dates.empty() ? end_s : std::min(end_s, *dates.begin());
    for (auto const& [number, rate] : rates) left[number] -= rate * (next_s - now_s);
    now_s = next_s;
    for (auto at = open.begin(); at != open.end();) {
      if (left[at->first] <= 1e-9 * given.transfers[at->first].bytes * 1e-3) {
        ends[at->first] = now_s;
        at = open.erase(at);
      } else {
        ++at;
      }
    }
    if (dates.empty() || now_s != *dates.begin()) continue;
    dates.erase(dates.begin());
    for (Change const& change : given.changes) {
      if (change.date_s == now_s) bandwidths[change.link] = change.bytes_per_s;
    }
    for (std::size_t i = 0; i < given.transfers.size(); ++i) {
      if (given.transfers[i].start_s == now_s) open[i] = &given.transfers[i];
      if (given.transfers[i].cancel_s == now_s) open.erase(i);
    }
  }
  return ends;
}

class Replay final : public SimgridFlows::Host, public FlowSink {
 public:
  explicit Replay(Case const& given)
      : given_(given), ends_(given.transfers.size(), never_s), flows_(given.bandwidths, *this, *this) {
    for (Transfer const& transfer : given.transfers) {
      dates_.insert(transfer.start_s);
      if (transfer.cancel_s < never_s) dates_.insert(transfer.cancel_s);
    }
    for (Change const& change : given.changes) dates_.insert(change.date_s);
  }

  std::vector<double> ends() {
    while (!dates_.empty() || flows_.active() > 0) {
      flows_.run(never_s);
      if (!dates_.empty()) handle_events(*dates_.begin());
    }
    return ends_;
  }

  [[nodiscard]] double next_event_s() const override { return dates_.empty() ? never_s : *dates_.begin(); }
  void handle_events(double date_s) override {
    dates_.erase(dates_.begin());
    for (Change const& change : given_.changes) {
      if (change.date_s == date_s) flows_.set_bandwidth(change.link, change.bytes_per_s, date_s);
    }
    for (std::uint32_t i = 0; i < given_.transfers.size(); ++i) {
      Transfer const& transfer = given_.transfers[i];
      if (transfer.start_s == date_s) {
        flows_.start(i, transfer.links, transfer.bytes, date_s);
        open_.insert(i);
      }
      if (transfer.cancel_s == date_s && open_.erase(i) > 0) flows_.cancel(i, date_s);
    }
  }
  void flow_ended(std::uint32_t flow, double now_s) override {
    open_.erase(flow);
    ends_[flow] = now_s;
  }

 private:
  Case const& given_;
  std::vector<double> ends_;
  std::set<double> dates_;
  std::set<std::uint32_t> open_;
  SimgridFlows flows_;
};

}  // namespace

TEST_CASE("Random flows over random links with changing bandwidths end when max-min fairness says") {
  double worst = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Case const given = random_case(seed);
    std::string const bytes = run_in_child([&] {
      auto const ends = Replay(given).ends();
      return std::string(reinterpret_cast<char const*>(ends.data()), ends.size() * sizeof(double));
    });
    std::vector<double> got(bytes.size() / sizeof(double));
    std::memcpy(got.data(), bytes.data(), bytes.size());
    auto const expected = reference_ends(given);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      INFO("seed " << seed << " flow " << i << ": " << got[i] << " against " << expected[i]);
      if (std::isinf(expected[i])) {
        REQUIRE(std::isinf(got[i]));
        continue;
      }
      double const duration_s = expected[i] - given.transfers[i].start_s;
      double const allowed_s = 1e-9 * duration_s + 4 * (std::nextafter(expected[i], never_s) - expected[i]);
      double const error_s = std::abs(got[i] - expected[i]);
      worst = std::max(worst, error_s / allowed_s);
      REQUIRE(error_s <= allowed_s);
    }
  }
  INFO("worst error over what is allowed: " << worst);
  REQUIRE(worst <= 1);
}

}  // namespace coinfer
