#include "scenarios/catalog.hpp"

#include "privacy/leakage_catalog.hpp"

namespace coinfer {

std::shared_ptr<LeakageTables const> Catalog::leakage(Diagnostics& diagnostics) const {
  if (leakage_) return leakage_;
  Diagnostics found;
  auto tables = std::make_shared<LeakageTables const>(load_leakage_catalog(extra, found));
  // Problems are told to everybody who asks.
  if (found.ok()) leakage_ = tables;
  for (Diagnostic const& problem : found.sorted()) diagnostics.add(problem);
  return tables;
}

}  // namespace coinfer
