// The commands of `coinfer`. Each adds itself to the parser and does its work in a callback; errors leave as exceptions.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.pb.h"
#include "scenarios/scenario_load.hpp"

namespace coinfer {

/// Exit codes of the program.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;       ///< the run failed or an expectation was not met
inline constexpr int exit_wrong_input = 2;  ///< the input is wrong
inline constexpr int exit_interrupted = 130;

/// A scenario file as it was found: a path, or the name of one in the library.
struct ScenarioText {
  std::filesystem::path file;
  std::string content;
};

/// Options that several commands share.
struct ScenarioOptions {
  std::string file;
  LoadOptions load;
  std::string engine;   ///< "fast", "plain", or empty: the file's
  std::string catalog;  ///< empty: none

  /// Adds FILE, --set, --seed, --engine and --catalog.
  void add_to(CLI::App& command);
  /// The file. A name without a file is looked up in the library. Throws InputError where there is neither.
  [[nodiscard]] ScenarioText read_or_throw() const;
  /// --set, --seed and --engine, as loading takes them.
  [[nodiscard]] LoadOptions load_options() const;
  /// The catalogue with the folder of --catalog on top.
  [[nodiscard]] Catalog entries() const;
  /// Loads the scenario. Throws InputError with everything that is wrong.
  [[nodiscard]] Scenario load_or_throw() const;
};

void add_run_command(CLI::App& app);
void add_check_command(CLI::App& app);
void add_list_command(CLI::App& app);
void add_show_command(CLI::App& app);
void add_schema_command(CLI::App& app);
void add_privacy_command(CLI::App& app);
void add_sweep_command(CLI::App& app);
void add_merge_command(CLI::App& app);
void add_plan_command(CLI::App& app);
void add_explain_command(CLI::App& app);
void add_compare_command(CLI::App& app);

}  // namespace coinfer
