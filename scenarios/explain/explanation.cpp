#include "scenarios/explain/explanation.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "sim/kernel/statistics.hpp"

namespace coinfer {

namespace {

/// The mean of one part over some requests; 0 over none.
double mean_part(std::span<SavedRequest const* const> rows, std::size_t part) {
  std::vector<double> values;
  for (SavedRequest const* row : rows) values.push_back((*row->parts_s)[part]);
  return rows.empty() ? 0 : exact_sum(values) / static_cast<double>(rows.size());
}

/// The counted requests, the fastest first.
std::vector<SavedRequest const*> by_latency(SavedResults const& results) {
  std::vector<SavedRequest const*> rows;
  for (SavedRequest const& row : results.requests.rows) {
    if (row.counted() && row.latency_s && row.parts_s) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](auto const* a, auto const* b) { return *a->latency_s < *b->latency_s; });
  return rows;
}

void add_parts(Explanation& out, std::span<SavedRequest const* const> rows) {
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

void add_resources(Explanation& out, SavedResults const& results) {
  double const requests = static_cast<double>(std::max<std::uint64_t>(1, out.submitted));
  for (SavedResource const& row : results.resources) {
    out.resources.push_back({row.resource, row.kind, row.members, row.utilisation, row.offered_utilisation,
                             row.mean_waiting, row.mean_waiting * out.end_s / requests});
    if (row.resource == out.bottleneck) out.bottleneck_asked_for = row.offered_utilisation;
  }
  for (SavedServer const& row : results.servers) {
    ResourceShare share{"server " + row.server,
                        "server",
                        row.replicas,
                        row.utilisation,
                        std::nullopt,
                        row.mean_waiting,
                        row.mean_waiting * out.end_s / requests};
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

Explanation explain(SavedResults const& results) {
  Explanation out;
  out.scenario = results.summary.text("scenario").value_or("");
  out.submitted = results.requests.rows.size();
  for (SavedRequest const& row : results.requests.rows) out.completed += row.outcome == Outcome::completed ? 1 : 0;
  out.end_s = results.summary.number("end_s").value_or(0);
  out.bottleneck = results.summary.text("bottleneck").value_or("");
  out.saturation = results.summary.text("saturation");
  out.late_over_early = late_over_early(results);
  std::vector<SavedRequest const*> const rows = by_latency(results);
  out.counted = rows.size();
  if (!rows.empty()) {
    std::vector<double> latencies;
    for (SavedRequest const* row : rows) latencies.push_back(*row->latency_s);
    Summary const summary = *summarise(latencies);
    out.latency_mean_s = summary.mean;
    out.latency_p50_s = summary.p50;
    out.latency_p99_s = summary.p99;
    out.latency_max_s = summary.max;
    if (summary.mean > 0) add_parts(out, rows);
  }
  add_resources(out, results);
  return out;
}

}  // namespace coinfer
