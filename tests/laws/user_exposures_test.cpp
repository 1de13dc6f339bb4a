// Law 7, user by user: what is shown of a user's data adds up to what is shown at all, and follows from the user's
// requests.
#include <numeric>

#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

/// How many requests each member of a workload's source sent.
std::vector<std::uint64_t> requests_by_user(Sample const& sample, std::size_t workload) {
  std::vector<std::uint64_t> counts(sample.scenario.platform.device(sample.scenario.workloads[workload].source).count);
  for (RequestRecord const& request : sample.results.record.requests) {
    if (request.workload == workload) ++counts[request.member];
  }
  return counts;
}

bool all_completed(Sample const& sample) {
  auto const& requests = sample.results.record.requests;
  return std::all_of(requests.begin(), requests.end(),
                     [](RequestRecord const& request) { return request.outcome == Outcome::completed; });
}

}  // namespace

TEST_CASE("Law 7: what is shown of each user adds up to what is shown, and of no more requests than were sent") {
  for_each_sample([](Sample const& sample) {
    for (Exposure const& seen : sample.results.exposures) {
      if (seen.shown_by.empty()) continue;
      for (std::size_t w = 0; w < sample.scenario.workloads.size(); ++w) {
        if (sample.scenario.workloads[w].name != seen.workload) continue;
        std::vector<std::uint64_t> const by_user = sample.results.users[w].exposures_by_user(seen.shown_by);
        CHECK(std::accumulate(by_user.begin(), by_user.end(), std::uint64_t{0}) == seen.count);
        auto const exposed = sample.results.users[w].exposed(seen.shown_by);
        CHECK(exposed->requests <= sample.results.workloads[w].submitted);
        CHECK(exposed->requests >= exposed->users);
        CHECK(exposed->most_per_user <= seen.count);
      }
    }
  });
}

TEST_CASE("Law 7: what every request shows once is shown of each user as often as the user sent requests") {
  for_each_sample([](Sample const& sample) {
    if (!all_completed(sample)) return;
    for (std::size_t w = 0; w < sample.scenario.workloads.size(); ++w) {
      Plan const& plan = sample.scenario.workloads[w].plan;
      std::vector<std::uint64_t> const sent = requests_by_user(sample, w);
      for (std::uint32_t p = 0; p < plan.phases.size(); ++p) {
        if (plan.phases[p].kind != PhaseKind::once || plan.phases[p].tasks.empty()) continue;
        std::vector<std::uint64_t> shown = sample.results.users[w].exposures_by_user(std::vector<ShownBy>{{p, 0, false}});
        shown.resize(sent.size());
        CHECK(shown == sent);
      }
    }
  });
}

TEST_CASE("Law 7: each further token is shown of the user that waits for it") {
  std::size_t checked = 0;
  for_each_sample([&](Sample const& sample) {
    if (!all_completed(sample)) return;
    for (std::size_t w = 0; w < sample.scenario.workloads.size(); ++w) {
      Plan const& plan = sample.scenario.workloads[w].plan;
      if (plan.tokens_per_step != 1) continue;
      std::vector<std::uint64_t> further(requests_by_user(sample, w).size());
      for (RequestRecord const& request : sample.results.record.requests) {
        if (request.workload == w && request.output_tokens > 1) further[request.member] += request.output_tokens - 1;
      }
      for (std::uint32_t p = 0; p < plan.phases.size(); ++p) {
        if (plan.phases[p].kind != PhaseKind::each_step || plan.phases[p].tasks.empty()) continue;
        std::vector<std::uint64_t> shown = sample.results.users[w].exposures_by_user(std::vector<ShownBy>{{p, 0, false}});
        shown.resize(further.size());
        CHECK(shown == further);
        ++checked;
      }
    }
  });
  CHECK(checked > 0);
}

}  // namespace coinfer::laws
