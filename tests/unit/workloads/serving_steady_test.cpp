// Iterations on a batch that does not change: what a scheduler and a cost say of many at once is what they say of each.
#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "sim/base/random.hpp"
#include "tests/unit/workloads/serving_samples.hpp"
#include "workloads/serving/continuous_scheduler.hpp"
#include "workloads/serving/roofline_step_cost.hpp"
#include "workloads/serving/static_scheduler.hpp"

using namespace coinfer;
using namespace coinfer::test;

namespace {

/// Two schedulers that see the same calls: one goes step by step, the other takes as many at once as it says it can.
class Pair {
 public:
  Pair(std::uint64_t seed, SessionScheduler& single, SessionScheduler& often)
      : random_(seed, "test.steady", 0), single_(single), often_(often) {}

  /// Iterations that were taken at once, of how many.
  std::uint64_t taken_at_once = 0;
  std::uint64_t iterations = 0;

  void run() {
    for (int round = 0; round < 600; ++round) {
      if (opened_ < 60 && below(3) == 0) open();
      if (below(25) == 0) give_up();
      iterate();
    }
    while (!left_.empty()) iterate();
    CHECK(single_.waiting() == 0);
    CHECK(often_.waiting() == 0);
  }

 private:
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.below(bound)); }

  void both(std::function<void(SessionScheduler&)> const& act) {
    act(single_);
    act(often_);
  }

  void open() {
    std::uint32_t const session = ++opened_;
    SessionShape const described = shape(1 + below(20), 2 + below(60), below(2), {1 + below(2)});
    REQUIRE(single_.fits(described));
    both([&](SessionScheduler& scheduler) {
      scheduler.open_session(session, described);
      scheduler.enter(opening(session, described.prompt_tokens), 0);
    });
    left_[session] = described.output_tokens;
  }

  void give_up() {
    if (left_.empty()) return;
    std::uint32_t const session = left_.begin()->first;
    both([&](SessionScheduler& scheduler) { scheduler.close_session(session); });
    left_.erase(session);
  }

  void iterate() {
    Batch many;
    often_.compose(0, many);
    std::uint32_t count = 0;
    if (!many.items.empty()) {
      count = often_.steady_iterations(many);
      REQUIRE(count >= 1);
      if (count > 1 && below(2) == 0) count = 1 + below(count);  // somebody interrupts
      often_.repeat(many, count - 1);
    }
    Batch one;
    std::vector<std::uint32_t> ended;
    for (std::uint32_t i = 0; i < std::max<std::uint32_t>(1, count); ++i) {
      CHECK(ended.empty());
      one.items.clear();
      single_.compose(0, one);
      if (!one.items.empty()) single_.finish(one, 0, ended);
    }
    CHECK(text(one) == text(many));
    std::vector<std::uint32_t> over;
    if (!many.items.empty()) often_.finish(many, 0, over);
    CHECK(ended == over);
    CHECK(single_.waiting() == often_.waiting());
    CHECK(single_.kv_utilisation() == often_.kv_utilisation());
    CHECK(single_.statistics().preemptions == often_.statistics().preemptions);
    CHECK(single_.statistics().recomputed_tokens == often_.statistics().recomputed_tokens);
    CHECK(single_.statistics().peak_blocks == often_.statistics().peak_blocks);
    CHECK(single_.cache_statistics().blocks_hit == often_.cache_statistics().blocks_hit);
    CHECK(single_.cache_statistics().blocks_evicted == often_.cache_statistics().blocks_evicted);
    iterations += count;
    taken_at_once += count > 1 ? count : 0;
    for (std::uint32_t task : over) go_on(task);
  }

  /// After its opening a session asks for the rest, after that it closes.
  void go_on(std::uint32_t task) {
    std::uint32_t const session = task / 10;
    if (task % 10 == 0) {
      both([&](SessionScheduler& scheduler) { scheduler.enter(steps(session, left_[session] - 1), 0); });
      return;
    }
    both([&](SessionScheduler& scheduler) { scheduler.close_session(session); });
    left_.erase(session);
  }

  RandomStream random_;
  SessionScheduler& single_;
  SessionScheduler& often_;
  std::uint32_t opened_ = 0;
  std::map<std::uint32_t, std::uint32_t> left_;  ///< tokens wanted, by session
};

double at(SteadyCost const& cost, std::uint32_t iteration) { return cost.first + iteration * cost.growth; }

}  // namespace

TEST_CASE("Continuous batching takes many steady iterations at once as it takes them one by one") {
  std::uint64_t at_once = 0;
  std::uint64_t all = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    // Some caches are small enough to preempt, some are shared, some have room for everybody.
    std::uint32_t const blocks = seed % 3 == 0 ? 200 : 24;
    std::optional<PrefixScope> const scope = seed % 2 == 0 ? std::optional(PrefixScope::across_users) : std::nullopt;
    ContinuousBatching const limits{seed % 5 == 0 ? 3U : 6U, 24, true, false};
    ContinuousScheduler single(limits, KvCache(blocks, 4, scope));
    ContinuousScheduler often(limits, KvCache(blocks, 4, scope));
    Pair pair(seed, single, often);
    pair.run();
    at_once += pair.taken_at_once;
    all += pair.iterations;
  }
  // Otherwise this would test nothing.
  CHECK(at_once > all / 4);
}

TEST_CASE("Static batching takes many steady iterations at once as it takes them one by one") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    INFO("seed " << seed);
    StaticBatching const limits{4, Seconds(0)};
    StaticScheduler single(limits, KvCache(100, 4, std::nullopt));
    StaticScheduler often(limits, KvCache(100, 4, std::nullopt));
    Pair pair(seed, single, often);
    pair.run();
    CHECK(pair.taken_at_once > pair.iterations / 4);
  }
}

TEST_CASE("The straight line of a roofline cost goes through the time of every iteration it covers, and ends at a knot") {
  Processor processor;
  processor.rates[static_cast<std::size_t>(DataType::bf16)] = FlopPerSecond(1000);
  processor.memory = BytesPerSecond(100);
  processor.launch = Seconds(0.5);
  TokenLayerKind block;
  block.work.flop_per_token = Flop(600);
  block.work.flop_per_attended = Flop(10);
  block.work.weights = Bytes(199);
  block.work.kv_per_token = Bytes(2);
  block.times = 3;
  TokenStack stack;
  stack.kinds = {block};
  RooflineStepCost const cost(stack, {processor, 1, 1, std::nullopt}, Seconds(0.25));

  // Five sequences that attend to c tokens, all together: 3 + 0.01 c seconds of arithmetic in a block, and
  // (199 + 2 (5 + c)) / 100 = 2.09 + 0.02 c of memory. They meet at c = 91, where c = 5 (1 + i): behind i = 17.
  Batch batch;
  for (std::uint32_t session = 0; session < 5; ++session) batch.items.push_back({session, session, 1, 0, false, true});
  SteadyCost const before = cost.steady(batch);
  CHECK(before.steps == 18);
  CHECK(before.first == Approx(0.25 + 3 * (3 + 0.05 + 0.5)));
  CHECK(before.growth == Approx(3 * 0.05));
  std::uint32_t iterations = 0;
  while (iterations < 60) {
    SteadyCost const line = cost.steady(batch);
    std::uint32_t const covered = std::min<std::uint32_t>(line.steps, 30);
    for (std::uint32_t i = 0; i < covered; ++i) {
      CHECK(at(line, i) == Approx(cost.seconds(batch)).epsilon(1e-13));
      for (BatchItem& item : batch.items) item.held += item.units;
    }
    iterations += covered;
  }
  CHECK(cost.steady(batch).steps == SteadyCost::without_end);
  CHECK(cost.steady({}).sum(10) == 0);
}
