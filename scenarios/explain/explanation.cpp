#include "scenarios/explain/explanation.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "sim/base/errors.hpp"
#include "sim/kernel/statistics.hpp"

namespace coinfer {

namespace {

/// The mean of one part over some requests; 0 over none.
double mean_part(std::span<SavedRequest const* const> rows, std::size_t part) {
  std::vector<double> values;
  for (SavedRequest const* row : rows) values.push_back((*row->parts_s)[part]);
  return rows.empty() ? 0 : exact_sum(values) / static_cast<double>(rows.size());
}

/// Which workload's requests are looked at; nothing: all.
using Only = std::optional<std::uint32_t>;

/// The counted requests, the fastest first.
std::vector<SavedRequest const*> by_latency(SavedResults const& results, Only only) {
  std::vector<SavedRequest const*> rows;
  for (SavedRequest const& row : results.requests.rows) {
    if (only && row.workload != *only) continue;
    if (row.counted() && row.latency_s && row.parts_s) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](auto const* a, auto const* b) { return *a->latency_s < *b->latency_s; });
  return rows;
}

void add_parts(LatencyParts& out, std::span<SavedRequest const* const> rows) {
  std::size_t const n = rows.size();
  std::size_t const first = n * 45 / 100;
  auto const typical = rows.subspan(first, std::max<std::size_t>(1, n * 55 / 100 - first));
  auto const tail = rows.last(std::max<std::size_t>(1, (n + 99) / 100));
  out.typical = typical.size();
  out.tail = tail.size();
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    std::string_view const column = part_names[part].column;
    double const mean_s = mean_part(rows, part);
    PartShare share{std::string(column.substr(0, column.size() - 2)), mean_s, mean_s / out.latency_mean_s,
                    mean_part(typical, part), mean_part(tail, part)};
    if (share.mean_s > 0 || share.tail_s > 0) out.parts.push_back(std::move(share));
  }
  std::stable_sort(out.parts.begin(), out.parts.end(),
                   [](PartShare const& a, PartShare const& b) { return a.mean_s > b.mean_s; });
}

LatencyParts latency_parts(SavedResults const& results, Only only) {
  LatencyParts out;
  std::vector<SavedRequest const*> const rows = by_latency(results, only);
  out.counted = rows.size();
  if (rows.empty()) return out;
  std::vector<double> latencies;
  for (SavedRequest const* row : rows) latencies.push_back(*row->latency_s);
  Summary const summary = *summarise(latencies);
  out.latency_mean_s = summary.mean;
  out.latency_p50_s = summary.p50;
  out.latency_p99_s = summary.p99;
  out.latency_max_s = summary.max;
  if (summary.mean > 0) add_parts(out, rows);
  return out;
}

std::array<std::uint64_t, outcome_count> count_outcomes(SavedResults const& results, Only only) {
  std::array<std::uint64_t, outcome_count> counts{};
  for (SavedRequest const& row : results.requests.rows) {
    if (!only || row.workload == *only) ++counts[static_cast<std::size_t>(row.outcome)];
  }
  return counts;
}

Only index_of(SavedResults const& results, std::string const& workload) {
  if (workload.empty()) return std::nullopt;
  std::vector<std::string> const& names = results.requests.workloads;
  auto const found = std::find(names.begin(), names.end(), workload);
  if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
  std::string known;
  for (std::string const& name : names) known += (known.empty() ? "" : ", ") + name;
  throw InputError(results.folder.string() + ": no request is of workload '" + workload + "'" +
                   (known.empty() ? ": there is none" : " (there are: " + known + ")"));
}

void add_resources(Explanation& out, SavedResults const& results) {
  // Those that were turned away never waited; of the completed ones, as 'queue' is.
  auto const done = std::count_if(results.requests.rows.begin(), results.requests.rows.end(),
                                  [](SavedRequest const& row) { return row.outcome == Outcome::completed; });
  double const requests = static_cast<double>(std::max<std::ptrdiff_t>(1, done));
  for (SavedResource const& row : results.resources) {
    out.resources.push_back({row.resource, row.kind, row.members, row.utilisation, row.offered_utilisation,
                             row.mean_waiting, row.mean_waiting * out.end_s / requests});
    if (row.resource == out.bottleneck) out.bottleneck_asked_for = row.offered_utilisation;
  }
  for (SavedServer const& row : results.servers) {
    // All calls that wait for it stand in the queue of its processor, which has their time.
    ResourceShare share{"server " + row.server, "server", row.replicas, row.utilisation, std::nullopt, row.mean_waiting, 0};
    double const busy_s = row.utilisation * out.end_s * static_cast<double>(row.replicas);
    share.mean_batch = row.mean_batch;
    share.peak_kv = row.peak_kv_utilisation;
    if (row.iterations > 0) share.iteration_s = busy_s / static_cast<double>(row.iterations);
    if (row.tokens > 0) share.token_s = busy_s / static_cast<double>(row.tokens);
    out.resources.push_back(std::move(share));
  }
}

std::optional<double> late_over_early(SavedResults const& results) {
  std::vector<double> latencies;
  for (SavedRequest const& row : results.requests.rows) {
    if (row.outcome == Outcome::completed && row.latency_s) latencies.push_back(*row.latency_s);
  }
  std::size_t constexpr fewest = 40;
  if (latencies.size() < fewest) return std::nullopt;
  std::size_t const quarter = latencies.size() / 4;
  std::span<double const> const all = latencies;
  double const early = exact_sum(all.subspan(quarter, quarter));
  return early > 0 ? std::optional(exact_sum(all.last(quarter)) / early) : std::nullopt;
}

}  // namespace

std::uint64_t Explanation::submitted() const { return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0}); }

Explanation explain(SavedResults const& results, std::string const& workload) {
  Explanation out;
  Only const only = index_of(results, workload);
  out.folder = results.folder.string();
  out.scenario = results.summary.text("scenario").value_or("");
  out.workload = workload;
  out.outcomes = count_outcomes(results, only);
  out.end_s = results.summary.number("end_s").value_or(0);
  out.bottleneck = results.summary.text("bottleneck").value_or("");
  out.saturation = results.summary.text("saturation");
  out.late_over_early = late_over_early(results);
  out.latency = latency_parts(results, only);
  for (std::uint32_t index = 0; index < results.requests.workloads.size(); ++index) {
    out.workloads.push_back(
        {results.requests.workloads[index], count_outcomes(results, index), latency_parts(results, index)});
  }
  add_resources(out, results);
  return out;
}

}  // namespace coinfer
