// What is asked of a run beside its results.
#pragma once

#include "scenarios/run/progress.hpp"

namespace coinfer {

class RunWatcher;

struct RunOptions {
  Progress progress;
  /// Whether the record is to hold how resources were used over time (see Timeline). It changes nothing else.
  bool timeline = false;
  /// Hears of everything that happens; null: nobody does. It changes nothing.
  RunWatcher* watcher = nullptr;
};

}  // namespace coinfer
