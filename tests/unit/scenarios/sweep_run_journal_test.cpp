#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/sweep/sweep_folder.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

std::string refusal_of(std::filesystem::path const& folder, SweepIdentity const& identity, bool renew = false) {
  try {
    SweepFolder const taken(folder, identity, renew);
  } catch (InputError const& error) {
    return std::string(error.what()).substr(folder.string().size());
  }
  return "accepted";
}

/// So many runs of `three_by_two` that the journal has.
int runs_in(std::filesystem::path const& folder) {
  SweepJournal const journal(folder);
  int count = 0;
  for (std::uint64_t run = 0; run < journal.identity().runs(); ++run) count += journal.has(run) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("A journal gives back every row as it was") {
  TemporaryFolder const folder;
  start_journal(folder.path(), three_by_two());
  PointRow invalid;
  invalid.point = 2;
  invalid.replication = 1;
  invalid.seed = ~std::uint64_t{0};
  invalid.levels = {"a \"b\",\nc"};
  invalid.status = PointStatus::invalid;
  invalid.reason = "why";
  {
    JournalWriter writer(folder.path(), 0);
    writer.append(row(1, 0, "0.5"));
    writer.append(invalid);
    writer.append(row(0, 1, ""));
  }
  SweepJournal const journal(folder.path());
  CHECK(journal.identity() == three_by_two());
  std::vector<bool> there;
  for (std::uint64_t run = 0; run < 6; ++run) there.push_back(journal.has(run));
  CHECK(there == std::vector<bool>{false, true, true, false, false, true});
  PointRow const same = journal.row(2);
  CHECK(same.seed == 7);
  CHECK(same.levels == std::vector<std::string>{"10"});
  CHECK(same.columns == row(1, 0, "").columns);
  CHECK(same.values == std::vector<std::string>{"0.5", "3"});
  PointRow const wrong = journal.row(5);
  CHECK(wrong.status == PointStatus::invalid);
  CHECK(wrong.reason == "why");
  CHECK(wrong.levels == invalid.levels);
  CHECK(wrong.seed == invalid.seed);
  CHECK(wrong.columns.empty());
}

TEST_CASE("A journal that is cut anywhere keeps every whole row, and goes on") {
  TemporaryFolder const whole;
  start_journal(whole.path(), three_by_two());
  std::vector<std::size_t> ends;  // of the file after each row
  std::filesystem::path const file = whole.path() / "journal" / "0.rows";
  {
    JournalWriter writer(whole.path(), 0);
    for (std::uint64_t run = 0; run < 3; ++run) {
      writer.append(row(run, 0, std::to_string(run)));
      ends.push_back(std::filesystem::file_size(file));
    }
  }
  std::string const bytes = read_file(file);
  REQUIRE(bytes.size() == ends.back());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    CAPTURE(size);
    TemporaryFolder const cut;
    start_journal(cut.path(), three_by_two());
    std::ofstream(cut.path() / "journal" / "0.rows", std::ios::binary) << bytes.substr(0, size);
    int const kept = static_cast<int>(std::count_if(ends.begin(), ends.end(), [&](auto end) { return end <= size; }));
    REQUIRE(runs_in(cut.path()) == kept);
    JournalWriter(cut.path(), 0).append(row(2, 1, "new"));
    REQUIRE(runs_in(cut.path()) == kept + 1);
    SweepJournal const journal(cut.path());
    REQUIRE(journal.row(5).values.front() == "new");
    if (kept > 0) REQUIRE(journal.row(0).values.front() == "0");
  }
}

TEST_CASE("A row with a changed byte, and what follows it, is not read") {
  TemporaryFolder const folder;
  start_journal(folder.path(), three_by_two());
  std::filesystem::path const file = folder.path() / "journal" / "0.rows";
  std::size_t first_end = 0;
  {
    JournalWriter writer(folder.path(), 0);
    writer.append(row(0, 0, "1"));
    first_end = std::filesystem::file_size(file);
    writer.append(row(1, 0, "2"));
  }
  std::fstream change(file, std::ios::in | std::ios::out | std::ios::binary);
  change.seekp(static_cast<std::streamoff>(first_end + 20));
  change.put('\x7f');
  change.close();
  CHECK(runs_in(folder.path()) == 1);
}

TEST_CASE("A run whose process died gives way to one that came to its end, in whichever file") {
  TemporaryFolder const folder;
  start_journal(folder.path(), three_by_two());
  PointRow dead = row(0, 0, "");
  dead.status = PointStatus::failed;
  dead.crashed = true;
  JournalWriter(folder.path(), 0).append(row(0, 0, "1"));
  JournalWriter(folder.path(), 1).append(dead);
  dead.point = 1;
  JournalWriter(folder.path(), 0).append(dead);
  CHECK_FALSE(SweepJournal(folder.path()).crashed(0));
  CHECK(SweepJournal(folder.path()).crashed(2));
  JournalWriter(folder.path(), 1).append(row(1, 0, "2"));
  SweepJournal const journal(folder.path());
  CHECK_FALSE(journal.crashed(2));
  CHECK(journal.row(2).values.front() == "2");
}

TEST_CASE("A folder takes up the sweep it holds, and no other one") {
  TemporaryFolder const parent;
  std::filesystem::path const folder = parent.path() / "new" / "sweep";
  CHECK(refusal_of(folder, three_by_two()) == "accepted");
  JournalWriter(folder, 0).append(row(0, 0, "1"));
  CHECK(refusal_of(folder, three_by_two()) == "accepted");
  CHECK(runs_in(folder) == 1);
  SweepIdentity other = three_by_two();
  other.scenario = "name: \"x\"";
  CHECK(refusal_of(folder, other) == " holds another sweep: its scenario differs (use --force to replace it)");
  other = three_by_two();
  other.sweep = "name: \"x\"";
  CHECK(refusal_of(folder, other) == " holds another sweep: its sweep file differs (use --force to replace it)");
  other = three_by_two();
  other.version = "2";
  CHECK(refusal_of(folder, other) == " holds another sweep: it is of version 1 of coinfer (use --force to replace it)");
  other = three_by_two();
  other.shard = {2, 3};
  CHECK(refusal_of(folder, other) == " holds another sweep: it is of shard 1/1 (use --force to replace it)");
  CHECK(runs_in(folder) == 1);
  CHECK(refusal_of(folder, other, true) == "accepted");
  CHECK(runs_in(folder) == 0);
  CHECK(SweepJournal(folder).identity() == other);
}

TEST_CASE("A folder that is no sweep's is left alone, also by force") {
  TemporaryFolder const folder;
  std::ofstream(folder.path() / "thesis.txt") << "mine";
  for (bool const renew : {false, true}) {
    CHECK(refusal_of(folder.path(), three_by_two(), renew) ==
          " exists and is not the folder of a sweep (--force does not replace it)");
  }
  CHECK(read_file(folder.path() / "thesis.txt") == "mine");
  CHECK_FALSE(std::filesystem::exists(folder.path() / "journal"));
}

TEST_CASE("A folder is filled by one process at a time") {
  TemporaryFolder const folder;
  SweepFolder const held(folder.path(), three_by_two(), false);
  CHECK(refusal_of(folder.path(), three_by_two()) == " is being filled by another process");
}

TEST_CASE("Shards are I/N, and deal points out in turn") {
  CHECK(parse_shard("2/3") == SweepShard{2, 3});
  for (char const* const wrong : {"", "2", "0/3", "4/3", "1/0", "1/2/3", "-1/2", "1/2 ", "1/1000001", "a/b"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_shard(wrong).has_value());
  }
  SweepIdentity identity = three_by_two();
  identity.shard = {2, 2};
  std::vector<bool> has;
  for (std::uint64_t run = 0; run < 6; ++run) has.push_back(identity.has(run));
  CHECK(has == std::vector<bool>{false, false, true, true, false, false});
}

TEST_CASE("The catalogue of a sweep changes with a byte of a file that adds to it") {
  TemporaryFolder const folder;
  std::filesystem::create_directories(folder.path() / "platforms");
  std::ofstream(folder.path() / "platforms" / "a.textproto") << "x";
  std::ofstream(folder.path() / "notes.txt") << "1";
  std::string const before = fingerprint_of_catalog(folder.path());
  std::ofstream(folder.path() / "notes.txt") << "2";
  CHECK(fingerprint_of_catalog(folder.path()) == before);
  std::ofstream(folder.path() / "platforms" / "a.textproto") << "y";
  CHECK(fingerprint_of_catalog(folder.path()) != before);
  CHECK(fingerprint_of_catalog(std::nullopt).empty());
}

}  // namespace coinfer
