# Turns files into a C++ source that holds their bytes.
# Usage: cmake -DOUTPUT=out.cpp -DFUNCTION=name -DROOT=repository -DFILES="a;b" -P embed.cmake
# The source defines `std::span<coinfer::EmbeddedFile const> coinfer::FUNCTION()`, files in the order given.
set(body "#include <array>\n\n#include \"sim/base/embedded.hpp\"\n\nnamespace coinfer {\n\n")
string(APPEND body "std::span<EmbeddedFile const> ${FUNCTION}();\n\nnamespace {\n\n")
set(index 0)
set(entries "")
foreach(file IN LISTS FILES)
  file(READ "${ROOT}/${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  # A final NUL keeps an empty file legal; it is not part of the content.
  string(APPEND body "constexpr char content_${index}[] = {${bytes}'\\0'};\n")
  string(APPEND entries "    EmbeddedFile{\"${file}\", {content_${index}, sizeof(content_${index}) - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND body "\nconstexpr std::array<EmbeddedFile, ${index}> files = {{\n${entries}}};\n\n}  // namespace\n\n")
string(APPEND body "std::span<EmbeddedFile const> ${FUNCTION}() { return files; }\n\n}  // namespace coinfer\n")
file(WRITE "${OUTPUT}" "${body}")
