#include "scenarios/sweep/points_csv.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/report/report.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/whole_file.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

/// Calls `take` with the runs of each point that the journals have, in order: its replications together.
template <class Take>
void for_each_point(std::vector<SweepJournal> const& journals, Take const& take) {
  SweepIdentity const& identity = journals.front().identity();
  std::vector<PointRow> rows;
  for (std::uint64_t run = 0; run < identity.runs(); ++run) {
    auto const has = std::find_if(journals.begin(), journals.end(), [&](auto const& journal) { return journal.has(run); });
    if (has != journals.end()) rows.push_back(has->row(run));
    if ((run + 1) % identity.replications != 0 || rows.empty()) continue;
    take(std::span<PointRow const>(rows));
    rows.clear();
  }
}

/// An axis that has the name of another column goes by "axis.NAME".
std::string header(SweepIdentity const& identity, std::vector<PointColumn> const& columns) {
  std::string text = "# schema_version: " + std::to_string(schema_version) + "\n";
  std::set<std::string> taken = {"point", "replication", "seed", "status", "reason"};
  for (PointColumn const& column : columns) taken.insert(column.name);
  CsvLine line(text);
  line.text("point").text("replication").text("seed");
  for (std::string const& axis : identity.axes) line.text(taken.contains(axis) ? "axis." + axis : axis);
  line.text("status").text("reason");
  for (PointColumn const& column : columns) line.text(column.name);
  line.end();
  return text;
}

/// Where the values of a run's columns go.
class Mapping {
 public:
  Mapping(std::vector<PointColumn> const& all, std::vector<PointColumn> const& own) {
    std::map<std::string_view, std::size_t> place;
    for (std::size_t i = 0; i < own.size(); ++i) place[own[i].name] = i;
    for (PointColumn const& column : all) {
      auto found = place.find(column.name);
      if (found == place.end() && !column.stands_in.empty()) found = place.find(column.stands_in);
      from_.push_back(found == place.end() ? own.size() : found->second);
    }
  }
  void write(CsvLine& line, std::vector<std::string> const& values) const {
    for (std::size_t const from : from_) line.text(from < values.size() ? values[from] : "");
  }

 private:
  std::vector<std::size_t> from_;
};

/// The lists of columns that runs have, each once, and where the values of each go.
class Shapes {
 public:
  /// Adds one that is not known yet, and its columns to `all`.
  void add(std::vector<PointColumn> const& columns, std::vector<PointColumn>& all) {
    if (std::find(shapes_.begin(), shapes_.end(), columns) != shapes_.end()) return;
    merge_columns(all, columns);
    shapes_.push_back(columns);
  }
  void map_to(std::vector<PointColumn> const& all) {
    for (std::vector<PointColumn> const& shape : shapes_) mappings_.emplace_back(all, shape);
  }
  [[nodiscard]] Mapping const& of(std::vector<PointColumn> const& columns) const {
    auto const shape = std::find(shapes_.begin(), shapes_.end(), columns);
    return mappings_[static_cast<std::size_t>(shape - shapes_.begin())];
  }

 private:
  std::vector<std::vector<PointColumn>> shapes_;
  std::vector<Mapping> mappings_;
};

/// The columns of a point's verdicts, which are mostly those of the point before.
class VerdictColumns {
 public:
  std::vector<PointColumn> const& of(PointVerdicts const& point) {
    bool const same = std::equal(
        metrics_.begin(), metrics_.end(), point.verdicts.begin(), point.verdicts.end(),
        [](std::string const& metric, ExpectationVerdict const& verdict) { return metric == verdict.expectation.metric; });
    if (same) return columns_;
    metrics_.clear();
    for (ExpectationVerdict const& verdict : point.verdicts) metrics_.push_back(verdict.expectation.metric);
    columns_ = columns_of(point);
    return columns_;
  }

 private:
  std::vector<std::string> metrics_;
  std::vector<PointColumn> columns_;
};

}  // namespace

void merge_columns(std::vector<PointColumn>& all, std::vector<PointColumn> const& more) {
  std::size_t after = 0;
  for (PointColumn const& column : more) {
    auto const known = std::find_if(all.begin(), all.end(), [&](auto const& other) { return other.name == column.name; });
    if (known == all.end()) {
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(after), column);
      ++after;
    } else {
      after = static_cast<std::size_t>(known - all.begin()) + 1;
    }
  }
}

PointsSummary write_points_csv(std::vector<SweepJournal> const& journals, fs::path const& path) {
  SweepIdentity const& identity = journals.front().identity();
  PointsSummary summary;
  AxisEffects effects(identity.zips);
  std::vector<PointColumn> all;
  std::vector<PointColumn> verdicts;
  Shapes shapes;  // In the order of runs, so that it does not matter who ran them.
  Shapes verdict_shapes;
  VerdictColumns verdict_columns;
  for_each_point(journals, [&](std::span<PointRow const> rows) {
    for (PointRow const& row : rows) {
      ++summary.runs;
      if (row.status == PointStatus::failed) ++summary.failed;
      if (row.status == PointStatus::invalid) ++summary.invalid;
      if (summary.first_reason.empty()) summary.first_reason = row.reason;
      if (misses_floor(row)) ++summary.missed_floors;
      effects.observe(row);
      shapes.add(row.columns, all);
    }
    PointVerdicts const point = decide_point(identity, rows);
    summary.verdicts.add(point);
    verdict_shapes.add(verdict_columns.of(point), verdicts);
  });
  summary.axis_verdicts = effects.verdicts();
  summary.idle_skips = identity.idle_skips;
  shapes.map_to(all);
  verdict_shapes.map_to(verdicts);

  std::vector<PointColumn> columns = all;
  columns.insert(columns.end(), verdicts.begin(), verdicts.end());
  std::string buffer = header(identity, columns);
  WholeFile file(path);
  CsvLine line(buffer);
  for_each_point(journals, [&](std::span<PointRow const> rows) {
    PointVerdicts const point = decide_point(identity, rows);
    Mapping const& verdict_mapping = verdict_shapes.of(verdict_columns.of(point));
    std::vector<std::string> const verdict_values = values_of(point);
    for (PointRow const& row : rows) {
      line.count(row.point).count(row.replication).count(row.seed);
      for (std::string const& level : row.levels) line.text(level);
      line.text(to_string(row.status)).text(row.reason);
      shapes.of(row.columns).write(line, row.values);
      verdict_mapping.write(line, verdict_values);
      line.end();
    }
    std::size_t constexpr flush_at = std::size_t{1} << 20;
    if (buffer.size() < flush_at) return;
    file.write(buffer);
    buffer.clear();
  });
  file.write(buffer);
  file.commit();
  return summary;
}

void write_sweep_gates(GateFiles const& files, std::vector<SweepJournal> const& journals, PointsSummary const& summary) {
  SweepIdentity const& identity = journals.front().identity();
  if (!files.junit.empty()) {
    CaseProperties const about = {{"sweep", identity.name}, {"coinfer_version", identity.version}};
    JunitWriter writer(files.junit, identity.name, about, summary.verdicts.cases);
    for_each_point(journals, [&](std::span<PointRow const> rows) {
      for (GateCase const& one : cases_of(decide_point(identity, rows))) writer.add(one);
    });
    writer.commit();
  }
  if (!files.markdown.empty()) {
    WholeFile file(files.markdown);
    file.write(sweep_markdown(identity.name, summary.verdicts));
    file.commit();
  }
}

}  // namespace coinfer
