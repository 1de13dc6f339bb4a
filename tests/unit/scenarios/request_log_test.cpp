// Records of requests come back in order, whether they stayed in memory or not.
#include "scenarios/run/request_log.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "scenarios/run/in_flight.hpp"
#include "scenarios/run/run_record.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

constexpr std::uint64_t many = 40 * RequestLog::chunk_size + 7;
constexpr std::uint64_t fits = RequestLog::kept * RequestLog::chunk_size;

RequestRecord arriving(std::uint64_t id) {
  RequestRecord record;
  record.arrival_s = static_cast<double>(id);
  return record;
}

void end(RequestLog& log, std::uint64_t id) {
  log[id].end_s = static_cast<double>(id) + 0.5;
  log[id].outcome = Outcome::completed;
  log.close(id);
}

/// Every request ends when the next has come, but number 5000, which stays in flight.
RequestLog filled(std::uint64_t count) {
  RequestLog log;
  for (std::uint64_t id = 0; id < count; ++id) {
    log.append(arriving(id));
    if (id > 0 && id - 1 != 5000) end(log, id - 1);
  }
  if (count - 1 != 5000) end(log, count - 1);
  return log;
}

void check_all(RequestLog const& log) {
  std::uint64_t id = 0;
  std::uint64_t wrong = 0;
  for (RequestRecord const& record : log) {
    double const end_s = id == 5000 ? -1 : static_cast<double>(id) + 0.5;
    if (record.arrival_s != static_cast<double>(id) || record.end_s != end_s) ++wrong;
    ++id;
  }
  CHECK(id == log.size());
  CHECK(wrong == 0);
}

/// The variable TMPDIR, until the end of a test.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(char const* folder) {
    char const* const given = std::getenv("TMPDIR");
    was_given_ = given != nullptr;
    if (was_given_) before_ = given;
    ::setenv("TMPDIR", folder, 1);
  }
  ~TemporaryFolder() {
    if (was_given_) {
      ::setenv("TMPDIR", before_.c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }
  TemporaryFolder(TemporaryFolder const&) = delete;
  TemporaryFolder& operator=(TemporaryFolder const&) = delete;

 private:
  bool was_given_ = false;
  std::string before_;
};

}  // namespace

TEST_CASE("records that left memory are read back in order, and memory holds few chunks") {
  RequestLog const log = filled(many);
  CHECK(log.size() == many);
  // Those that wait, the one with a request in flight, and the last.
  CHECK(log.chunks_in_memory() <= RequestLog::kept + 2);
  check_all(log);
  CHECK(log.front().end_s == 0.5);
  CHECK(log.at(many - 1).arrival_s == static_cast<double>(many - 1));
  CHECK(log.at(3 * RequestLog::chunk_size).arrival_s == 3.0 * RequestLog::chunk_size);
  CHECK_THROWS_AS(log.at(many), std::out_of_range);
}

TEST_CASE("a request in flight can be changed however many have ended since") {
  RequestLog log = filled(many);
  std::vector<std::uint64_t> in_flight;
  log.for_each_in_memory([&](std::uint64_t id, RequestRecord& record) {
    if (record.outcome == Outcome::unfinished) in_flight.push_back(id);
  });
  CHECK(in_flight == std::vector<std::uint64_t>{5000});
  log[5000].start_s = 7;
  log.close(5000);
  CHECK(log.at(5000).start_s == 7);
}

TEST_CASE("a record of a run crosses to another process that shares the file") {
  auto const file = std::make_shared<SpillFile>();
  RunRecord record;
  record.requests = RequestLog(file);
  for (std::uint64_t id = 0; id < many; ++id) {
    record.requests.append(arriving(id));
    if (id != 5000) end(record.requests, id);
  }
  record.end_s = 9;
  RunRecord const back = unpack(pack(record), file);
  check_all(back.requests);
  CHECK(back.end_s == 9);
  CHECK(back.requests.chunks_in_memory() == record.requests.chunks_in_memory());
}

TEST_CASE("a folder for temporary files that is not there matters only to runs that need it") {
  TemporaryFolder const nowhere("/nowhere/at/all");
  check_all(filled(fits));
  CHECK_THROWS_AS(filled(many), OutputError);
  CHECK_THROWS_WITH(filled(many), Catch::Contains("/nowhere/at/all: a temporary file cannot be kept here (No such file"));
}

TEST_CASE("values of requests in flight outlive those of requests around them") {
  InFlight<std::uint32_t> values;
  for (std::uint32_t id = 3; id < 30000; id += 3) {
    values.add(id, 2 * id);
    if (id != 9) CHECK(values[id] == 2 * id);
    if (id != 9) values.remove(id);
  }
  CHECK(values[9] == 18);
  values.remove(9);
  CHECK(values.add(30000, 1) == 1);
}

}  // namespace coinfer
