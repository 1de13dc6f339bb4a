#include "scenarios/sweep/sweep.hpp"

#include "sim/base/random.hpp"

namespace coinfer {

std::uint64_t seed_of(Sweep const& sweep, std::uint64_t base, std::uint64_t point, std::uint32_t replication) {
  std::uint64_t const first = sweep.independent_seeds && point > 0 ? RandomStream(base, "sweep.point", point).bits() : base;
  return replication == 0 ? first : RandomStream(first, "sweep.replication", replication).bits();
}

}  // namespace coinfer
