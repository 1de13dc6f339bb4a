// What each operator of the schema does to shapes, and how much work and how many parameters it has. The counting rules
// are those stated in workloads/workloads.proto, beside each operator.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "sim/base/diagnostics.hpp"
#include "workloads/shape.hpp"
#include "workloads/workloads.pb.h"

namespace coinfer {

/// What one operator makes of its inputs. Counts are values, not bytes.
struct OperatorWork {
  std::string kind;
  Shape output;
  std::uint64_t parameters = 0;
  std::uint64_t macs = 0;
  std::uint64_t flop = 0;
  /// Parameters read for one sample.
  std::uint64_t parameters_read = 0;
  /// Values read from the inputs, and written.
  std::uint64_t values_read = 0;
  std::uint64_t values_written = 0;
  bool weight_dependent = false;
};

/// The work of `op` on inputs of the given shapes (at least one), or what is wrong, without its place. Counts above
/// `largest_exact_count` are an error. `op` obeys the rules of its schema.
std::variant<OperatorWork, Diagnostic> operator_work(proto::Operator const& op, std::span<Shape const> inputs);

}  // namespace coinfer
