// Law 14: the fast engine gives the numbers of the plain one.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "scenarios/run/run.hpp"
#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

/// What two engines may differ by after `latency_s` on a clock that shows `clock_s`.
double tolerance_s(double latency_s, double clock_s) { return 1e-9 * latency_s + 4 * ulp(clock_s); }

/// Whether request `i` comes together with a neighbour. Which of two that tie is counted first is no duration: flows that
/// end together, on links of their own, end in another order in another engine.
bool ties(RequestLog const& requests, std::size_t i) {
  double const arrival_s = requests[i].arrival_s;
  auto const together = [&](std::size_t j) {
    return std::abs(requests[j].arrival_s - arrival_s) <= tolerance_s(arrival_s, arrival_s);
  };
  return (i > 0 && together(i - 1)) || (i + 1 < requests.size() && together(i + 1));
}

/// The largest share of its tolerance that a latency differs by.
double compare(Results const& fast, Results const& plain) {
  double worst = 0;
  REQUIRE(fast.record.requests.size() == plain.record.requests.size());
  for (std::size_t i = 0; i < fast.record.requests.size(); ++i) {
    RequestRecord const& a = fast.record.requests[i];
    RequestRecord const& b = plain.record.requests[i];
    INFO("request " << i);
    REQUIRE(a.workload == b.workload);
    REQUIRE((a.member == b.member || ties(fast.record.requests, i)));
    REQUIRE(a.outcome == b.outcome);
    if (a.end_s < 0) continue;
    double const latency_s = a.end_s - a.arrival_s;
    double const difference_s = std::abs(latency_s - (b.end_s - b.arrival_s));
    REQUIRE(difference_s <= tolerance_s(latency_s, a.end_s));
    worst = std::max(worst, difference_s / tolerance_s(latency_s, a.end_s));
    REQUIRE(std::abs(a.first_token_s - b.first_token_s) <= tolerance_s(latency_s, a.end_s) + 1e-9 * latency_s);
  }
  return worst;
}

}  // namespace

TEST_CASE("Law 14: the fast engine gives the outcomes of the plain one, and its durations to 1e-9 and 4 ulp of the clock") {
  std::uint64_t plain_with_simgrid = 0;
  double worst = 0;
  for_each_sample([&](Sample const& sample) {
    Results const plain = run(scenario_of(random_scenario(sample.seed, {"PLAIN", false}).text));
    worst = std::max(worst, compare(sample.results, plain));
    plain_with_simgrid += plain.record.simgrid_flows > 0 ? 1 : 0;
    // What runs in this process must not wake SimGrid, whose clock could not be set back for the next run.
    CHECK_FALSE(may_need_simgrid(sample.scenario));
    CHECK(sample.results.record.simgrid_flows == 0);
  });
  std::cout << "laws: " << sample_count() << " scenarios, SimGrid used in " << plain_with_simgrid
            << " by the plain engine; largest difference " << 100 * worst << " % of the tolerance\n";
  CHECK(plain_with_simgrid > 50);
}

}  // namespace coinfer::laws
