#include "scenarios/sweep/slurm_script.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./=:@%+").find(c) != std::string_view::npos;
}

void require_one_line(std::string const& text, std::string const& what) {
  bool const control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control)
    throw InputError(what + " holds a line end or another control character, which no line of a script can carry");
}

/// The letters, digits and signs that every tool shows as they are.
std::string job_name(std::string const& sweep) {
  std::string name = "coinfer-";
  for (char const c : sweep) name += is_plain(c) && c != '/' && c != '%' ? c : '_';
  return name;
}

/// Whether an option sets what another one of `coinfer sweep` does.
void require_ours(std::string const& option) {
  struct Owned {
    std::string_view option;
    std::string_view shorthand;
    std::string_view instead;
  };
  static constexpr std::array<Owned, 2> owned{{{"--array", "-a", "--shards"}, {"--cpus-per-task", "-c", "--jobs"}}};
  std::string const name = option.substr(0, option.find_first_of("= "));
  for (Owned const& own : owned) {
    bool const shortly = option.starts_with(own.shorthand) && !option.starts_with("--");
    if (name != own.option && !shortly) continue;
    throw InputError("--slurm-option " + option + ": " + std::string(own.option) + " is what " + std::string(own.instead) +
                     " says");
  }
}

std::string directives(SlurmArray const& array) {
  std::vector<std::string> options = {"--job-name=" + job_name(array.name), "--array=1-" + std::to_string(array.shards),
                                      "--ntasks=1", "--cpus-per-task=" + std::to_string(array.jobs)};
  for (std::string const& text : array.options) {
    std::string const option = slurm_option(text);
    require_one_line(option, "--slurm-option");
    require_ours(option);
    options.push_back(option);
  }
  std::string lines;
  for (std::string const& option : options) lines += "#SBATCH " + option + "\n";
  return lines;
}

std::string explanation(SlurmArray const& array) {
  std::string const out = shell_word(array.out.string());
  std::string text = "# The sweep '" + array.name + "' in " + std::to_string(array.shards) +
                     " shards, one a task. Save this as a file, sweep.sbatch for example:\n";
  text += "#   sbatch sweep.sbatch             every shard\n";
  std::string const last = std::to_string(array.shards);
  text += "#   sbatch --array=" + last + " sweep.sbatch   shard " + last + " again: it goes on with the runs it lacks\n";
  text +=
      "# A task that ends with status 1 has run all it had to: some run failed, is invalid or misses what is expected.\n";
  text += "# When all are done (what is missing is named):\n";
  text += "#   " + shell_word(array.program.string()) + " merge " + out + "/shard-* --out " + out + "/merged\n";
  return text;
}

}  // namespace

std::string shell_word(std::string const& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string word = "'";
  for (char const c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string slurm_option(std::string const& text) { return text.starts_with("-") ? text : "--" + text; }

std::string slurm_script(SlurmArray const& array) {
  if (array.shards > most_slurm_tasks) {
    throw InputError(std::to_string(array.shards) + " shards are more than the " + std::to_string(most_slurm_tasks) +
                     " tasks that an array can have (Slurm's MaxArraySize is 1001 unless a site says otherwise); let each "
                     "task run more points, with --jobs processes");
  }
  require_one_line(array.name, "the name of the sweep");
  require_one_line(array.program.string(), "the path of coinfer");
  require_one_line(array.sweep, "the path of the sweep");
  require_one_line(array.out.string(), "--out");
  std::string text = "#!/bin/bash\n" + explanation(array) + directives(array) + "set -euo pipefail\n\n";
  text += "coinfer=" + shell_word(array.program.string()) + "\n";
  text += "out=" + shell_word(array.out.string()) + "\n";
  text += "# As it was printed, whichever tasks are submitted: Slurm only tells how many those are.\n";
  text += "shards=" + std::to_string(array.shards) + "\n";
  text += "shard=\"${SLURM_ARRAY_TASK_ID:?submit this file with sbatch}\"\n\n";
  text += "mkdir -p \"$out\"\n";
  text += "exec \"$coinfer\" sweep " + shell_word(array.sweep) + " --out \"$out/shard-$shard\" --shard \"$shard/$shards\"";
  text += " --jobs " + std::to_string(array.jobs);
  for (std::string const& argument : array.more) {
    require_one_line(argument, "an argument");
    text += " " + shell_word(argument);
  }
  return text + "\n";
}

}  // namespace coinfer
