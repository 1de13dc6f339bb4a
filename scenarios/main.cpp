// coinfer: what does a split model cost, and what does it leak? The library neither prints nor exits; this file does both.
#include <cstdio>
#include <exception>

#include "scenarios/cli/commands.hpp"
#include "scenarios/version.hpp"
#include "sim/base/errors.hpp"

namespace {

int fail(int code, char const* text) {
  std::fprintf(stderr, "%s\n", text);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulates collaborative inference deployments: what they cost and what they leak.", "coinfer");
  app.set_version_flag("--version", std::string(coinfer::version));
  app.require_subcommand(1);
  coinfer::add_run_command(app);
  coinfer::add_check_command(app);
  coinfer::add_list_command(app);
  coinfer::add_show_command(app);
  coinfer::add_schema_command(app);
  try {
    app.parse(argc, argv);
    return std::fflush(stdout) == 0 ? coinfer::exit_ok : fail(coinfer::exit_failed, "standard output cannot be written");
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? coinfer::exit_ok : coinfer::exit_wrong_input;
  } catch (coinfer::InputError const& error) {
    return fail(coinfer::exit_wrong_input, error.what());
  } catch (coinfer::Error const& error) {
    return fail(coinfer::exit_failed, error.what());
  } catch (std::exception const& error) {
    return fail(coinfer::exit_failed, error.what());
  }
}
