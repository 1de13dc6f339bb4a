#include "scenarios/catalog.hpp"

#include <algorithm>

#include "privacy/leakage_catalog.hpp"

namespace coinfer {

std::shared_ptr<LeakageTables const> Catalog::leakage(std::set<std::string, std::less<>> const& of_models,
                                                      Diagnostics& diagnostics) const {
  auto const& held = leakage_models_;
  if (leakage_ && std::includes(held.begin(), held.end(), of_models.begin(), of_models.end())) return leakage_;
  leakage_models_.insert(of_models.begin(), of_models.end());
  Diagnostics found;
  auto tables = std::make_shared<LeakageTables const>(load_leakage_of(leakage_models_, extra, found));
  // Problems are told to everybody who asks.
  if (found.ok()) leakage_ = tables;
  for (Diagnostic const& problem : found.sorted()) diagnostics.add(problem);
  return tables;
}

}  // namespace coinfer
