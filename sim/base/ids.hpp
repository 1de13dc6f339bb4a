// Typed indices: the index of a device is not the index of a link.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

namespace coinfer {

/// An index into the table of one kind of thing. A default-constructed id names nothing.
template <class Kind>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t index) : index_(index) {}

  [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
  [[nodiscard]] constexpr bool valid() const { return index_ != std::numeric_limits<std::uint32_t>::max(); }
  friend constexpr auto operator<=>(Id a, Id b) = default;

 private:
  std::uint32_t index_ = std::numeric_limits<std::uint32_t>::max();
};

}  // namespace coinfer

template <class Kind>
struct std::hash<coinfer::Id<Kind>> {
  std::size_t operator()(coinfer::Id<Kind> id) const noexcept { return id.index(); }
};
