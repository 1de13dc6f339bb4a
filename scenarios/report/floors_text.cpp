#include "scenarios/report/floors_text.hpp"

namespace coinfer {

std::string floors_text(std::span<FloorVerdict const> verdicts) {
  std::string out;
  for (FloorVerdict const& verdict : verdicts) {
    out += std::string(out.empty() ? "\nWhat it must not leak\n" : "") +
           (verdict.kept ? "  kept          " : "  MISSED        ") + to_text(verdict.floor) + ": " + verdict.reason + "\n";
  }
  return out;
}

}  // namespace coinfer
