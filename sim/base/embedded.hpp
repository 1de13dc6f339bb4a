// Files compiled into the program by cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace coinfer {

/// One embedded file: its path from the repository root and its bytes.
struct EmbeddedFile {
  std::string_view path;
  std::string_view content;
};

}  // namespace coinfer
