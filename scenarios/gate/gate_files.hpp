// What a run was expected to keep, for continuous integration and for people.
#pragma once

#include <filesystem>
#include <string>

#include "scenarios/results.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

/// Where a command writes them; empty: nowhere.
struct GateFiles {
  std::string junit;
  std::string markdown;
  [[nodiscard]] bool wanted() const { return !junit.empty() || !markdown.empty(); }
};

/// Throws InputError where one of them can never be written, so that it is told before the work. `results` is the folder
/// that the command itself makes, which need not be there yet; empty: none.
void check_gate_files(GateFiles const& files, std::filesystem::path const& results);

/// Writes the expectations and privacy floors of a run. Throws OutputError.
void write_gate_files(GateFiles const& files, Scenario const& scenario, Results const& results);

/// One Markdown table under a heading that says how many are met.
std::string gate_markdown(Scenario const& scenario, Results const& results);

/// The block "What was expected" for people; empty where nothing was.
std::string expectations_text(Results const& results);

/// The list `expectations` of summary.json.
void write_expectations(JsonWriter& json, Results const& results);

/// A line for each expectation and floor that was not kept, with the scenario's name; empty where all were.
std::string missed_text(Scenario const& scenario, Results const& results);

}  // namespace coinfer
