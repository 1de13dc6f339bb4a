// What is wrong with the input, and where: `file:line:col: problem (why) suggestion?`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// A place in an input file. Lines and columns count from 1; line 0 means the file as a whole.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One problem of the input.
struct Diagnostic {
  Location where;
  /// What is wrong, in lower case, without a full stop: "unknown field 'devces'".
  std::string problem;
  /// Why it cannot be accepted. Empty prints nothing.
  std::string why;
  /// What the user may have meant, as a question without its mark: "did you mean 'devices'". Empty prints nothing.
  std::string suggestion;
};

/// `file:line:col: problem (why) suggestion?`; absent parts leave no trace.
std::string to_string(Diagnostic const& diagnostic);

/// Collects problems so that a user sees all of them at once.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
  void add(Location where, std::string problem, std::string why = {}, std::string suggestion = {}) {
    add(Diagnostic{std::move(where), std::move(problem), std::move(why), std::move(suggestion)});
  }
  [[nodiscard]] bool ok() const { return list_.empty(); }
  /// In order of place: by file as first met, then line, then column.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;
  /// Every problem on its own line.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace coinfer
