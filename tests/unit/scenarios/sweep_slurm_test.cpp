#include "scenarios/sweep/slurm_script.hpp"

#include <catch2/catch.hpp>

#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

SlurmArray array_of(std::uint32_t shards) {
  SlurmArray array;
  array.name = "how slow?";
  array.program = "/opt/coinfer";
  array.sweep = "/data/x.sweep.textproto";
  array.out = "/data/it's here";
  array.shards = shards;
  return array;
}

}  // namespace

TEST_CASE("A job array says how many shards there are, quotes paths, and takes options of sbatch") {
  SlurmArray array = array_of(1000);
  array.jobs = 2;
  array.options = {"time=02:00:00", "--mem=2G"};
  array.more = {"--catalog", "/my files"};
  std::string const script = slurm_script(array);
  CAPTURE(script);
  for (std::string const line :
       {"#!/bin/bash", "#SBATCH --job-name=coinfer-how_slow_", "#SBATCH --array=1-1000", "#SBATCH --cpus-per-task=2",
        "#SBATCH --time=02:00:00", "#SBATCH --mem=2G", "set -euo pipefail", "out='/data/it'\\''s here'", "shards=1000",
        "exec \"$coinfer\" sweep /data/x.sweep.textproto --out \"$out/shard-$shard\" --shard \"$shard/$shards\" --jobs 2 "
        "--catalog '/my files'"}) {
    CAPTURE(line);
    CHECK(("\n" + script).find("\n" + line + "\n") != std::string::npos);
  }
  CHECK(script.find("TASK_COUNT") == std::string::npos);
}

TEST_CASE("What a job array cannot be is refused, with the reason") {
  CHECK_THROWS_WITH(slurm_script(array_of(1001)),
                    Catch::StartsWith("1001 shards are more than the 1000 tasks that an array "
                                      "can have (Slurm's MaxArraySize is 1001"));
  for (std::string const option : {"array=1-3", "--array 1-3", "-a1-3", "cpus-per-task=4", "-c4"}) {
    CAPTURE(option);
    SlurmArray array = array_of(2);
    array.options = {option};
    CHECK_THROWS_AS(slurm_script(array), InputError);
  }
  SlurmArray array = array_of(2);
  array.options = {"comment=x\nrm -r /"};
  CHECK_THROWS_AS(slurm_script(array), InputError);
  array = array_of(2);
  array.out = "/data/\nrm -r /";
  CHECK_THROWS_AS(slurm_script(array), InputError);
}

TEST_CASE("A word of a shell is the text, whatever is in it") {
  CHECK(shell_word("/a-b_c.d") == "/a-b_c.d");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a b$c") == "'a b$c'");
  CHECK(shell_word("'") == "''\\'''");
}

}  // namespace coinfer
