// Writing leakage tables as comma-separated files.
#pragma once

#include <span>
#include <string>

#include "privacy/leakage_table.hpp"

namespace coinfer {

/// Comment lines that document the columns, the header of `leakage_table_header`, and a line for each row in its order:
/// what `load_leakage_table` reads back unchanged. Numbers are in shortest form; what is not known is empty.
std::string leakage_table_csv(std::span<LeakageRow const> rows);

}  // namespace coinfer
