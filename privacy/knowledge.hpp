// What an attacker can do with the part of the model that runs before the cut.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace coinfer {

/// From the most to the least. Who has the weights can also query, and who can query can also refrain from it, so an
/// adversary can carry out every attack that needs at most its own knowledge.
enum class Knowledge {
  white_box,   ///< Has the weights.
  black_box,   ///< Can query it.
  query_free,  ///< Can neither read nor query it.
};

/// "white_box", "black_box", "query_free".
std::string_view to_string(Knowledge knowledge);

/// Every word, most knowledge first.
std::span<std::string const> knowledge_words();

/// The knowledge of that word, or nothing.
std::optional<Knowledge> knowledge_of(std::string_view word);

/// Whether someone with knowledge `has` can carry out an attack that needs `needs`.
bool suffices(Knowledge has, Knowledge needs);

}  // namespace coinfer
