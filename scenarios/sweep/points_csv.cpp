#include "scenarios/sweep/points_csv.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <set>

#include "scenarios/report/report.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

/// Calls `take` with every run that one of the journals has, in order.
template <class Take>
void for_each_row(std::vector<SweepJournal> const& journals, Take const& take) {
  std::uint64_t const runs = journals.front().identity().runs();
  for (std::uint64_t run = 0; run < runs; ++run) {
    auto const has = std::find_if(journals.begin(), journals.end(), [&](auto const& journal) { return journal.has(run); });
    if (has != journals.end()) take(has->row(run));
  }
}

/// A hidden file beside the one it becomes.
class FileInTheMaking {
 public:
  explicit FileInTheMaking(fs::path const& path)
      : path_(path), partial_(path.parent_path() / ("." + path.filename().string() + ".partial")) {
    file_ = std::fopen(partial_.c_str(), "wbe");
    if (file_ == nullptr) fail();
  }
  ~FileInTheMaking() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::error_code ignored;
    fs::remove(partial_, ignored);
  }
  FileInTheMaking(FileInTheMaking const&) = delete;
  FileInTheMaking& operator=(FileInTheMaking const&) = delete;

  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }
  void commit() {
    if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) fail();
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
    if (std::rename(partial_.c_str(), path_.c_str()) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw OutputError(path_.string() + ": cannot be written (" + system_reason(errno) + ")");
  }
  fs::path path_;
  fs::path partial_;
  std::FILE* file_ = nullptr;
};

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
  std::vector<std::vector<PointColumn>> shapes;  // In the order of runs, so that it does not matter who ran them.
  for_each_row(journals, [&](PointRow const& row) {
    ++summary.runs;
    if (row.status == PointStatus::failed) ++summary.failed;
    if (row.status == PointStatus::invalid) ++summary.invalid;
    if (summary.first_reason.empty()) summary.first_reason = row.reason;
    if (misses_floor(row)) ++summary.missed_floors;
    effects.observe(row);
    if (std::find(shapes.begin(), shapes.end(), row.columns) != shapes.end()) return;
    merge_columns(all, row.columns);
    shapes.push_back(row.columns);
  });
  summary.axis_verdicts = effects.verdicts();
  summary.idle_skips = identity.idle_skips;
  std::vector<Mapping> mappings;
  for (std::vector<PointColumn> const& shape : shapes) mappings.emplace_back(all, shape);

  std::string buffer = header(identity, all);
  FileInTheMaking file(path);
  CsvLine line(buffer);
  for_each_row(journals, [&](PointRow const& row) {
    line.count(row.point).count(row.replication).count(row.seed);
    for (std::string const& level : row.levels) line.text(level);
    line.text(to_string(row.status)).text(row.reason);
    auto const shape = std::find(shapes.begin(), shapes.end(), row.columns);
    mappings[static_cast<std::size_t>(shape - shapes.begin())].write(line, row.values);
    line.end();
    std::size_t constexpr flush_at = std::size_t{1} << 20;
    if (buffer.size() < flush_at) return;
    file.write(buffer);
    buffer.clear();
  });
  file.write(buffer);
  file.commit();
  return summary;
}

}  // namespace coinfer
