// Writing one file so that it is there complete or not at all.
#pragma once

#include <filesystem>
#include <string_view>

namespace coinfer {

/// Throws what `write_single_file` would for an existing file, so that it is refused before the work and not after it.
void check_single_file(std::filesystem::path const& path, bool replace);

/// Writes through a hidden sibling and one rename. Throws InputError where the file exists and `replace` is not set, or
/// where something else has the name; OutputError where it cannot be written.
void write_single_file(std::filesystem::path const& path, std::string_view content, bool replace);

}  // namespace coinfer
