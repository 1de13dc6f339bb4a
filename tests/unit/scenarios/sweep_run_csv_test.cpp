#include <catch2/catch.hpp>

#include "scenarios/sweep/merge.hpp"
#include "scenarios/sweep/points_csv.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

/// Writes rows into the journal of a new folder.
void journal_of(std::filesystem::path const& folder, SweepIdentity const& identity, std::vector<PointRow> const& rows,
                std::uint32_t files = 1) {
  start_journal(folder, identity);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    JournalWriter(folder, static_cast<std::uint32_t>(i % files)).append(rows[i]);
  }
}

std::string table_of(std::filesystem::path const& folder, PointsSummary* summary = nullptr) {
  std::vector<SweepJournal> journals;
  journals.emplace_back(folder);
  PointsSummary const found = write_points_csv(journals, folder / "points.csv");
  if (summary != nullptr) *summary = found;
  return read_file(folder / "points.csv");
}

std::string refusal_of(std::vector<std::filesystem::path> const& folders, std::filesystem::path const& out) {
  try {
    merge_shards(folders, out, false);
  } catch (InputError const& error) {
    return error.what();
  }
  return "merged";
}

using Effect = AxisEffects::Verdict;

/// What rows of two axes say, each row "a b seed result".
std::vector<Effect> verdicts_of(std::vector<std::vector<std::string>> const& rows, std::vector<std::string> const& zips) {
  AxisEffects effects(zips);
  for (std::vector<std::string> const& fields : rows) {
    PointRow made = row(0, 0, fields[3]);
    made.levels = {fields[0], fields[1]};
    made.seed = std::stoull(fields[2]);
    effects.observe(made);
  }
  return effects.verdicts();
}

}  // namespace

TEST_CASE("points.csv has a row a run in the order of points, whatever the order and the files they were written in") {
  TemporaryFolder const folder;
  PointRow failed;
  failed.point = 1;
  failed.replication = 1;
  failed.seed = 8;
  failed.levels = {"10"};
  failed.status = PointStatus::failed;
  failed.reason = "no, \"never\"";
  journal_of(folder.path(), three_by_two(), {row(2, 0, "0.25"), failed, row(0, 0, "1e-07"), row(1, 0, "")}, 2);
  PointsSummary summary;
  CHECK(table_of(folder.path(), &summary) ==
        "# schema_version: 2\n"
        "point,replication,seed,rate,status,reason,latency_mean_s,events\n"
        "0,0,7,0,ok,,1e-07,3\n"
        "1,0,7,10,ok,,,3\n"
        "1,1,8,10,failed,\"no, \"\"never\"\"\",,\n"
        "2,0,7,20,ok,,0.25,3\n");
  CHECK(summary.runs == 4);
  CHECK(summary.failed == 1);
  CHECK(summary.invalid == 0);
  CHECK(summary.first_reason == failed.reason);
}

TEST_CASE("Runs with other columns share one table, a status stands in for what a run does not know") {
  TemporaryFolder const folder;
  PointRow measured = row(0, 0, "1");
  measured.columns = {{"x", ""}, {"l.mse", ""}, {"l.mse.status", "l.other.status"}, {"l.other.status", ""}};
  measured.values = {"1", "0.5", "measured", "not_measured"};
  PointRow raw = row(1, 0, "1");
  raw.columns = {{"x", ""}, {"y", ""}, {"l.other.status", ""}};
  raw.values = {"2", "4", "raw_input"};
  journal_of(folder.path(), three_by_two(), {raw, measured});
  CHECK(table_of(folder.path()) ==
        "# schema_version: 2\n"
        "point,replication,seed,rate,status,reason,x,y,l.mse,l.mse.status,l.other.status\n"
        "0,0,7,0,ok,,1,,0.5,measured,not_measured\n"
        "1,0,7,10,ok,,2,4,,raw_input,raw_input\n");
}

TEST_CASE("An axis that has the name of another column goes by another one") {
  TemporaryFolder const folder;
  SweepIdentity identity = three_by_two();
  identity.axes = {"events"};
  journal_of(folder.path(), identity, {row(0, 0, "1")});
  CHECK(table_of(folder.path()).find("seed,axis.events,status,reason,latency_mean_s,events\n") != std::string::npos);
}

TEST_CASE("An axis is idle where runs that differ in it alone agree in everything") {
  // The first axis changes the result, the second does not.
  CHECK(verdicts_of({{"1", "1", "5", "a"}, {"1", "2", "5", "a"}, {"2", "1", "5", "b"}, {"2", "2", "5", "b"}}, {"", ""}) ==
        std::vector<Effect>{Effect::changes, Effect::idle});
  // The second changes the result for one value of the first only.
  CHECK(verdicts_of({{"1", "1", "5", "a"}, {"1", "2", "5", "a"}, {"2", "1", "5", "a"}, {"2", "2", "5", "b"}}, {"", ""}) ==
        std::vector<Effect>{Effect::changes, Effect::changes});
  // Points drawn at random share no value.
  CHECK(verdicts_of({{"1", "1", "5", "a"}, {"2", "2", "5", "a"}}, {"", ""}) ==
        std::vector<Effect>{Effect::unknown, Effect::unknown});
  // Axes that advance together are judged together.
  CHECK(verdicts_of({{"1", "1", "5", "a"}, {"2", "2", "5", "a"}}, {"z", "z"}) ==
        std::vector<Effect>{Effect::idle, Effect::idle});
  // Seeds of their own would differ whatever the axis does; one value cannot change anything.
  CHECK(verdicts_of({{"1", "1", "5", "a"}, {"1", "2", "6", "a"}}, {"", ""}) ==
        std::vector<Effect>{Effect::constant, Effect::unknown});
}

TEST_CASE("Shards merge into the bytes of the whole") {
  TemporaryFolder const folder;
  std::vector<PointRow> rows;
  for (std::uint64_t point = 0; point < 3; ++point) {
    for (std::uint32_t replication = 0; replication < 2; ++replication) {
      rows.push_back(row(point, replication, std::to_string(point) + "." + std::to_string(replication)));
    }
  }
  journal_of(folder.path() / "whole", three_by_two(), rows);
  std::string const whole = table_of(folder.path() / "whole");
  SweepIdentity first = three_by_two();
  first.shard = {1, 2};
  SweepIdentity second = three_by_two();
  second.shard = {2, 2};
  journal_of(folder.path() / "1", first, {rows[0], rows[1], rows[4], rows[5]});
  journal_of(folder.path() / "2", second, {rows[2], rows[3]});
  CHECK(refusal_of({folder.path() / "2", folder.path() / "1"}, folder.path() / "out") == "merged");
  CHECK(read_file(folder.path() / "out" / "points.csv") == whole);

  journal_of(folder.path() / "short", second, {rows[2]});
  CHECK(refusal_of({folder.path() / "2"}, folder.path() / "out2") ==
        "4 of 6 runs are missing\nno folder holds shard 1/2\nmissing runs, POINT-REPLICATION: 0-0, 0-1, 2-0, 2-1");
  CHECK(refusal_of({folder.path() / "1", folder.path() / "short"}, folder.path() / "out2") ==
        "1 of 6 runs are missing\n" + (folder.path() / "short").string() +
            " (shard 2/2) lacks 1: the command that began it goes on with them\nmissing runs, POINT-REPLICATION: 1-1");
  rows[2].values.front() = "changed";
  journal_of(folder.path() / "changed", second, {rows[2], rows[3]});
  CHECK(refusal_of({folder.path() / "1", folder.path() / "2", folder.path() / "changed"}, folder.path() / "out2") ==
        "point 1, replication 0 differs between " + (folder.path() / "2").string() + " and " +
            (folder.path() / "changed").string());
  second.scenario = "other";
  journal_of(folder.path() / "other", second, {});
  CHECK(refusal_of({folder.path() / "1", folder.path() / "other"}, folder.path() / "out2") ==
        (folder.path() / "other").string() + " holds another sweep than " + (folder.path() / "1").string() +
            ": its scenario differs");
  CHECK_FALSE(std::filesystem::exists(folder.path() / "out2"));
}

}  // namespace coinfer
