// Work in a process of its own. SimGrid's engine is a singleton whose clock cannot be reset, so every run that needs it
// gets a fresh process, and gives the same bits whatever ran before.
#pragma once

#include <functional>
#include <string>

namespace coinfer {

/// Runs `work` in a forked child and returns the bytes that it returned there. Changes that `work` makes to memory are
/// lost. The child ends when the calling thread ends, and SIGINT and SIGTERM end it even where the caller handles them.
///
/// Throws what `work` throws: InputError, RunError and OutputError arrive with the same type and text (the places of an
/// InputError only as text), any other exception as RunError. RunError too when the child ends otherwise ("the simulation
/// process ended with signal 11 (Segmentation fault)") and when it cannot be started.
std::string run_in_child(std::function<std::string()> const& work);

}  // namespace coinfer
