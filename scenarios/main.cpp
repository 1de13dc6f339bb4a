// coinfer: what does a split model cost, and what does it leak? The library neither prints nor exits; this file does both.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "scenarios/cli/commands.hpp"
#include "scenarios/version.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace {

int fail(int code, char const* text) {
  std::fprintf(stderr, "%s\n", text);
  return code;
}

/// Ends the program at once: results are written while interrupts wait (run_command.cpp), so nothing is left half-made.
void interrupted(int) {
  char const text[] = "interrupted\n";
  [[maybe_unused]] auto const ignored = ::write(STDERR_FILENO, text, sizeof text - 1);
  ::_exit(coinfer::exit_interrupted);
}

/// A program started with interrupts ignored (nohup, a shell's background job) goes on ignoring them.
void catch_interrupts() {
  if (std::signal(SIGINT, interrupted) == SIG_IGN) std::signal(SIGINT, SIG_IGN);
}

/// The first argument where it is meant as a command and is none; the parser would only say that a command is missing.
std::string unknown_command(CLI::App const& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string> names;
  for (CLI::App const* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return {};
  std::string const hint = coinfer::did_you_mean(argv[1], names);
  return "no command '" + std::string(argv[1]) + "'" + (hint.empty() ? "" : " " + hint + "?");
}

}  // namespace

int main(int argc, char** argv) {
  catch_interrupts();
  CLI::App app("Simulates collaborative inference deployments: what they cost and what they leak.", "coinfer");
  app.set_version_flag("--version", std::string(coinfer::version));
  app.require_subcommand(1);
  coinfer::add_run_command(app);
  coinfer::add_check_command(app);
  coinfer::add_sweep_command(app);
  coinfer::add_merge_command(app);
  coinfer::add_plan_command(app);
  coinfer::add_explain_command(app);
  coinfer::add_compare_command(app);
  coinfer::add_list_command(app);
  coinfer::add_show_command(app);
  coinfer::add_schema_command(app);
  coinfer::add_privacy_command(app);
  std::string const unknown = unknown_command(app, argc, argv);
  if (!unknown.empty()) return fail(coinfer::exit_wrong_input, unknown.c_str());
  try {
    app.parse(argc, argv);
    return std::fflush(stdout) == 0 ? coinfer::exit_ok : fail(coinfer::exit_failed, "standard output cannot be written");
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? coinfer::exit_ok : coinfer::exit_wrong_input;
  } catch (coinfer::InputError const& error) {
    return fail(coinfer::exit_wrong_input, error.what());
  } catch (coinfer::Interrupted const& error) {
    return fail(coinfer::exit_interrupted, error.what());
  } catch (coinfer::Error const& error) {
    return fail(coinfer::exit_failed, error.what());
  } catch (std::bad_alloc const&) {
    return fail(coinfer::exit_failed, coinfer::memory_exhausted);
  } catch (std::exception const& error) {
    return fail(coinfer::exit_failed, error.what());
  }
}
