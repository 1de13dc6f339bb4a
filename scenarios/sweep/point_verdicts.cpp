#include "scenarios/sweep/point_verdicts.hpp"

#include <algorithm>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

/// The floors that a run missed, by the names of their columns.
void add_missed_floors(PointRow const& row, PointVerdicts& point) {
  std::string_view constexpr kept = ".kept";
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    std::string_view const name = row.columns[i].name;
    if (name.rfind("floors[", 0) != 0 || !name.ends_with(kept)) continue;
    point.has_floors = true;
    std::string const floor(name.substr(0, name.size() - kept.size()));
    bool const known =
        std::find(point.missed_floors.begin(), point.missed_floors.end(), floor) != point.missed_floors.end();
    if (row.values[i] == "false" && !known) point.missed_floors.push_back(floor);
  }
}

GateCase floors_case(PointVerdicts const& point) {
  GateCase made;
  made.group = point.name();
  made.name = "privacy floors";
  if (point.missed_floors.empty()) return made;
  made.outcome = GateCase::Outcome::failed;
  made.kind = "missed";
  for (std::string const& floor : point.missed_floors) made.message += (made.message.empty() ? "" : ", ") + floor;
  made.message = "missed: " + made.message + " (points.csv has the values)";
  return made;
}

}  // namespace

std::string PointVerdicts::name() const {
  std::string text;
  for (std::size_t a = 0; a < axes->size() && a < levels.size(); ++a) {
    text += (text.empty() ? "" : ", ") + (*axes)[a] + " = " + levels[a];
  }
  return "point " + std::to_string(point) + (text.empty() ? "" : " (" + text + ")");
}

bool PointVerdicts::met() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](ExpectationVerdict const& verdict) { return verdict.passes(); });
}

PointVerdicts decide_point(SweepIdentity const& identity, std::span<PointRow const> rows) {
  PointVerdicts point;
  point.point = rows.front().point;
  point.axes = &identity.axes;
  point.levels = rows.front().levels;
  PointRow const* sample = nullptr;
  for (PointRow const& row : rows) {
    if (row.status != PointStatus::ok) {
      if (point.failure.empty()) point.failure = row.reason;
      continue;
    }
    if (sample == nullptr) sample = &row;
    add_missed_floors(row, point);
  }
  if (sample == nullptr) return point;
  for (std::size_t e = 0; e < sample->expectations.size(); ++e) {
    if (!point.failure.empty()) {
      FigureValue lost;
      lost.absence = "a replication did not come to its end: " + point.failure;
      point.verdicts.push_back({sample->expectations[e].expectation, lost, Verdict::not_measured, lost.absence});
      continue;
    }
    if (rows.size() == 1) {
      point.verdicts.push_back(sample->expectations[e]);
      continue;
    }
    std::vector<ExpectationVerdict> replications;
    for (PointRow const& row : rows) replications.push_back(row.expectations.at(e));
    point.verdicts.push_back(over_replications(replications));
  }
  return point;
}

std::vector<PointColumn> columns_of(PointVerdicts const& point) {
  std::vector<PointColumn> columns;
  if (point.verdicts.empty()) return columns;
  columns.push_back({"expectations_met", ""});
  for (std::size_t e = 0; e < point.verdicts.size(); ++e) {
    std::string const name = "expect[" + std::to_string(e) + "]." + point.verdicts[e].expectation.metric;
    for (char const* const part : {"", ".low", ".high", ".met"}) columns.push_back({name + part, ""});
  }
  return columns;
}

std::vector<std::string> values_of(PointVerdicts const& point) {
  std::vector<std::string> values;
  if (point.verdicts.empty()) return values;
  auto const truth = [](bool value) { return value ? "true" : "false"; };
  values.emplace_back(truth(point.met()));
  for (ExpectationVerdict const& verdict : point.verdicts) {
    FigureValue const& figure = verdict.figure;
    values.push_back(figure.value ? shortest(*figure.value) : "");
    values.push_back(figure.interval ? shortest(figure.interval->low) : "");
    values.push_back(figure.interval ? shortest(figure.interval->high) : "");
    values.emplace_back(truth(verdict.passes()));
  }
  return values;
}

std::vector<GateCase> cases_of(PointVerdicts const& point) {
  std::vector<GateCase> cases;
  for (ExpectationVerdict const& verdict : point.verdicts) cases.push_back(case_of(point.name(), verdict));
  if (point.has_floors) cases.push_back(floors_case(point));
  if (!point.failure.empty()) {
    GateCase broken;
    broken.group = point.name();
    broken.name = "every run comes to its end";
    broken.outcome = GateCase::Outcome::broken;
    broken.kind = "failed";
    broken.message = point.failure;
    cases.push_back(std::move(broken));
  }
  return cases;
}

void SweepVerdicts::add(PointVerdicts const& point) {
  // As cases_of has them, of which only the misses need their texts here.
  for (ExpectationVerdict const& verdict : point.verdicts) {
    cases.add(verdict.passes() ? GateCase::Outcome::passed : GateCase::Outcome::failed);
  }
  if (point.has_floors) cases.add(point.missed_floors.empty() ? GateCase::Outcome::passed : GateCase::Outcome::failed);
  if (!point.failure.empty()) cases.add(GateCase::Outcome::broken);
  if (point.verdicts.empty()) return;
  ++points;
  if (!point.met()) ++points_missed;
  for (std::size_t e = 0; e < point.verdicts.size(); ++e) {
    ExpectationVerdict const& verdict = point.verdicts[e];
    std::size_t c = 0;
    while (c < counts.size() && (places_[c] != e || counts[c].metric != verdict.expectation.metric)) ++c;
    if (c == counts.size()) {
      counts.push_back({verdict.expectation.metric, bounds_text(verdict.expectation), verdict.expectation.because});
      places_.push_back(e);
    }
    Count& count = counts[c];
    std::uint64_t* const by_verdict[] = {&count.met, &count.missed, &count.not_decided, &count.not_measured,
                                         &count.allowed};
    ++*by_verdict[static_cast<std::size_t>(verdict.verdict)];
    if (verdict.passes()) continue;
    if (++missed > most_named) continue;
    misses.push_back(point.name() + ": " + told(verdict));
    miss_rows.push_back("| " + markdown_cell(point.name()) + " " + markdown_row(verdict));
  }
}

std::string sweep_markdown(std::string const& sweep, SweepVerdicts const& verdicts) {
  std::string text = "### " + markdown_cell(sweep) + ": ";
  if (verdicts.points == 0) return text + "nothing was expected\n";
  text += std::to_string(verdicts.points - verdicts.points_missed) + " of " + std::to_string(verdicts.points) +
          " points are as expected\n\n| Figure | Expected | Met | Missed | Not decided | Not measured | Why |\n"
          "|---|---|--:|--:|--:|--:|---|\n";
  for (SweepVerdicts::Count const& count : verdicts.counts) {
    text += "| " + markdown_cell(count.metric) + " | " + count.bounds + " | " + std::to_string(count.met) + " | " +
            std::to_string(count.missed) + " | " + std::to_string(count.not_decided) + " | " +
            std::to_string(count.not_measured) +
            (count.allowed > 0 ? " and " + std::to_string(count.allowed) + " allowed" : std::string()) + " | " +
            markdown_cell(count.because) + " |\n";
  }
  if (verdicts.missed == 0) return text;
  text += "\n" + markdown_heading("Point");
  for (std::string const& row : verdicts.miss_rows) text += row;
  if (verdicts.missed > verdicts.miss_rows.size()) {
    text += "\nand " + std::to_string(verdicts.missed - verdicts.miss_rows.size()) + " more misses (points.csv has them)\n";
  }
  return text;
}

}  // namespace coinfer
