#include "scenarios/report/side_by_side.hpp"

#include <algorithm>
#include <vector>

#include "scenarios/report/readable.hpp"

namespace coinfer {

namespace {

/// What one adversary learns of one workload, and how bad that is.
struct Learned {
  int badness = 0;  ///< 0 nothing, then ciphertext, a measured or computed score, what nobody measured, the text itself
  std::string what = "nothing";
};

Learned learned(std::vector<PrivacyScore const*> const& rows, bool tokens) {
  auto const first = [&](ScoreStatus status, std::string_view metric) {
    auto const found = std::find_if(rows.begin(), rows.end(), [&](PrivacyScore const* row) {
      return row->status == status && (metric.empty() || row->metric == metric);
    });
    return found == rows.end() ? nullptr : *found;
  };
  Learned result;
  std::vector<std::string> parts;
  auto const say = [&](int badness, std::string const& what) {
    result.badness = std::max(result.badness, badness);
    parts.push_back(what);
  };
  bool const input = first(ScoreStatus::raw_input, "") != nullptr;
  bool const output = first(ScoreStatus::raw_output, "") != nullptr;
  std::string const prompt = tokens ? "prompt" : "input";
  if (first(ScoreStatus::ciphertext_only, "") != nullptr) say(1, "ciphertext");
  if (PrivacyScore const* budget = first(ScoreStatus::measured, "epsilon_per_word")) {
    say(2, "noisy " + prompt + " (epsilon " + readable_number(*budget->value) + ")");
  } else {
    if (PrivacyScore const* attack = first(ScoreStatus::measured, "")) {
      say(2, attack->metric + " " + readable_number(*attack->value));
    }
    if (PrivacyScore const* unknown = first(ScoreStatus::not_measured, "")) say(3, unknown->tensor + ", not measured");
  }
  // The text itself outranks what else may be made of it.
  if (input) {
    parts = {prompt + (output ? " and answer" : "")};
    result.badness = output ? 5 : 4;
  } else if (output) {
    result.badness = 4;
    parts.insert(parts.begin(), "answer");
  }
  if (parts.empty()) return result;
  result.what = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) result.what += "; " + parts[i];
  return result;
}

/// What the adversary who learns most makes of the workload: "cloud operator: prompt and answer in the clear".
std::string worst(Scenario const& scenario, Results const& results, std::string const& workload, bool tokens) {
  if (scenario.adversaries.empty()) return "no adversary is asked about";
  Learned most;
  most.badness = -1;
  std::string who;
  for (Adversary const& adversary : scenario.adversaries) {
    std::vector<PrivacyScore const*> rows;
    for (PrivacyScore const& score : results.privacy) {
      if (score.adversary == adversary.name && score.workload == workload) rows.push_back(&score);
    }
    Learned const here = learned(rows, tokens);
    if (here.badness <= most.badness) continue;
    most = here;
    who = adversary.name;
  }
  return most.badness == 0 ? most.what : who + ": " + most.what;
}

using Row = std::vector<std::string>;

/// The first and last column to the left, the others to the right.
std::string aligned(std::vector<Row> const& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (Row const& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (Row const& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string const padding(widths[i] - row[i].size(), ' ');
      bool const left = i == 0 || i + 1 == row.size();
      line += "  " + (left ? row[i] + padding : padding + row[i]);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

}  // namespace

std::string side_by_side(Scenario const& scenario, Results const& results) {
  std::vector<WorkloadResult> const& all = results.workloads;
  auto const any = [&](auto const& has) { return std::any_of(all.begin(), all.end(), has); };
  bool const tokens = any([](WorkloadResult const& result) { return result.ttft_s.has_value(); });
  bool const promised = any([](WorkloadResult const& result) { return result.objective_met.has_value(); });
  auto const time = [](std::optional<Summary> const& of, double Summary::*quantile) {
    return of ? readable_duration(*of.*quantile) : std::string("-");
  };
  Row title = {"workload"};
  if (tokens) title.insert(title.end(), {"first", "each"});
  title.insert(title.end(), {"p50", "p95", promised ? "good/s" : "per s", "up", "down", "others read at worst"});
  std::vector<Row> rows = {title};
  for (std::size_t w = 0; w < all.size(); ++w) {
    WorkloadResult const& result = all[w];
    Row row = {result.name};
    if (tokens) row.insert(row.end(), {time(result.ttft_s, &Summary::p50), time(result.tpot_s, &Summary::p50)});
    row.insert(row.end(), {time(result.latency_s, &Summary::p50), time(result.latency_s, &Summary::p95)});
    std::optional<double> const rate = result.objective_met ? result.goodput_per_s : result.throughput_per_s;
    row.push_back(rate ? readable_number(*rate) : "-");
    bool const known = result.bytes_up && result.submitted > 0;
    auto const requests = static_cast<double>(result.admitted());
    row.push_back(known ? readable_size(*result.bytes_up / requests) : "-");
    row.push_back(known ? readable_size(*result.bytes_down / requests) : "-");
    row.push_back(worst(scenario, results, result.name, scenario.workloads[w].lengths.has_value()));
    rows.push_back(row);
  }
  return aligned(rows);
}

}  // namespace coinfer
