// coinfer sweep
#include <sched.h>

#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/gate_options.hpp"
#include "scenarios/cli/status_line.hpp"
#include "scenarios/cli/sweep_text.hpp"
#include "scenarios/library.hpp"
#include "scenarios/sweep/point_list.hpp"
#include "scenarios/sweep/run_sweep.hpp"
#include "scenarios/sweep/slurm_script.hpp"
#include "scenarios/sweep/sweep_load.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

std::uint32_t constexpr most_jobs = 1024;

/// Cores that this process may use.
std::uint32_t available_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&cores)));
}

struct SweepArguments {
  std::string file;
  std::string catalog;
  std::string out;
  std::string shard = "1/1";
  GateFiles gates;
  std::uint32_t jobs = 0;
  bool results_folders = false;
  bool force = false;
  bool quiet = false;
  bool print_slurm = false;
  std::uint32_t shards = 1;  ///< of --print-slurm
  std::vector<std::string> slurm_options;

  void run() const {
    Catalog const catalogue(catalog.empty() ? std::nullopt : std::optional<std::filesystem::path>(catalog));
    Sweep const sweep = load_or_throw(catalogue);
    if (print_slurm) {
      std::string const script = slurm_script(slurm_array(sweep));
      std::fwrite(script.data(), 1, script.size(), stdout);
      return;
    }
    check_gate_files(gates, out);
    SweepOptions options;
    options.out = out;
    options.jobs = jobs > 0 ? jobs : available_cores();
    options.shard = *parse_shard(shard);
    options.results_folders = results_folders;
    options.renew = force;
    SweepOutcome const outcome = run_with_bar(sweep, catalogue, options);
    if (outcome.interrupted) {
      throw Interrupted("interrupted: " + std::to_string(outcome.done) + " of " + std::to_string(outcome.total) +
                        " runs are done and kept in " + out + "; the same command goes on with the others");
    }
    if (gates.wanted()) {
      std::vector<SweepJournal> journals;
      journals.emplace_back(out);
      write_sweep_gates(gates, journals, outcome.summary);
    }
    tell(sweep, outcome);
  }

  /// What the job array does. The sweep has been loaded, so that no task starts with one that is wrong.
  [[nodiscard]] SlurmArray slurm_array(Sweep const& sweep) const {
    namespace fs = std::filesystem;
    std::uint64_t const points = expand(sweep).size();
    if (shards > points) {
      throw InputError("--shards " + std::to_string(shards) + ": the sweep has " + std::to_string(points) +
                       " points, and a shard takes whole ones");
    }
    if (gates.wanted()) {
      throw InputError(
          "--print-slurm takes no --junit and no --markdown: coinfer merge, which knows all points, writes them");
    }
    SlurmArray array;
    array.name = sweep.name;
    array.program = fs::read_symlink("/proc/self/exe");
    array.sweep = fs::exists(file) ? fs::absolute(file).lexically_normal().string() : file;
    array.out = fs::absolute(out).lexically_normal();
    if (!array.out.has_filename()) array.out = array.out.parent_path();  // "results/"
    array.shards = shards;
    array.jobs = std::max(jobs, 1U);
    array.options = slurm_options;
    if (results_folders) array.more.emplace_back("--points-out");
    if (quiet) array.more.emplace_back("--quiet");
    if (!catalog.empty()) array.more.insert(array.more.end(), {"--catalog", fs::absolute(catalog).string()});
    return array;
  }

  /// A name without a file is looked up in the library.
  [[nodiscard]] Sweep load_or_throw(Catalog const& catalogue) const {
    bool const may_be_file = std::filesystem::exists(file) && !std::filesystem::is_directory(file);
    std::optional<EmbeddedFile> const from_library = may_be_file ? std::nullopt : find_library_sweep(file);
    if (!from_library && !std::filesystem::exists(file)) {
      std::string const hint = did_you_mean(file, library_sweep_names());
      throw InputError(file + ": no such file or library sweep" + (hint.empty() ? "" : " " + hint + "?"));
    }
    Diagnostics diagnostics;
    std::optional<Sweep> sweep =
        from_library ? load_sweep_text(from_library->path, std::string(from_library->content), catalogue, diagnostics)
                     : load_sweep(file, catalogue, diagnostics);
    if (!sweep) throw InputError(diagnostics);
    return std::move(*sweep);
  }

  [[nodiscard]] SweepOutcome run_with_bar(Sweep const& sweep, Catalog const& catalogue, SweepOptions const& options) const {
    StatusLine line(quiet);
    auto const begun = std::chrono::steady_clock::now();
    return run_sweep(sweep, catalogue, options, [&](std::uint64_t done, std::uint64_t before, std::uint64_t total) {
      if (!line.due()) return;
      double const elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
      line.show(done, total, rate_text(done, before, total, elapsed_s));
    });
  }

  void tell(Sweep const& sweep, SweepOutcome const& outcome) const {
    std::vector<std::string> axes;
    for (Axis const& axis : sweep.axes) axes.push_back(axis.name);
    std::string text = sweep_text(outcome.summary, axes);
    if (outcome.before > 0) text += std::to_string(outcome.before) + " of them had been done before\n";
    text += "The table is " + (std::filesystem::path(out) / "points.csv").string() + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::string const wrong = what_went_wrong(outcome.summary);
    if (!wrong.empty()) throw MissedExpectation(wrong);
  }
};

}  // namespace

void add_sweep_command(CLI::App& app) {
  auto arguments = std::make_shared<SweepArguments>();
  CLI::App* command = app.add_subcommand("sweep", "Run a scenario at many points: one table with a row a run");
  command
      ->add_option("sweep", arguments->file,
                   "Sweep file (coinfer schema sweep), or the name of a library sweep (coinfer list sweeps)")
      ->required();
  command->add_option("--out", arguments->out, "Folder of points.csv; one where the same sweep was stopped is gone on with")
      ->required();
  command->add_option("--jobs", arguments->jobs, "Processes that run points (default: as many as there are cores)")
      ->check(CLI::Range(std::uint32_t{1}, most_jobs));
  CLI::Option* const shard =
      command->add_option("--shard", arguments->shard, "I/N: only part I of N, for coinfer merge")
          ->check([](std::string const& text) {
            return parse_shard(text) ? std::string() : "'" + text + "' is not I/N with 1 <= I <= N <= 1000000";
          });
  add_gate_options(*command, arguments->gates);
  command->add_flag("--points-out", arguments->results_folders,
                    "Also write the results folder of every run, points/POINT-REPLICATION");
  command->add_option("--catalog", arguments->catalog,
                      "Folder whose platforms/, workloads/ and privacy/ add to the catalogue");
  CLI::Option* const force = command->add_flag("--force", arguments->force, "Begin anew in a folder that holds a sweep");
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  CLI::Option* const print_slurm = command->add_flag(
      "--print-slurm", arguments->print_slurm,
      "Run nothing: print the script of a Slurm job array, one task a shard, into folders DIR/shard-I below --out");
  // A task that is submitted again goes on; --force would throw away what it has.
  print_slurm->excludes(shard)->excludes(force);
  command->add_option("--shards", arguments->shards, "Tasks of the job array (default: 1)")
      ->needs(print_slurm)
      ->check(CLI::Range(std::uint32_t{1}, std::numeric_limits<std::uint32_t>::max()));
  command
      ->add_option("--slurm-option", arguments->slurm_options,
                   "An option of sbatch for the script, 'time=02:00:00'; may be given several times")
      ->needs(print_slurm)
      ->allow_extra_args(false);
  command->footer(
      "A run that fails, or whose values make no legal scenario, is a row with its reason; the exit code is then 1.\n"
      "Example: coinfer sweep gpz_uplink --out results/uplink --jobs 2\n"
      "Example: coinfer sweep gpz_uplink --out results/uplink --print-slurm --shards 4 > sweep.sbatch");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer
