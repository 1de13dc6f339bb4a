// What holds for continuous batching whatever comes: random sessions, returns, cancellations and small caches.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/base/random.hpp"
#include "tests/unit/workloads/serving_samples.hpp"
#include "workloads/serving/continuous_scheduler.hpp"

using namespace coinfer;
using namespace coinfer::test;

namespace {

/// One session as its client sees it.
struct Client {
  SessionShape shape;
  std::uint32_t results = 0;
  std::uint32_t task = 0;  ///< of its call; 0: it is parked
  std::uint32_t left = 0;  ///< results of the call that are to come
};

class Traffic {
 public:
  Traffic(std::uint64_t seed, std::optional<PrefixScope> scope)
      : random_(seed, "test.serving", 0), scheduler_({4, 24, true, seed % 2 == 0}, KvCache(blocks, 4, scope)) {}

  void run() {
    for (int iteration = 0; iteration < 400; ++iteration) {
      if (opened_ < 40 && below(3) == 0) open();
      call_parked();
      if (below(12) == 0 && !clients_.empty()) give_up();
      iterate();
    }
    for (int rest = 0; rest < 5000 && !clients_.empty(); ++rest) {
      call_parked();
      iterate();
    }
    CHECK(clients_.empty());
    CHECK(scheduler_.waiting() == 0);
    CHECK(scheduler_.waiting_tokens() == 0);
    CHECK(scheduler_.kv_utilisation() == 0);
    CHECK(scheduler_.statistics().preemptions > 0);
    CHECK(scheduler_.statistics().peak_blocks <= blocks);
  }

 private:
  static constexpr std::uint32_t blocks = 12;

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.below(bound)); }

  void open() {
    Client client;
    client.shape = shape(1 + below(30), 1 + below(12), below(3), {1 + below(2), 3 + below(2)});
    REQUIRE(scheduler_.fits(client.shape));
    scheduler_.open_session(++opened_, client.shape);
    clients_[opened_] = client;
  }

  void call_parked() {
    for (auto& [session, client] : clients_) {
      if (client.task != 0 || below(2) == 0) continue;
      client.task = ++tasks_;
      bool const first = client.results == 0;
      client.left = first ? 1 : 1 + below(client.shape.output_tokens - client.results);
      scheduler_.enter({session, client.task, first ? client.shape.prompt_tokens : 1, client.left, first}, 0);
    }
  }

  void give_up() {
    auto const gone = std::next(clients_.begin(), below(static_cast<std::uint32_t>(clients_.size())));
    scheduler_.close_session(gone->first);
    clients_.erase(gone);
  }

  void iterate() {
    Batch batch;
    scheduler_.compose(0, batch);
    CHECK(batch.items.size() <= 4);
    std::uint32_t units = 0;
    std::set<std::uint32_t> sessions;
    std::vector<std::uint32_t> expected;
    for (BatchItem const& item : batch.items) {
      units += item.units;
      CHECK(sessions.insert(item.session).second);
      Client& client = clients_.at(item.session);
      CHECK(item.task == client.task);
      std::uint32_t const goal = client.shape.prompt_tokens + client.results;
      // Held tokens only shrink with a preemption, and the last part reaches exactly what the next result needs.
      CHECK(item.held + item.units <= goal);
      CHECK(item.yields == (item.held + item.units == goal));
      CHECK((item.opening || (item.units == 1 && item.yields)));
      if (!item.yields) continue;
      ++client.results;
      if (--client.left == 0) expected.push_back(item.task);
    }
    CHECK(units <= 24);
    std::uint32_t calls = 0;
    for (auto const& [session, client] : clients_) calls += client.task != 0 ? 1 : 0;
    CHECK(scheduler_.waiting() == calls - batch.items.size());
    std::vector<std::uint32_t> ended;
    scheduler_.finish(batch, 0, ended);
    CHECK(ended == expected);
    for (auto const session : sessions) {
      Client& client = clients_.at(session);
      if (client.left > 0) continue;
      client.task = 0;
      if (client.results < client.shape.output_tokens) continue;
      scheduler_.close_session(session);
      clients_.erase(session);
    }
  }

  RandomStream random_;
  ContinuousScheduler scheduler_;
  std::map<std::uint32_t, Client> clients_;
  std::uint32_t opened_ = 0;
  std::uint32_t tasks_ = 0;
};

}  // namespace

TEST_CASE("continuous batching: whatever comes, limits hold and every session gets all its results") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    Traffic(seed, {}).run();
    Traffic(seed, PrefixScope::per_user).run();
    Traffic(seed, PrefixScope::across_users).run();
  }
}
