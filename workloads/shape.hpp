// The shape of a tensor without its batch dimension, and exact counts that cannot wrap around.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace coinfer {

/// The largest count that every double below it also holds exactly. Shapes and counts above it are refused as input.
inline constexpr std::uint64_t largest_exact_count = std::uint64_t{1} << 53;

/// a * b, or the largest 64-bit number where that does not fit: a hostile size stays large instead of wrapping around.
constexpr std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

/// a * b * c * ..., saturating.
template <class... Rest>
constexpr std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b, Rest... rest) {
  return saturating_product(saturating_product(a, b), rest...);
}

/// a + b, saturating.
constexpr std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  return __builtin_add_overflow(a, b, &result) ? UINT64_MAX : result;
}

/// Sizes of a tensor: [channels, height, width], [tokens, width] or [width].
struct Shape {
  std::vector<std::uint64_t> sizes;

  /// Number of values: the product of the sizes, saturating.
  [[nodiscard]] std::uint64_t elements() const {
    std::uint64_t product = 1;
    for (std::uint64_t const size : sizes) product = saturating_product(product, size);
    return product;
  }
  friend bool operator==(Shape const&, Shape const&) = default;
};

/// "512x8x8".
inline std::string to_string(Shape const& shape) {
  std::string text;
  for (std::uint64_t const size : shape.sizes) {
    if (!text.empty()) text += 'x';
    text += std::to_string(size);
  }
  return text;
}

}  // namespace coinfer
