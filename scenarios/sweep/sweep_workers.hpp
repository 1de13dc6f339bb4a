// Many pieces of work in a few processes: each takes the next piece when it is done with one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace coinfer {

/// Does one piece of work, in a process of its own.
using Worker = std::function<void(std::uint64_t item)>;

struct WorkerCalls {
  /// Makes worker `number`, from 0; called in its process, and again in a new one where that one died.
  std::function<Worker(std::uint32_t number)> make;
  /// In the calling process, when worker `number` died over an item ("signal 9 (Killed)"). It is not tried again.
  std::function<void(std::uint32_t number, std::uint64_t item, std::string const& how)> died;
  /// In the calling process, a few times a second: so many pieces are done.
  std::function<void(std::uint64_t done)> progress;
};

/// Does the pieces 0, 1, ... `items` - 1 in `jobs` processes. Workers are forked from the calling process, which must not
/// have started threads; they end when it ends, however it does. Memory that they change is their own.
///
/// Returns false where SIGINT or SIGTERM came, unless the caller ignores it: the workers have then been ended at once, in
/// the middle of whatever they did. Throws OutputError where a worker does, or where none can be started; any other
/// exception in a worker ends it as a signal would.
bool work_in_processes(std::uint64_t items, std::uint32_t jobs, WorkerCalls const& calls);

}  // namespace coinfer
