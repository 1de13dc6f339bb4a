// Reading privacy budgets from a scenario.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "privacy/budget.hpp"
#include "privacy/privacy.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// A device or fleet that sends requests, and the mechanisms that they draw from.
struct BudgetSource {
  std::string name;
  DeviceId device;
  std::vector<Mechanism> mechanisms;
};

/// The budgets of a scenario, in its order. `parent` is the view of the message that holds them in its repeated field
/// `field` ("privacy_budgets"). Reports a source that sends nothing, two budgets of one, a theorem without its delta, a
/// source that draws from no mechanism, and a theorem that says nothing about its mechanisms. Missing fields are the
/// business of `check_rules`; a budget that lacks one or has a problem is left out.
std::vector<PrivacyBudget> load_budgets(google::protobuf::RepeatedPtrField<proto::PrivacyBudget> const& messages,
                                        Where const& parent, std::string_view field, std::span<BudgetSource const> sources,
                                        Diagnostics& diagnostics);

}  // namespace coinfer
