#include "scenarios/cli/sweep_text.hpp"

#include "scenarios/report/readable.hpp"

namespace coinfer {

namespace {

std::string counted(std::uint64_t count, std::string const& one, std::string const& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}
std::string counted(std::uint64_t count, std::string const& thing) { return counted(count, thing, thing + "s"); }

std::string names_of(PointsSummary const& summary, std::vector<std::string> const& axes, AxisEffects::Verdict verdict) {
  std::string names;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    if (summary.axis_verdicts[axis] == verdict) names += (names.empty() ? "'" : ", '") + axes[axis] + "'";
  }
  return names;
}

}  // namespace

std::string rate_text(std::uint64_t done, std::uint64_t before, std::uint64_t total, double elapsed_s) {
  int constexpr digits = 2;
  std::string text = std::to_string(done) + " of " + std::to_string(total) + " runs";
  if (done == before || elapsed_s <= 0) return text;
  double const rate_per_s = static_cast<double>(done - before) / elapsed_s;
  return text + ", " + readable_number(rate_per_s, digits) + " per s, " +
         readable_duration(static_cast<double>(total - done) / rate_per_s, digits) + " left";
}

std::string sweep_text(PointsSummary const& summary, std::vector<std::string> const& axes) {
  std::string text = counted(summary.runs, "run") + ": " + std::to_string(summary.runs - summary.failed - summary.invalid) +
                     " ok, " + std::to_string(summary.failed) + " failed, " + std::to_string(summary.invalid) +
                     " invalid\n";
  SweepVerdicts const& verdicts = summary.verdicts;
  if (verdicts.points > 0) {
    text += std::to_string(verdicts.points - verdicts.points_missed) + " of " + counted(verdicts.points, "point") +
            (verdicts.points == 1 ? " is" : " are") + " as expected\n";
  }
  std::string const idle = names_of(summary, axes, AxisEffects::Verdict::idle);
  if (!idle.empty()) {
    text += "No result changes with " + idle + ": runs that differ in nothing else have equal rows\n";
  }
  std::string const unknown = names_of(summary, axes, AxisEffects::Verdict::unknown);
  if (!unknown.empty()) {
    text += "Whether any result changes with " + unknown + " cannot be told: no two runs of one seed differ in it alone\n";
  }
  std::string skips;
  for (std::uint32_t const rule : summary.idle_skips) {
    skips += (skips.empty() ? "" : ", ") + std::string("skip[") + std::to_string(rule) + "]";
  }
  if (!skips.empty()) text += "No point is left out by " + skips + ": no combination of values meets all its conditions\n";
  return text;
}

std::string what_went_wrong(PointsSummary const& summary) {
  std::string text;
  if (summary.failed + summary.invalid > 0) {
    text = counted(summary.failed + summary.invalid, "run") + " failed or invalid, the first: " + summary.first_reason;
  }
  if (summary.missed_floors > 0) {
    text += (text.empty() ? "" : "\n") + std::string("privacy floors missed in ") + counted(summary.missed_floors, "run");
  }
  SweepVerdicts const& verdicts = summary.verdicts;
  for (std::string const& miss : verdicts.misses) text += (text.empty() ? "" : "\n") + ("expectation missed: " + miss);
  if (verdicts.missed > verdicts.misses.size()) {
    text +=
        "\nand " + counted(verdicts.missed - verdicts.misses.size(), "more miss", "more misses") + " (points.csv has them)";
  }
  return text;
}

}  // namespace coinfer
