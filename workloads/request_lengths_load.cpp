#include "workloads/request_lengths_load.hpp"

#include <string>

#include "sim/base/distribution_load.hpp"
#include "sim/base/field_rules.hpp"
#include "workloads/arrival_trace.hpp"

namespace coinfer {

namespace {

TokenCount load_count(proto::TokenCount const& message, Where const& where, Diagnostics& diagnostics) {
  if (message.has_constant()) {
    for (char const* const field : {"min", "max"}) {
      bool const given = field == std::string_view("min") ? message.has_min() : message.has_max();
      if (given) diagnostics.add(where.field(field), std::string("'") + field + "' is given beside 'constant'");
    }
    return {Constant{static_cast<double>(message.constant())}, message.constant(), message.constant()};
  }
  check_distribution(message.distribution(), where.child("distribution"), diagnostics);
  if (!diagnostics.ok()) return {};
  TokenCount count;
  count.tokens = load_distribution(message.distribution());
  if (message.has_min()) count.min = message.min();
  if (!message.has_max()) {
    diagnostics.add(where.here(), "field 'max' is missing", "the largest request is checked to fit");
    return {};
  }
  count.max = message.max();
  if (count.max < count.min) {
    diagnostics.add(where.field("max"), "max is " + std::to_string(count.max),
                    "must be at least min, which is " + std::to_string(count.min));
  }
  return count;
}

std::optional<ReplayedLengths> load_replay(proto::TokenLengths::Replay const& message, Where const& where,
                                           std::filesystem::path const& folder, Diagnostics& diagnostics) {
  auto trace = load_arrival_trace(folder / message.path(), where.field("path"), diagnostics);
  if (!trace) return std::nullopt;
  if (trace->lengths == nullptr) {
    diagnostics.add(where.field("path"),
                    "the trace '" + message.path() + "' does not say how many tokens its requests have");
    return std::nullopt;
  }
  return ReplayedLengths{std::move(trace->lengths), false};
}

// What must and must not stand together.
bool check_fields(proto::TokenLengths const& message, Where const& where, Diagnostics& diagnostics) {
  if (message.has_prompt() == message.has_replay()) {
    diagnostics.add(
        message.has_replay() ? where.field("replay") : where.here(),
        message.has_replay() ? "both 'prompt' and 'replay' are given" : "neither 'prompt' nor 'replay' is given");
    return false;
  }
  if (message.has_replay() && message.has_output()) {
    diagnostics.add(where.field("output"), "both 'output' and 'replay' are given", "the trace has both prompt and output");
    return false;
  }
  return true;
}

}  // namespace

std::optional<LengthPattern> load_request_lengths(proto::TokenLengths const& message, Where const& where,
                                                  std::filesystem::path const& folder, Diagnostics& diagnostics) {
  Diagnostics found;
  check_rules(message, where, found);
  if (!found.ok()) return std::nullopt;
  LengthPattern pattern;
  if (check_fields(message, where, found)) {
    if (message.has_replay()) {
      if (auto replayed = load_replay(message.replay(), where.child("replay"), folder, found)) {
        pattern.lengths = *std::move(replayed);
      }
    } else {
      DrawnLengths drawn;
      Diagnostics of_prompt;  // each count is checked on its own
      Diagnostics of_output;
      drawn.prompt = load_count(message.prompt(), where.child("prompt"), of_prompt);
      if (message.has_output()) drawn.output = load_count(message.output(), where.child("output"), of_output);
      for (Diagnostics const* problems : {&of_prompt, &of_output}) {
        for (auto const& diagnostic : problems->sorted()) found.add(diagnostic);
      }
      pattern.lengths = drawn;
    }
  }
  if (message.has_prefix()) pattern.prefix = SharedPrefix{message.prefix().tokens(), 1};
  if (message.prefix().has_groups()) pattern.prefix->groups = message.prefix().groups();
  auto const* const replayed = std::get_if<ReplayedLengths>(&pattern.lengths);
  if (pattern.prefix && replayed != nullptr && !replayed->recorded->prefix_ends.empty()) {
    found.add(where.field("prefix"), "both 'prefix' and a trace that names shared beginnings are given");
  }
  for (auto const& diagnostic : found.sorted()) diagnostics.add(diagnostic);
  if (!found.ok()) return std::nullopt;
  return pattern;
}

std::optional<LengthPattern> lengths_of_arrivals(ArrivalPattern const& arrivals) {
  auto const* const replay = std::get_if<ReplayPattern>(&arrivals);
  if (replay == nullptr || replay->lengths == nullptr) return std::nullopt;
  LengthPattern pattern;
  pattern.lengths = ReplayedLengths{replay->lengths, true};
  return pattern;
}

}  // namespace coinfer
