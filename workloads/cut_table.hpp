// The table behind `coinfer show model NAME --cuts`: what each cut sends and what it keeps on the edge.
#pragma once

#include <string>
#include <vector>

#include "workloads/cut.hpp"

namespace coinfer {

/// One cut at which a single tensor crosses.
struct CutRow {
  std::string name;
  std::vector<std::string> aliases;
  Shape shape;
  std::uint64_t elements = 0;
  Bytes fp32_bytes;  ///< elements in fp32, for the input too
  std::uint64_t edge_parameters = 0;
  double edge_parameters_percent = 0;  ///< of all parameters; 0 where the model has none
  std::uint64_t edge_macs = 0;
  double edge_macs_percent = 0;  ///< of all multiply-accumulates
};

/// One row for every cut of `single_tensor_cuts`, in model order.
std::vector<CutRow> cut_table(Model const& model);

/// Aligned columns for people: sizes in KiB, multiply-accumulates in millions, percentages with two and one decimals.
std::string cut_table_text(Model const& model, std::vector<CutRow> const& rows);

/// The same as CSV with exact numbers:
/// cut,aliases,shape,elements,fp32_bytes,edge_parameters,edge_parameters_percent,edge_macs,edge_macs_percent.
/// Several aliases are joined with ";".
std::string cut_table_csv(std::vector<CutRow> const& rows);

}  // namespace coinfer
