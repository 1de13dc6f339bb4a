// What keeps a tensor from being read where it is seen.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace coinfer {

/// The protection a tensor has at one place, from the weakest to the strongest: the order compares protections. Results and
/// tables use the words, never the numbers.
enum class Protection {
  clear,                ///< The values themselves are seen.
  noised,               ///< Values that a differentially private mechanism made of them are seen.
  masked,               ///< The values plus secret random ones are seen.
  transport_encrypted,  ///< Ciphertext is seen (TLS on a link); only the two ends hold the key.
  sealed,               ///< Inside an enclave: its host sees ciphertext.
};

/// "clear", "noised", "masked", "transport_encrypted", "sealed".
std::string_view to_string(Protection protection);

/// Every word, weakest first.
std::span<std::string const> protection_words();

/// The protection of that word, or nothing.
std::optional<Protection> protection_of(std::string_view word);

/// Whether nothing but ciphertext is seen under it, so that no attack on values applies.
bool is_ciphertext(Protection protection);

}  // namespace coinfer
