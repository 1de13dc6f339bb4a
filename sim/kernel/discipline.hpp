// How several users of one resource are served.
#pragma once

#include <cstdint>

namespace coinfer {

/// Of a station.
enum class Discipline : std::uint8_t {
  fifo,               ///< first come, first served, `slots` at a time; a waiting job is eligible at once
  processor_sharing,  ///< all at once; up to `slots` jobs at full speed, more share it equally
};

/// Of a link.
enum class Sharing : std::uint8_t {
  fair,  ///< flows share the bandwidth max-min fair
  fifo,  ///< one transfer at a time, in the order they come
};

}  // namespace coinfer
