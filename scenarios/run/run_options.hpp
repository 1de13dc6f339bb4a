// What is asked of a run beside its results.
#pragma once

#include <memory>

#include "scenarios/run/progress.hpp"

namespace coinfer {

class RunWatcher;
class SpillFile;

struct RunOptions {
  Progress progress;
  /// Whether the record is to hold how resources were used over time (see Timeline). It changes nothing else.
  bool timeline = false;
  /// Hears of everything that happens; null: nobody does. It changes nothing.
  RunWatcher* watcher = nullptr;
  /// Where records of requests go that do not stay in memory; null: a file that the run creates when it needs one.
  std::shared_ptr<SpillFile> file = nullptr;
};

}  // namespace coinfer
