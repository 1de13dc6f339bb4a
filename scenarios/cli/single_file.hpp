// Writing one file so that it is there complete or not at all.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace coinfer {

/// Throws InputError where `path` is one of the files that a command reads, under whatever name: writing it would destroy
/// what it was made of.
void check_not_an_input(std::filesystem::path const& path, std::span<std::string const> inputs);

/// Throws what `write_single_file` would for an existing file or a missing folder, so that it is refused before the work
/// and not after it.
void check_single_file(std::filesystem::path const& path, bool replace);

/// Writes through a hidden sibling and one rename. Throws InputError where the file exists and `replace` is not set, or
/// where something else has the name; OutputError where it cannot be written.
void write_single_file(std::filesystem::path const& path, std::string_view content, bool replace);

}  // namespace coinfer
