// A Slurm job array that runs a sweep: one task a shard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace coinfer {

/// The most tasks of an array: Slurm's default MaxArraySize of 1001 allows indices up to 1000, and ours begin at 1.
inline constexpr std::uint32_t most_slurm_tasks = 1000;

struct SlurmArray {
  std::string name;                  ///< of the sweep
  std::filesystem::path program;     ///< absolute, as every path here: tasks start in whatever folder sbatch was called in
  std::string sweep;                 ///< a file, or the name of a library sweep
  std::filesystem::path out;         ///< shard I goes to out/shard-I
  std::uint32_t shards = 1;          ///< from 1 to `most_slurm_tasks`
  std::uint32_t jobs = 1;            ///< processes of a task
  std::vector<std::string> more;     ///< arguments of `coinfer sweep` that every task takes besides
  std::vector<std::string> options;  ///< of sbatch, as they stand after #SBATCH: "--time=02:00:00"
};

/// The script, for bash. The number of shards stands in it: the count that Slurm tells a task is that of the tasks
/// submitted together, so it would be wrong for one that is submitted again alone. Throws InputError where there are more
/// shards than Slurm takes, where an option would change what the script relies on (the array, the cores of a task), and
/// for a path or option of several lines.
std::string slurm_script(SlurmArray const& array);

/// An option as sbatch takes it, two hyphens before its name: "time=02:00:00" and "--time=02:00:00" are the same.
std::string slurm_option(std::string const& text);

/// The text as one word of a shell.
std::string shell_word(std::string const& text);

}  // namespace coinfer
