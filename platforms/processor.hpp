// One compute unit of a device: how fast it computes, how many jobs it serves, what power it draws.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "platforms/data_type.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/discipline.hpp"

namespace coinfer {

struct Processor {
  enum class Kind { cpu, gpu, npu };

  std::string name;  ///< unique in its device
  Kind kind = Kind::cpu;
  /// Effective rate (peak times efficiency) by data type; absent where the processor does not compute in that type.
  std::array<std::optional<FlopPerSecond>, data_types.size()> rates;
  std::optional<BytesPerSecond> memory;  ///< effective bandwidth; absent: unknown
  std::optional<Seconds> launch;         ///< fixed cost of starting one layer; absent: unknown, counts as none
  unsigned slots = 1;                    ///< jobs served at the same time, >= 1
  Discipline discipline = Discipline::fifo;
  std::optional<Watts> idle;  ///< power while no job is served; absent: not measured
  std::optional<Watts> busy;  ///< power while at least one job is served, >= idle; absent: not measured

  /// The effective rate in `type`, or nothing.
  [[nodiscard]] std::optional<FlopPerSecond> rate(DataType type) const { return rates[static_cast<std::size_t>(type)]; }
};

}  // namespace coinfer
