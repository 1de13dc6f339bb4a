// Options of the commands that decide expectations.
#pragma once

#include <CLI/CLI.hpp>

#include "scenarios/gate/gate_files.hpp"

namespace coinfer {

/// Adds --junit and --markdown, which fill `files`.
inline void add_gate_options(CLI::App& command, GateFiles& files) {
  auto const named = [](std::string const& name) {
    return name.empty() ? std::string("the name is empty") : std::string();
  };
  command.add_option("--junit", files.junit, "Write what was expected, and whether it is kept, as JUnit XML")->check(named);
  command.add_option("--markdown", files.markdown, "Write the same as a table in Markdown")->check(named);
}

}  // namespace coinfer
