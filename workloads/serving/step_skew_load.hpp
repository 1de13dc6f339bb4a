// Reading a skew correction from CSV.
//
// The file has the header
//
//   pc,n_label,skew_rate_label,kv_big_label,kp_label,alpha
//
// (further columns are not looked at) with a number in `pc` (prefill tokens) and `alpha`, and bins elsewhere: "n<=64",
// "sr<=15%", "kvB<=16k", "kp=0", "sr>70%", where k is 1,024.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/base/diagnostics.hpp"
#include "workloads/serving/step_skew.hpp"

namespace coinfer {

/// Null after located problems: missing columns, no row, what is no number or no bin, a combination twice.
std::shared_ptr<StepSkew const> load_step_skew(std::string const& file, std::string_view text, Diagnostics& diagnostics);

}  // namespace coinfer
