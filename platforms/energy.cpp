#include "platforms/energy.hpp"

#include <cassert>

namespace coinfer {

std::optional<Joules> processor_energy(Processor const& processor, Seconds busy, Seconds total) {
  assert(Seconds(0) <= busy && busy <= total);
  Joules energy;
  if (busy < total) {
    if (!processor.idle) return std::nullopt;
    energy += *processor.idle * (total - busy);
  }
  if (busy > Seconds(0)) {
    if (!processor.busy) return std::nullopt;
    energy += *processor.busy * busy;
  }
  return energy;
}

std::optional<Joules> transfer_energy(Link const& link, Direction direction, Bytes amount) {
  assert(amount >= Bytes(0));
  auto const& energy = direction == Direction::up ? link.up_energy : link.down_energy;
  if (!energy) return std::nullopt;
  return *energy * amount;
}

}  // namespace coinfer
