// Reading measured iteration times: a StepTables message and the CSV tables it names.
#pragma once

#include <filesystem>
#include <memory>

#include "sim/base/located.hpp"
#include "workloads/serving/serving.pb.h"
#include "workloads/serving/step_tables.hpp"

namespace coinfer {

/// The tables that `message` describes, or null after located problems: unreadable files, missing columns, numbers that are
/// none, negative times, an operation without rows, a combination of knots given twice or not at all. A message that breaks
/// the rules of its schema gives nothing without a further problem. Relative paths start at `folder`.
std::shared_ptr<StepTables const> load_step_tables(proto::StepTables const& message, Where const& where,
                                                   std::filesystem::path const& folder, Diagnostics& diagnostics);

/// The same from a file that holds the message, checked against its rules; tables' paths start at that file's folder. Where
/// the file itself cannot be read, the problem stands at `named`.
std::shared_ptr<StepTables const> read_step_tables(std::filesystem::path const& file, Location const& named,
                                                   Diagnostics& diagnostics);

}  // namespace coinfer
