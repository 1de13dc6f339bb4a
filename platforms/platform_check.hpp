// Whether the parts of a platform fit together. The platform's constructor and its loader ask the same question here.
#pragma once

#include <string>
#include <vector>

#include "platforms/platform.hpp"

namespace coinfer {

/// One inconsistency, with enough about its place for a loader to point at the file.
struct PlatformProblem {
  enum class Part { devices, switches, links };
  Part part;
  std::size_t index;          ///< of the device, switch or link
  std::string field;          ///< schema field of that part at fault; empty for the part itself
  std::string element_field;  ///< where `field` is "processors" or "enclaves": the field of that element
  std::size_t element = 0;    ///< where `field` is "processors" or "enclaves": its index
  std::string problem;        ///< as in Diagnostic
  std::string why;            ///< as in Diagnostic
};

/// Every inconsistency, in declaration order; empty for a platform that can be constructed.
std::vector<PlatformProblem> check_platform(PlatformInput const& input);

}  // namespace coinfer
