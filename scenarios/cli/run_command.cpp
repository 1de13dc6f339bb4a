// coinfer run
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/gate_options.hpp"
#include "scenarios/cli/number_check.hpp"
#include "scenarios/cli/single_file.hpp"
#include "scenarios/cli/status_line.hpp"
#include "scenarios/gate/gate_files.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "scenarios/trace/traced_run.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

struct RunArguments {
  ScenarioOptions scenario;
  std::string out;
  GateFiles gates;
  std::string trace;
  double trace_limit_mib = 100;
  bool force = false;
  bool quiet = false;
  bool json = false;
};

/// Keeps interrupts waiting while the results folder is written, so that none is left half-made.
class UninterruptedScope {
 public:
  UninterruptedScope() {
    sigset_t block;
    sigemptyset(&block);
    sigaddset(&block, SIGINT);
    sigaddset(&block, SIGTERM);
    sigprocmask(SIG_BLOCK, &block, &before_);
  }
  ~UninterruptedScope() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  UninterruptedScope(UninterruptedScope const&) = delete;
  UninterruptedScope& operator=(UninterruptedScope const&) = delete;

 private:
  sigset_t before_{};
};

/// "60 %, 12000 of 20000 requests, 240 s simulated"; without a known total there is no share.
std::string progress_text(std::uint64_t ended, std::uint64_t total, double now_s) {
  std::string text;
  if (total > 0) text = std::to_string(ended * 100 / total) + " %, ";
  text += std::to_string(ended) + (total > 0 ? " of " + std::to_string(total) : "") + " requests, ";
  char simulated[40];
  std::snprintf(simulated, sizeof simulated, "%.6g s simulated", now_s);
  return text + simulated;
}

/// Results of a run that says how far it is, and leaves a trace where one is asked for.
Results run_with_bar(Scenario const& scenario, RunArguments const& arguments) {
  std::string notice;
  RunOptions options;
  options.timeline = !arguments.out.empty();
  std::uint64_t const total = scenario.stop.requests.value_or(0);
  auto const carry_out = [&]() -> Results {
    StatusLine line(arguments.quiet);
    options.progress = [&](std::uint64_t ended, double now_s) {
      if (line.due()) line.show(ended, total, progress_text(ended, total, now_s));
    };
    if (arguments.trace.empty()) return run(scenario, options);
    double constexpr bytes_per_mib = 1 << 20;
    auto const limit_bytes = static_cast<std::uint64_t>(arguments.trace_limit_mib * bytes_per_mib);
    return traced_run(scenario, options, arguments.trace, limit_bytes, notice);
  };
  Results results = carry_out();
  if (!notice.empty()) std::fprintf(stderr, "%s\n", notice.c_str());
  return results;
}

double peak_memory_mib() {
  double constexpr kib_per_mib = 1024;
  rusage own{};
  rusage children{};
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &children);
  return static_cast<double>(std::max(own.ru_maxrss, children.ru_maxrss)) / kib_per_mib;
}

/// What the manifest says of a run beside what its results do.
RunFacts facts_of(RunArguments const& arguments, double wall_s) {
  std::filesystem::path const& file = arguments.scenario.read_or_throw().file;
  bool const there = std::filesystem::exists(file);  // no file of the library
  std::string const catalog = arguments.scenario.catalog;
  return {wall_s, peak_memory_mib(), there ? std::filesystem::absolute(file).string() : file.string(),
          catalog.empty() ? "" : std::filesystem::absolute(catalog).string()};
}

void run_scenario(RunArguments const& arguments) {
  Scenario const scenario = arguments.scenario.load_or_throw();
  // A folder that would be refused is refused before the work, not after it.
  if (!arguments.out.empty()) check_destination(arguments.out, arguments.force);
  check_gate_files(arguments.gates, arguments.out);
  if (!arguments.trace.empty()) check_single_file(arguments.trace, arguments.force);
  auto const begun = std::chrono::steady_clock::now();
  Results const results = run_with_bar(scenario, arguments);
  double const wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (!arguments.out.empty()) {
    UninterruptedScope const whole;
    write_report(scenario, results, facts_of(arguments, wall_s), arguments.out, arguments.force);
  }
  std::string text = arguments.json ? summary_json(scenario, results) : answer_text(scenario, results);
  if (!arguments.out.empty() && !arguments.json) text += "\nResults are in " + arguments.out + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  write_gate_files(arguments.gates, scenario, results);
  // What was asked for and not kept ends the program with exit code 1, after everything has been written.
  std::string const missed = missed_text(scenario, results);
  if (!missed.empty()) throw MissedExpectation(missed);
}

}  // namespace

void add_run_command(CLI::App& app) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Simulate a scenario: what it costs and what it leaks");
  arguments->scenario.add_to(*command);
  command->add_option("--out", arguments->out, "Write summary.json, requests.csv, ... into this folder")
      ->check([](std::string const& name) { return name.empty() ? std::string("the name is empty") : std::string(); });
  add_gate_options(*command, arguments->gates);
  command->add_option("--trace", arguments->trace, "Write what every task does as a trace for ui.perfetto.dev (JSON)")
      ->check([](std::string const& name) { return name.empty() ? std::string("the name is empty") : std::string(); });
  command
      ->add_option("--trace-limit-mib", arguments->trace_limit_mib,
                   "Size beyond which no further tasks go into the trace (default: 100)")
      ->check(number_between(1, 1e6));
  command->add_flag("--force", arguments->force, "Replace a results folder, or a trace, that is there already");
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->add_flag("--json", arguments->json, "Print summary.json instead of the text");
  command->footer(
      "Example: coinfer run gpz_vgg19_phone_5g --set workloads[vision].placement.stages[0].until=block39 --out "
      "results/b39");
  command->callback([arguments] { run_scenario(*arguments); });
}

}  // namespace coinfer
