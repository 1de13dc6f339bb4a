#include "workloads/request_lengths.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace coinfer {

namespace {

constexpr unsigned prefix_id_bits = 40;  // as RecordedLengths promises

std::uint32_t draw_tokens(TokenCount const& count, RandomStream& stream) {
  double const least = count.min;
  double const most = count.max;
  // Limits are whole, so that the rounded value keeps them.
  return static_cast<std::uint32_t>(std::floor(std::clamp(draw(count.tokens, stream), least, most) + 0.5));
}

}  // namespace

LargestLengths largest_lengths(LengthPattern const& pattern) {
  LargestLengths largest;
  if (auto const* drawn = std::get_if<DrawnLengths>(&pattern.lengths)) {
    largest.prompt_tokens = drawn->prompt.max;
    if (drawn->output) largest.output_tokens = drawn->output->max;
    largest.sum_tokens = std::uint64_t{largest.prompt_tokens} + largest.output_tokens;
    return largest;
  }
  RecordedLengths const& rows = *std::get<ReplayedLengths>(pattern.lengths).recorded;
  for (std::size_t row = 0; row < rows.prompt_tokens.size(); ++row) {
    largest.prompt_tokens = std::max(largest.prompt_tokens, rows.prompt_tokens[row]);
    largest.output_tokens = std::max(largest.output_tokens, rows.output_tokens[row]);
    largest.sum_tokens = std::max(largest.sum_tokens, std::uint64_t{rows.prompt_tokens[row]} + rows.output_tokens[row]);
  }
  return largest;
}

RequestLengths::RequestLengths(LengthPattern pattern, std::uint64_t seed, std::uint64_t index)
    : pattern_(std::move(pattern)),
      first_id_(index << prefix_id_bits),
      prompts_(seed, "requests.prompt", index),
      outputs_(seed, "requests.output", index),
      prefixes_(seed, "requests.prefix", index) {}

RequestShape RequestLengths::next(std::size_t row) {
  RequestShape shape;
  if (auto const* drawn = std::get_if<DrawnLengths>(&pattern_.lengths)) {
    shape.prompt_tokens = draw_tokens(drawn->prompt, prompts_);
    if (drawn->output) shape.output_tokens = draw_tokens(*drawn->output, outputs_);
  } else {
    replay(std::get<ReplayedLengths>(pattern_.lengths), row, shape);
  }
  ++count_;
  if (pattern_.prefix) {
    assert(shape.prefix_ids.empty());
    shape.prefix_ids = {first_id_ + prefixes_.below(pattern_.prefix->groups)};
    shape.prefix_id_tokens = pattern_.prefix->tokens;
  }
  return shape;
}

void RequestLengths::replay(ReplayedLengths const& lengths, std::size_t row, RequestShape& shape) {
  RecordedLengths const& rows = *lengths.recorded;
  std::size_t const at = lengths.row_of_arrival ? row : count_ % rows.prompt_tokens.size();
  assert(at < rows.prompt_tokens.size());
  shape.prompt_tokens = rows.prompt_tokens[at];
  shape.output_tokens = rows.output_tokens[at];
  if (rows.prefix_ends.empty()) return;
  for (std::size_t i = at == 0 ? 0 : rows.prefix_ends[at - 1]; i < rows.prefix_ends[at]; ++i) {
    shape.prefix_ids.push_back(first_id_ + rows.prefix_ids[i]);
  }
  shape.prefix_id_tokens = rows.prefix_id_tokens;
}

}  // namespace coinfer
