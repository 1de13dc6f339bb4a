// The subcommands of `coinfer privacy`, one file each.
#pragma once

#include <CLI/CLI.hpp>

namespace coinfer {

void add_rc2(CLI::App& privacy);
void add_locate(CLI::App& privacy);
void add_tables(CLI::App& privacy);
void add_frontier(CLI::App& privacy);

}  // namespace coinfer
