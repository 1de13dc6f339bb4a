// What the time of a request can count as. The kernel knows the first three parts; the rest are names for what a plan's
// steps do. The order is that of the columns in requests.csv.
#pragma once

#include <array>
#include <string_view>

#include "sim/kernel/task_graph.hpp"

namespace coinfer {

inline constexpr Part compute_part = first_free_part;     ///< layers running on a processor
inline constexpr Part crypto_part = first_free_part + 1;  ///< encrypting and decrypting what crosses a link

/// A part and its column.
struct PartName {
  Part part;
  std::string_view column;
};

/// Every part that a plan can use today, in column order. A part joins the table together with the first step that uses it.
inline constexpr std::array<PartName, 5> part_names = {{
    {queue_part, "queue_s"},
    {compute_part, "compute_s"},
    {crypto_part, "crypto_s"},
    {wire_part, "wire_s"},
    {propagation_part, "propagation_s"},
}};

}  // namespace coinfer
