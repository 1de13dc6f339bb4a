// Which privacy floors a run kept and which it missed, as `coinfer run` tells it.
#pragma once

#include <span>
#include <string>

#include "privacy/floor.hpp"

namespace coinfer {

/// A line each with the reason; empty where there are none.
std::string floors_text(std::span<FloorVerdict const> verdicts);

}  // namespace coinfer
