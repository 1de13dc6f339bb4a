// Static batching, routers and the tables of both.
#include <catch2/catch.hpp>

#include "tests/unit/workloads/serving_samples.hpp"
#include "workloads/serving/router.hpp"
#include "workloads/serving/scheduler_table.hpp"
#include "workloads/serving/static_scheduler.hpp"

using namespace coinfer;
using namespace coinfer::test;

namespace {

StaticScheduler scheduler_of(std::uint32_t sequences, double timeout_s, std::uint32_t blocks = 100) {
  return {StaticBatching{sequences, Seconds(timeout_s)}, KvCache(blocks, 4, {})};
}

}  // namespace

TEST_CASE("static batching: the first one waits for others until the timeout") {
  auto scheduler = scheduler_of(3, 2);
  Driver driver(scheduler);
  driver.start(1, shape(4, 2), 10);
  CHECK(driver.iterate(10).empty());
  CHECK(driver.next_s == 12);
  driver.start(2, shape(6, 1), 11);
  CHECK(driver.iterate(11).empty());
  CHECK(driver.next_s == 12);
  CHECK(scheduler.waiting_tokens() == 10);
  CHECK(driver.iterate(12) == "1: 4 at 0, 2: 6 at 0");
  CHECK(driver.ended == Tasks{10, 20});
}

TEST_CASE("static batching: a full batch starts at once, and the next one when its last member is done") {
  auto scheduler = scheduler_of(2, 5);
  Driver driver(scheduler);
  driver.start(1, shape(4, 3), 0);
  driver.start(2, shape(4, 1), 1);
  CHECK(driver.iterate(1) == "1: 4 at 0, 2: 4 at 0");
  driver.start(3, shape(4, 1), 1);
  scheduler.enter(steps(1, 2), 1);
  // The second is done; its place stays empty, and it costs nothing.
  CHECK(driver.iterate(2) == "1: 1 at 4 step");
  CHECK(scheduler.waiting() == 1);
  CHECK(driver.iterate(3) == "1: 1 at 5 step");
  CHECK(driver.ended == Tasks{11});
  // The third has waited since second 1: two seconds of its five are left.
  CHECK(driver.iterate(4).empty());
  CHECK(driver.next_s == 6);
  CHECK(driver.iterate(6) == "3: 4 at 0");
  CHECK(scheduler.kv_utilisation() == 0);
}

TEST_CASE("static batching: a batch takes whole lengths only, and a member that is closed holds nobody up") {
  auto scheduler = scheduler_of(3, 0, 4);
  Driver driver(scheduler);
  driver.start(1, shape(4, 5));  // two blocks
  driver.start(2, shape(4, 6));  // three
  driver.start(3, shape(4, 1));
  CHECK_FALSE(scheduler.fits(shape(4, 14)));
  CHECK(driver.iterate() == "1: 4 at 0");
  CHECK(scheduler.waiting() == 2);
  CHECK(driver.iterate().empty());  // the first is parked, and still the batch
  scheduler.close_session(1);
  CHECK(driver.iterate() == "2: 4 at 0, 3: 4 at 0");
}

TEST_CASE("routers choose by what they are named for") {
  std::vector<ReplicaLoad> loads(3);
  loads[0] = {5, 0, 0, true};
  loads[1] = {2, 2, 10, true};
  loads[2] = {3, 2, 7, true};
  auto const round = make_router(RouterKind::round_robin);
  CHECK(round->choose(loads, 0) == 0);
  CHECK(round->choose(loads, 0) == 1);
  loads[2].up = false;
  CHECK(round->choose(loads, 0) == 0);
  CHECK(make_router(RouterKind::least_outstanding)->choose(loads, 0) == 1);
  CHECK(make_router(RouterKind::join_shortest_queue)->choose(loads, 0) == 0);
  loads[2].up = true;
  loads[0].up = false;
  CHECK(make_router(RouterKind::join_shortest_queue)->choose(loads, 0) == 2);
  CHECK(make_router(RouterKind::attached)->choose(loads, 4) == 4 % loads.size());
  loads[1] = loads[2];
  CHECK(make_router(RouterKind::least_outstanding)->choose(loads, 0) == 1);
  for (auto& load : loads) load.up = false;
  CHECK(make_router(RouterKind::least_outstanding)->choose(loads, 0) == 1);
}

TEST_CASE("schedulers and routers stand in tables in the order of their schema") {
  REQUIRE(schedulers().size() == 2);
  CHECK(schedulers()[0].name == "continuous");
  CHECK(schedulers()[1].name == "static_batch");
  REQUIRE(routers().size() == 4);
  CHECK(routers()[static_cast<std::size_t>(RouterKind::join_shortest_queue)].name == "join_shortest_queue");
  ServerConfig config;
  config.batching = StaticBatching{2, Seconds(1)};
  CHECK(dynamic_cast<StaticScheduler*>(make_scheduler(config, 8).get()) != nullptr);
}
