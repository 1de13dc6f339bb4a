// What the tests of the serving folder share: schedulers driven by hand.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "workloads/serving/session_scheduler.hpp"

namespace coinfer::test {

inline SessionShape shape(std::uint32_t prompt_tokens, std::uint32_t output_tokens, std::uint32_t user = 0,
                          std::vector<std::uint64_t> hashes = {}) {
  SessionShape shape;
  shape.prompt_tokens = prompt_tokens;
  shape.output_tokens = output_tokens;
  shape.user = user;
  shape.prefix_hashes = std::move(hashes);
  return shape;
}

/// The task of a session's opening is ten times its number, that of its steps one more.
inline ServeCall opening(std::uint32_t session, std::uint32_t tokens) { return {session, 10 * session, tokens, 1, true}; }
inline ServeCall steps(std::uint32_t session, std::uint32_t count, std::uint32_t units = 1) {
  return {session, 10 * session + 1, units, count, false};
}

/// "1: 4 at 0, 2: 3 at 0 part, 3: 1 at 8 step" for the items of an iteration; a part of an opening yields nothing.
inline std::string text(Batch const& batch) {
  std::string text;
  for (BatchItem const& item : batch.items) {
    text += (text.empty() ? "" : ", ") + std::to_string(item.session) + ": " + std::to_string(item.units) + " at " +
            std::to_string(item.held) + (item.opening ? "" : " step") + (item.yields ? "" : " part");
  }
  return text;
}

/// Runs a scheduler iteration by iteration.
class Driver {
 public:
  explicit Driver(SessionScheduler& scheduler) : scheduler_(scheduler) {}

  /// Opens a session and enters its opening.
  void start(std::uint32_t session, SessionShape const& shape, double now_s = 0) {
    scheduler_.open_session(session, shape);
    scheduler_.enter(opening(session, shape.prompt_tokens), now_s);
  }

  /// One iteration; what it worked on.
  std::string iterate(double now_s = 0) {
    Batch batch;
    next_s = scheduler_.compose(now_s, batch);
    ended.clear();
    if (!batch.items.empty()) scheduler_.finish(batch, now_s, ended);
    return text(batch);
  }

  std::vector<std::uint32_t> ended;  ///< tasks that the last iteration ended
  double next_s = 0;                 ///< what compose returned

 private:
  SessionScheduler& scheduler_;
};

using Tasks = std::vector<std::uint32_t>;

}  // namespace coinfer::test
