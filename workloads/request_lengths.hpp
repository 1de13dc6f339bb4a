// How many tokens the requests of a workload have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "sim/base/distributions.hpp"
#include "sim/base/random.hpp"
#include "workloads/recorded_lengths.hpp"
#include "workloads/request_shape.hpp"

namespace coinfer {

/// A random number of tokens: a draw, limited to [min, max], rounded to whole tokens.
struct TokenCount {
  Distribution tokens = Constant{1};
  std::uint32_t min = 1;            ///< >= 1
  std::uint32_t max = most_tokens;  ///< >= min; the draw itself where that is constant
};

struct DrawnLengths {
  TokenCount prompt;
  std::optional<TokenCount> output;  ///< absent: nothing is generated (an encoder)
};

struct ReplayedLengths {
  std::shared_ptr<RecordedLengths const> recorded;  ///< at least one row
  /// Whether a request has the lengths of the row that its arrival came from. Otherwise rows are taken one after the other,
  /// and from the start again.
  bool row_of_arrival = true;
};

/// Prompts begin with one of `groups` texts of `tokens` tokens, each drawn evenly.
struct SharedPrefix {
  std::uint32_t tokens = 1;  ///< >= 1
  std::uint32_t groups = 1;  ///< >= 1
};

/// What a scenario says about the lengths of one workload; `workloads/request_lengths_load.hpp` reads it.
struct LengthPattern {
  std::variant<DrawnLengths, ReplayedLengths> lengths = DrawnLengths{};
  std::optional<SharedPrefix> prefix;  ///< absent where the trace names its own
};

/// The largest that requests can be, to compare with what a server holds.
struct LargestLengths {
  std::uint32_t prompt_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint64_t sum_tokens = 0;  ///< of prompt and output of one request
};
LargestLengths largest_lengths(LengthPattern const& pattern);

/// The requests of one workload, one after the other, from the streams "requests.prompt", "requests.output" and
/// "requests.prefix" of index `index`. Ids of prefixes are apart from those of any other index: workloads share nothing.
class RequestLengths {
 public:
  RequestLengths(LengthPattern pattern, std::uint64_t seed, std::uint64_t index);
  /// The next request. `row` is that of its arrival (`Arrivals::row`), of meaning only where the lengths come from the rows
  /// of the trace whose arrivals are replayed.
  RequestShape next(std::size_t row);

 private:
  void replay(ReplayedLengths const& lengths, std::size_t row, RequestShape& shape);

  LengthPattern pattern_;
  std::uint64_t first_id_;
  RandomStream prompts_;
  RandomStream outputs_;
  RandomStream prefixes_;
  std::size_t count_ = 0;
};

}  // namespace coinfer
