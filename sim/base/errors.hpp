// Every error a user can meet, in one place. Bugs are assertions and do not stand here.
#pragma once

#include <stdexcept>
#include <string>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// What a user reads where std::bad_alloc ends a run.
inline constexpr char const* memory_exhausted =
    "the memory does not suffice for this scenario: fewer requests, or users, need less";

/// Base of all errors that the command line reports.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The input is wrong (exit code 2). Carries every problem found.
class InputError : public Error {
 public:
  explicit InputError(Diagnostics found) : Error(found.text()), diagnostics_(std::move(found)) {}
  /// One problem that belongs to no place in a file: a command-line argument, a missing file.
  explicit InputError(std::string const& message) : Error(message) {}
  [[nodiscard]] Diagnostics const& diagnostics() const { return diagnostics_; }

 private:
  Diagnostics diagnostics_;
};

/// The input is legal but the run could not be carried out (exit code 1).
class RunError : public Error {
 public:
  using Error::Error;
};

/// The run was carried out, and does not keep what the scenario expects of it (exit code 1).
class MissedExpectation : public Error {
 public:
  using Error::Error;
};

/// Somebody stopped the program, which could still say what it leaves (exit code 130).
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// The results folder cannot be written (exit code 1): no permission, no space.
class OutputError : public Error {
 public:
  using Error::Error;
};

}  // namespace coinfer
