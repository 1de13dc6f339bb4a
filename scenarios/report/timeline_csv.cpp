// timeline.csv: the same figures as in resources.csv, interval by interval.
#include <algorithm>
#include <span>

#include "scenarios/report/report.hpp"
#include "scenarios/resource_use.hpp"
#include "sim/base/csv_line.hpp"

namespace coinfer {

namespace {

/// What the resources did between two dates, as the record of a run of its own.
RunRecord between(RunRecord const& whole, std::size_t date) {
  std::size_t const resources = whole.samples.size() / whole.sample_dates_s.size();
  auto const end = std::span(whole.samples).subspan(date * resources, resources);
  auto const begin =
      date == 0 ? std::span<ResourceSample const>() : std::span(whole.samples).subspan((date - 1) * resources, resources);
  RunRecord slice;
  slice.end_s = whole.sample_dates_s[date] - (date == 0 ? 0 : whole.sample_dates_s[date - 1]);
  std::size_t index = 0;
  auto const fill = [&](std::vector<ResourceRecord> const& totals, std::vector<ResourceRecord>& parts) {
    for (ResourceRecord const& total : totals) {
      ResourceSample const before = begin.empty() ? ResourceSample{} : begin[index];
      ResourceRecord& part = parts.emplace_back();
      // Integrals that are extrapolated may fall short of the last ones by an ulp.
      part.busy_s = std::max(0.0, end[index].busy_s - before.busy_s);
      part.service_s = std::max(0.0, end[index].service_s - before.service_s);
      part.waiting_s = std::max(0.0, end[index].waiting_s - before.waiting_s);
      part.bytes = std::max(0.0, end[index].bytes - before.bytes);
      part.members_used = total.members_used;
      ++index;
    }
  };
  fill(whole.processors, slice.processors);
  fill(whole.enclaves, slice.enclaves);
  fill(whole.pipes, slice.pipes);
  return slice;
}

}  // namespace

std::string timeline_csv(Scenario const& scenario, Results const& results) {
  RunRecord const& record = results.record;
  std::string out =
      "# schema_version: " + std::to_string(schema_version) + "\nresource,kind,from_s,to_s,utilisation,mean_waiting\n";
  std::vector<std::vector<ResourceResult>> intervals;
  for (std::size_t date = 0; date < record.sample_dates_s.size(); ++date) {
    intervals.push_back(resource_use(scenario.platform, between(record, date)).resources);
  }
  CsvLine line(out);
  for (std::size_t resource = 0; resource < results.resources.size(); ++resource) {
    for (std::size_t date = 0; date < intervals.size(); ++date) {
      ResourceResult const& use = intervals[date][resource];
      line.text(use.resource).text(use.kind).number(date == 0 ? 0 : record.sample_dates_s[date - 1]);
      line.number(record.sample_dates_s[date]).number(use.utilisation).number(use.mean_waiting);
      line.end();
    }
  }
  return out;
}

}  // namespace coinfer
