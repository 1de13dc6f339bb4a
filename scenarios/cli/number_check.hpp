// Bounds of options that are numbers with a fraction.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace coinfer {

/// A check that refuses what is not from `least` to `most`, both included. CLI::Range lets NaN through, which is neither
/// below nor above anything.
inline CLI::Validator number_between(double least, double most) {
  std::string const range = CLI::detail::to_string(least) + " - " + CLI::detail::to_string(most);
  auto const refusal = [=](std::string const& text) {
    double value = 0;
    bool const within = CLI::detail::lexical_cast(text, value) && value >= least && value <= most;
    return within ? std::string() : "Value " + text + " not in range " + range;
  };
  return {refusal, "FLOAT in [" + range + "]"};
}

}  // namespace coinfer
