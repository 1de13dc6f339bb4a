// What the time of a request can count as. The kernel knows the first parts; the rest are names for what a plan's steps do.
// The order is that of the columns in requests.csv.
#pragma once

#include <array>
#include <string_view>

#include "sim/kernel/task_graph.hpp"

namespace coinfer {

inline constexpr Part compute_part = first_free_part;          ///< layers running on a processor
inline constexpr Part enclave_part = first_free_part + 1;      ///< what an enclave's slowdown adds to that
inline constexpr Part crossing_part = first_free_part + 2;     ///< entering and leaving an enclave, copies over its bridge
inline constexpr Part paging_part = first_free_part + 3;       ///< moving pages in and out of protected memory
inline constexpr Part attestation_part = first_free_part + 4;  ///< quoting and verifying an enclave's evidence
inline constexpr Part protect_part = first_free_part + 5;      ///< masking, recovering and sanitising what leaves
inline constexpr Part crypto_part = first_free_part + 6;       ///< encrypting and decrypting what crosses a link
inline constexpr Part serialise_part = first_free_part + 7;    ///< putting messages into their wire format and back

/// A part and its column.
struct PartName {
  Part part;
  std::string_view column;
};

/// Every part that a plan can use today, in column order. A part joins the table together with the first step that uses it.
inline constexpr std::array<PartName, 12> part_names = {{
    {queue_part, "queue_s"},
    {compute_part, "compute_s"},
    {interference_part, "interference_s"},
    {enclave_part, "enclave_s"},
    {crossing_part, "crossing_s"},
    {paging_part, "paging_s"},
    {attestation_part, "attestation_s"},
    {protect_part, "protect_s"},
    {crypto_part, "crypto_s"},
    {serialise_part, "serialise_s"},
    {wire_part, "wire_s"},
    {propagation_part, "propagation_s"},
}};

}  // namespace coinfer
