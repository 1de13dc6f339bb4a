// How far a run is.
#pragma once

#include <cstdint>
#include <functional>

namespace coinfer {

/// Called every few ten thousand requests with the number of requests that have ended and the simulated time. May be empty.
using Progress = std::function<void(std::uint64_t ended, double now_s)>;

}  // namespace coinfer
