#include "scenarios/sweep/read_files.hpp"

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "scenarios/sweep/run_sweep.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

void write(std::filesystem::path const& file, std::string const& text) { std::ofstream(file) << text; }

/// FNV-1a of "a", "b" and "" from its definition: (offset ^ byte) * prime, modulo 2^64.
std::string const hash_of_a = "12638187200555641996";
std::string const hash_of_b = "12638190499090526629";

}  // namespace

TEST_CASE("The files of a scenario are what its path fields name, and what its step tables name in turn") {
  TemporaryFolder const folder;
  std::filesystem::create_directories(folder.path() / "gpu");
  write(folder.path() / "gpu" / "steps.textproto", "tables { name: 'dense' path: 'dense.csv' skew_path: '/skew.csv' }");
  proto::Scenario message;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(
      "servers { step_tables_path: 'gpu/steps.textproto' }"
      "workloads { arrivals { replay { path: 'a.csv' } } tokens { replay { path: 'l.csv' } } }"
      "workloads { arrivals { replay { path: 'a.csv' } } }",
      &message));
  CHECK(named_files(message, folder.path()) ==
        std::set<std::string>{"/skew.csv", "a.csv", "gpu/dense.csv", "gpu/steps.textproto", "l.csv"});
}

TEST_CASE("The fingerprint has every file that some value of an axis names, with the hash of what is in it") {
  TemporaryFolder const folder;
  write(folder.path() / "one.csv", "a");
  write(folder.path() / "two.csv", "b");
  Located<proto::Scenario> base;
  REQUIRE(google::protobuf::TextFormat::ParseFromString("workloads { name: 'w' arrivals { replay { path: 'one.csv' } } }",
                                                        &base.message));
  Sweep sweep;
  CHECK(fingerprint_of_files(sweep, base, folder.path()) == "one.csv " + hash_of_a + "\n");
  sweep.axes.push_back({"trace", {"workloads[w].arrivals.replay.path"}, {"two.csv", "three.csv"}, std::nullopt, ""});
  CHECK(fingerprint_of_files(sweep, base, folder.path()) == "three.csv -\ntwo.csv " + hash_of_b + "\n");
  sweep.axes = {{"how", {"workloads[w].arrivals"}, {"{replay {path: 'one.csv'}}", "{}"}, std::nullopt, ""}};
  CHECK(fingerprint_of_files(sweep, base, folder.path()) == "one.csv " + hash_of_a + "\n");
}

TEST_CASE("A sweep does not go on, and shards do not merge, once a file that its scenario reads has changed") {
  SweepIdentity const before = [] {
    SweepIdentity identity = three_by_two();
    identity.files = "a.csv 1\nb.csv 2\n";
    return identity;
  }();
  SweepIdentity after = before;
  CHECK(difference(before, after).empty());
  after.files = "a.csv 1\nb.csv 3\n";
  CHECK(difference(before, after) == "the file 'b.csv' has changed");
  after.files = "a.csv 1\n";
  CHECK(difference(before, after) == "the file 'b.csv' has changed");
  CHECK(SweepIdentity::from(before.bytes()) == before);
}

TEST_CASE("A finished sweep has a manifest that says how it was run, and a call with nothing left to do keeps it") {
  TemporaryFolder const folder;
  write(folder.path() / "s.textproto", phone_and_cloud());
  Sweep sweep;
  sweep.name = "x";
  sweep.scenario = folder.path() / "s.textproto";
  sweep.replications = 3;
  sweep.axes.push_back({"engine", {"engine"}, {"FAST", "PLAIN"}, std::nullopt, ""});
  sweep.skips = {{SkipWhere{0, {"FASTER"}, {}, {}}}, {SkipWhere{0, {"PLAIN"}, {}, {}}}, {SkipWhere{0, {"PLAIN"}, {}, {}}}};
  SweepOptions options;
  options.out = folder.path() / "out";
  options.jobs = 2;
  SweepOutcome const outcome = run_sweep(sweep, catalog(), options);
  CHECK(outcome.summary.runs == 3);
  CHECK(outcome.summary.idle_skips == std::vector<std::uint32_t>{0});
  std::string const manifest = read_file(options.out / "manifest.json");
  for (std::string const part :
       {"\"points\": 1", "\"replications\": 3", "\"1/1\"", "\"idle_skips\": [\n    0\n  ]", "\"jobs\": 2", "\"runs\": 3"}) {
    CAPTURE(part, manifest);
    CHECK(manifest.find(part) != std::string::npos);
  }
  options.jobs = 1;
  CHECK(run_sweep(sweep, catalog(), options).before == 3);
  CHECK(read_file(options.out / "manifest.json") == manifest);
  CHECK_THROWS_WITH(check_destination(options.out, true),
                    options.out.string() + " exists and is not a results folder (--force does not replace it)");
  options.renew = true;
  run_sweep(sweep, catalog(), options);
  CHECK(read_file(options.out / "manifest.json").find("\"jobs\": 1") != std::string::npos);
}

}  // namespace coinfer
