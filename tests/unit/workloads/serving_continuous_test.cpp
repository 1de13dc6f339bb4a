// Continuous batching by hand: what is in each iteration, and why.
#include <catch2/catch.hpp>

#include "tests/unit/workloads/serving_samples.hpp"
#include "workloads/serving/continuous_scheduler.hpp"

using namespace coinfer;
using namespace coinfer::test;

namespace {

ContinuousScheduler scheduler_of(std::uint32_t sequences, std::uint32_t budget, std::uint32_t blocks,
                                 std::optional<PrefixScope> scope = {}, bool chunked = true, bool whole = false) {
  return {ContinuousBatching{sequences, budget, chunked, whole}, KvCache(blocks, 4, scope)};
}

}  // namespace

TEST_CASE("continuous batching: an opening takes what the budget leaves, and steps go first") {
  auto scheduler = scheduler_of(8, 10, 100);
  Driver driver(scheduler);
  driver.start(1, shape(6, 3));
  driver.start(2, shape(12, 2));
  CHECK(scheduler.waiting() == 2);
  CHECK(scheduler.waiting_tokens() == 18);
  // Six tokens of the first, and what is left of ten for the second.
  CHECK(driver.iterate() == "1: 6 at 0, 2: 4 at 0 part");
  CHECK(driver.ended == Tasks{10});
  CHECK(scheduler.waiting() == 0);
  CHECK(scheduler.waiting_tokens() == 0);
  scheduler.enter(steps(1, 2), 0);
  // The first result exists, its keys and values are written now: one unit after six held.
  CHECK(driver.iterate() == "1: 1 at 6 step, 2: 8 at 4");
  CHECK(driver.ended == Tasks{20});
  CHECK(driver.iterate() == "1: 1 at 7 step");
  CHECK(driver.ended == Tasks{11});
  CHECK(driver.iterate().empty());
  CHECK(driver.next_s == BatchScheduler::when_asked);
  CHECK(scheduler.statistics().admitted == 2);
  CHECK(scheduler.statistics().preemptions == 0);
  CHECK(scheduler.statistics().peak_blocks == 5);  // 8 tokens and 12 tokens in blocks of four
}

TEST_CASE("continuous batching: places are limited, and the queue is first come, first served") {
  auto scheduler = scheduler_of(2, 100, 100);
  Driver driver(scheduler);
  for (std::uint32_t session = 1; session <= 3; ++session) driver.start(session, shape(4, 1));
  CHECK(driver.iterate() == "1: 4 at 0, 2: 4 at 0");
  CHECK(driver.iterate() == "3: 4 at 0");
}

TEST_CASE("continuous batching: nobody overtakes a prompt for which blocks are missing") {
  auto scheduler = scheduler_of(8, 100, 4);
  Driver driver(scheduler);
  driver.start(1, shape(9, 2));
  driver.start(2, shape(8, 1));
  driver.start(3, shape(4, 1));
  CHECK(driver.iterate() == "1: 9 at 0");
  CHECK(scheduler.waiting() == 2);
  CHECK(driver.iterate().empty());
  scheduler.close_session(1);
  CHECK(driver.iterate() == "2: 8 at 0, 3: 4 at 0");
}

TEST_CASE("continuous batching: blocks are free with the last result, before the session is closed") {
  auto scheduler = scheduler_of(8, 100, 4);
  Driver driver(scheduler);
  driver.start(1, shape(8, 2));
  driver.start(2, shape(16, 1));
  CHECK(driver.iterate() == "1: 8 at 0");
  scheduler.enter(steps(1, 1), 0);
  CHECK(driver.iterate() == "1: 1 at 8 step");
  CHECK(driver.ended == Tasks{11});
  CHECK(scheduler.kv_utilisation() == 0);
  CHECK(driver.iterate() == "2: 16 at 0");
  scheduler.close_session(1);
  // What was opened elsewhere has its first result from there: one step more is the second.
  auto delivered = shape(8, 2);
  delivered.delivered_tokens = 8;
  scheduler.open_session(3, delivered);
  scheduler.enter(steps(3, 1), 0);
  CHECK(driver.iterate() == "3: 1 at 8 step");
  CHECK(scheduler.kv_utilisation() == 0);
}

TEST_CASE("continuous batching: the whole prompt must fit only where that is asked for") {
  for (bool const whole : {false, true}) {
    auto scheduler = scheduler_of(8, 8, 4, {}, true, whole);
    Driver driver(scheduler);
    driver.start(1, shape(4, 2));
    CHECK(driver.iterate() == "1: 4 at 0");
    driver.start(2, shape(16, 1));
    CHECK(driver.iterate() == (whole ? "" : "2: 8 at 0 part"));
  }
}

TEST_CASE("continuous batching: openings that are not chunked wait for an iteration of their own size") {
  auto scheduler = scheduler_of(8, 10, 100, {}, false);
  Driver driver(scheduler);
  driver.start(1, shape(6, 2));
  driver.start(2, shape(9, 2));
  CHECK(driver.iterate() == "1: 6 at 0");
  CHECK(driver.iterate() == "2: 9 at 0");
  CHECK(scheduler.fits(shape(9, 2)));
  CHECK_FALSE(scheduler.fits(shape(9, 3)));
}

TEST_CASE("continuous batching: the sequence admitted last is preempted, and computed again whole") {
  auto scheduler = scheduler_of(8, 100, 4);
  Driver driver(scheduler);
  driver.start(1, shape(7, 5));
  driver.start(2, shape(8, 5));
  CHECK(driver.iterate() == "1: 7 at 0, 2: 8 at 0");
  scheduler.enter(steps(1, 4), 0);
  scheduler.enter(steps(2, 4), 0);
  // The first fills its second block; the second needs a third one, and nobody came after it: it goes itself.
  CHECK(driver.iterate() == "1: 1 at 7 step");
  CHECK(scheduler.statistics().preemptions == 1);
  CHECK(scheduler.waiting() == 1);
  CHECK(scheduler.waiting_tokens() == 9);
  driver.start(3, shape(1, 1));
  // The first takes the third block. Nine tokens (eight and the first result) need three; it stands in front of the third.
  CHECK(driver.iterate() == "1: 1 at 8 step");
  CHECK(driver.iterate() == "1: 1 at 9 step");
  CHECK(driver.iterate() == "1: 1 at 10 step");
  CHECK(driver.ended == Tasks{11});
  scheduler.close_session(1);
  // What was lost and the interrupted step are one opening, which yields that step's result.
  CHECK(driver.iterate() == "2: 9 at 0, 3: 1 at 0");
  CHECK(driver.iterate() == "2: 1 at 9 step");
  CHECK(driver.iterate() == "2: 1 at 10 step");
  CHECK(driver.iterate() == "2: 1 at 11 step");
  CHECK(driver.ended == Tasks{21});
  CHECK(scheduler.statistics().recomputed_tokens == 8);
  CHECK(scheduler.statistics().admitted == 4);
}

TEST_CASE("continuous batching: nothing is admitted in an iteration in which something was preempted") {
  auto scheduler = scheduler_of(8, 100, 5);
  Driver driver(scheduler);
  driver.start(1, shape(8, 4));
  driver.start(2, shape(12, 2));
  CHECK(driver.iterate() == "1: 8 at 0, 2: 12 at 0");
  scheduler.enter(steps(1, 3), 0);
  scheduler.enter(steps(2, 1), 0);
  driver.start(3, shape(1, 1));
  // The first needs a block, which the second gives up with two more; they stay free although the third needs one only.
  CHECK(driver.iterate() == "1: 1 at 8 step");
  CHECK(scheduler.kv_utilisation() == Approx(3.0 / 5));
  CHECK(scheduler.waiting() == 2);
}

TEST_CASE("continuous batching: a preempted sequence finds its own blocks again where prefixes are cached") {
  auto scheduler = scheduler_of(8, 100, 6, PrefixScope::per_user);
  Driver driver(scheduler);
  driver.start(1, shape(8, 2));
  driver.start(2, shape(16, 2));
  CHECK(driver.iterate() == "1: 8 at 0, 2: 16 at 0");
  scheduler.enter(steps(1, 1), 0);
  scheduler.enter(steps(2, 1), 0);
  CHECK(driver.iterate() == "1: 1 at 8 step");
  scheduler.close_session(1);
  // The first took the block that the second had freed first: its last. Twelve tokens are still there.
  CHECK(driver.iterate() == "2: 5 at 12");
  CHECK(scheduler.statistics().recomputed_tokens == 4);
  CHECK(scheduler.statistics().prefix_hit_tokens == 0);
}

TEST_CASE("continuous batching: a beginning that another user asked before is not computed, and that can be seen") {
  for (PrefixScope const scope : {PrefixScope::across_users, PrefixScope::per_user}) {
    auto scheduler = scheduler_of(8, 100, 20, scope);
    Driver driver(scheduler);
    driver.start(1, shape(11, 1, 1, {71, 72}));
    CHECK(driver.iterate() == "1: 11 at 0");
    scheduler.close_session(1);
    driver.start(2, shape(12, 1, 2, {71, 72, 73}));
    bool const shared = scope == PrefixScope::across_users;
    CHECK(driver.iterate() == (shared ? "2: 4 at 8" : "2: 12 at 0"));
    CHECK(scheduler.statistics().prefix_hit_tokens == (shared ? 8 : 0));
    CHECK(scheduler.cache_statistics().blocks_hit_other == (shared ? 2 : 0));
  }
}

TEST_CASE("continuous batching: a parked session keeps its blocks and its place in the order") {
  auto scheduler = scheduler_of(2, 100, 8);
  Driver driver(scheduler);
  driver.start(1, shape(8, 4));
  driver.start(2, shape(8, 4));
  CHECK(driver.iterate() == "1: 8 at 0, 2: 8 at 0");
  // Both are parked: two others take the places, but only the blocks that are left.
  driver.start(3, shape(15, 2));
  driver.start(4, shape(4, 1));
  CHECK(driver.iterate() == "3: 15 at 0");
  scheduler.enter(steps(2, 1), 0);
  scheduler.enter(steps(1, 1), 0);
  CHECK(scheduler.waiting() == 3);
  // The third holds the rest and is parked itself: the second cannot take it from a parked one, and gives its own to the
  // first.
  CHECK(driver.iterate() == "1: 1 at 8 step");
  CHECK(scheduler.statistics().preemptions == 1);
  CHECK(scheduler.waiting() == 2);
}

TEST_CASE("continuous batching: returning sessions beyond the limit sit out") {
  auto scheduler = scheduler_of(1, 100, 8);
  Driver driver(scheduler);
  driver.start(1, shape(4, 2));
  CHECK(driver.iterate() == "1: 4 at 0");
  driver.start(2, shape(4, 2));
  CHECK(driver.iterate() == "2: 4 at 0");
  scheduler.enter(steps(2, 1), 0);
  scheduler.enter(steps(1, 1), 0);
  CHECK(driver.iterate() == "1: 1 at 4 step");
  CHECK(driver.iterate() == "2: 1 at 4 step");
}

TEST_CASE("continuous batching: delivered keys and values take blocks and no time") {
  auto scheduler = scheduler_of(8, 100, 3);
  Driver driver(scheduler);
  auto delivered = shape(8, 3);
  delivered.delivered_tokens = 8;
  scheduler.open_session(1, delivered);
  scheduler.enter(steps(1, 2), 0);
  CHECK(scheduler.waiting_tokens() == 1);
  CHECK(driver.iterate() == "1: 1 at 8 step");
  CHECK(scheduler.kv_utilisation() == 1);
  CHECK(driver.iterate() == "1: 1 at 9 step");
  CHECK(driver.ended == Tasks{11});
}

TEST_CASE("continuous batching: a call that leaves is composed no more, in the middle of an iteration too") {
  auto scheduler = scheduler_of(8, 4, 8);
  Driver driver(scheduler);
  driver.start(1, shape(8, 2));
  driver.start(2, shape(4, 2));
  driver.start(3, shape(4, 2));
  Batch batch;
  scheduler.compose(0, batch);
  CHECK(text(batch) == "1: 4 at 0 part");
  CHECK(scheduler.waiting() == 2);
  scheduler.leave(10);
  scheduler.leave(20);
  CHECK(scheduler.waiting() == 1);
  CHECK(scheduler.waiting_tokens() == 4);
  std::vector<std::uint32_t> ended;
  scheduler.finish(batch, 0, ended);
  CHECK(ended.empty());
  scheduler.close_session(1);
  scheduler.close_session(2);
  CHECK(scheduler.kv_utilisation() == 0);
  CHECK(driver.iterate() == "3: 4 at 0");
  scheduler.leave(999);  // a call that is over
}

TEST_CASE("continuous batching: a second opening goes on where the first one ended") {
  auto scheduler = scheduler_of(8, 100, 8);
  Driver driver(scheduler);
  driver.start(1, shape(6, 20));
  CHECK(driver.iterate() == "1: 6 at 0");
  scheduler.enter(ServeCall{1, 12, 5, 1, true}, 0);
  CHECK(driver.iterate() == "1: 5 at 6");
  scheduler.enter(steps(1, 2, 3), 0);
  CHECK(driver.iterate() == "1: 3 at 11 step");
  CHECK(driver.iterate() == "1: 3 at 14 step");
}

TEST_CASE("continuous batching: a session that reserves has blocks for its whole length, or waits") {
  auto scheduler = scheduler_of(8, 100, 5);
  Driver driver(scheduler);
  // 8 + 5 - 1 tokens are three of the five blocks, though the prompt takes two.
  SessionShape long_answer = shape(8, 5);
  long_answer.reserves = true;
  driver.start(1, long_answer);
  driver.start(2, long_answer);
  CHECK(driver.iterate() == "1: 8 at 0");
  CHECK(scheduler.kv_utilisation() == Approx(3 / 5.0));
  scheduler.enter(steps(1, 4), 0);
  for (int step = 0; step < 4; ++step) CHECK(driver.iterate() == "1: 1 at " + std::to_string(8 + step) + " step");
  CHECK(driver.iterate() == "2: 8 at 0");
  CHECK(scheduler.statistics().preemptions == 0);
}
