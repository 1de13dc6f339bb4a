// How many sessions the iterations of a server have shown: what an iteration shows, it shows of every member of its batch.
#pragma once

#include <cstdint>

#include "privacy/plan.hpp"
#include "sim/kernel/batching.hpp"

namespace coinfer {

/// Members of iterations, and those of them that got a token.
struct SessionsShown {
  std::uint64_t all = 0;
  std::uint64_t yielding = 0;

  void add(BatchItem const& item) {
    ++all;
    if (item.yields) ++yielding;
  }
  /// Of how many sessions a task of the iteration shows something. A part of a prompt that yields nothing shows no answer,
  /// and sends nothing that is sent of last positions only.
  [[nodiscard]] std::uint64_t of(Plan const& plan, Phase const& iteration, std::uint32_t task) const;
};

}  // namespace coinfer
