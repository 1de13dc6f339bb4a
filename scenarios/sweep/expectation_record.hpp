// Expectations and what they were held against, as bytes in the journal of a sweep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/gate/verdict.hpp"

namespace coinfer {

/// The bounds, which most runs of a sweep share.
std::string packed_expectations(std::vector<ExpectationVerdict> const& verdicts);
std::vector<Expectation> unpacked_expectations(std::string_view bytes);

/// Whether these are the bounds that the verdicts are on.
bool are_bounds_of(std::vector<Expectation> const& bounds, std::vector<ExpectationVerdict> const& verdicts);

/// What one run has to say to them; the verdict follows from it.
std::string packed_figures(std::vector<ExpectationVerdict> const& verdicts);
/// As many verdicts as expectations.
std::vector<ExpectationVerdict> unpacked_verdicts(std::vector<Expectation> const& expectations, std::string_view bytes);

}  // namespace coinfer
