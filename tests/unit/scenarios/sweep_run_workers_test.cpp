#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "scenarios/sweep/sweep_workers.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

/// How often each item was worked on, counted by all processes.
class Counts {
 public:
  Counts()
      : counts_(static_cast<std::atomic<int>*>(
            ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  ~Counts() { ::munmap(counts_, 4096); }
  Counts(Counts const&) = delete;
  Counts& operator=(Counts const&) = delete;
  std::atomic<int>& operator[](std::size_t item) const { return counts_[item]; }

 private:
  std::atomic<int>* counts_;
};

struct Death {
  std::uint64_t item;
  std::string how;
};

/// Works on 100 items in `jobs` processes.
std::vector<Death> work(std::uint32_t jobs, Worker const& worker, std::uint64_t& done) {
  std::vector<Death> deaths;
  WorkerCalls calls;
  calls.make = [&](std::uint32_t) { return worker; };
  calls.died = [&](std::uint32_t, std::uint64_t item, std::string const& how) { deaths.push_back({item, how}); };
  calls.progress = [&](std::uint64_t so_far) { done = so_far; };
  bool const to_the_end = work_in_processes(100, jobs, calls);
  CHECK(to_the_end);
  return deaths;
}

}  // namespace

TEST_CASE("Workers do every piece of work once, however many they are") {
  for (std::uint32_t const jobs : {1U, 2U, 7U}) {
    CAPTURE(jobs);
    Counts const counts;
    std::uint64_t done = 0;
    CHECK(work(
              jobs, [&](std::uint64_t item) { ++counts[item]; }, done)
              .empty());
    CHECK(done == 100);
    for (std::size_t item = 0; item < 100; ++item) REQUIRE(counts[item] == 1);
  }
}

TEST_CASE("A worker that dies costs the piece it worked on, and no other") {
  Counts const counts;
  std::uint64_t done = 0;
  std::vector<Death> const deaths = work(
      2,
      [&](std::uint64_t item) {
        if (item == 10) ::raise(SIGKILL);
        if (item == 20) throw std::runtime_error("no more");
        ++counts[item];
      },
      done);
  REQUIRE(deaths.size() == 2);
  std::size_t const killed = deaths[0].item == 10 ? 0 : 1;
  CHECK(deaths[killed].how == "signal 9 (Killed)");
  CHECK(deaths[1 - killed].item == 20);
  CHECK(deaths[1 - killed].how == "exit code 4 (no more)");
  CHECK(done == 100);
  for (std::size_t item = 0; item < 100; ++item) REQUIRE(counts[item] == (item == 10 || item == 20 ? 0 : 1));
}

TEST_CASE("A worker that cannot write ends the work with its error") {
  std::uint64_t done = 0;
  CHECK_THROWS_AS(work(
                      2, [](std::uint64_t) { throw OutputError("no space"); }, done),
                  OutputError);
}

TEST_CASE("An interrupt ends the work at once") {
  WorkerCalls calls;
  pid_t const self = ::getpid();
  calls.make = [&](std::uint32_t) -> Worker {
    return [self](std::uint64_t item) {
      if (item == 3) ::kill(self, SIGTERM);
      if (item >= 3) ::pause();
    };
  };
  std::uint64_t done = 0;
  calls.progress = [&](std::uint64_t so_far) { done = so_far; };
  CHECK_FALSE(work_in_processes(100, 2, calls));
  CHECK(done <= 3);
}

}  // namespace coinfer
