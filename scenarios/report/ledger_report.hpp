// What the privacy ledger says, in a results folder and for people.
#pragma once

#include <string>

#include "scenarios/results.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

/// `"privacy_ledger": [...]`, one entry a source that draws from private mechanisms.
void write_privacy_ledger(JsonWriter& json, Results const& results);

/// ledger.csv: one row a member that asked for draws.
std::string ledger_csv(Results const& results);

/// A paragraph of the answer; empty where nothing draws from a private mechanism.
std::string ledger_text(Results const& results);

}  // namespace coinfer
