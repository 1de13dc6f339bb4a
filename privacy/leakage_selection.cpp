#include "privacy/leakage_selection.hpp"

#include <algorithm>

namespace coinfer {

namespace {

bool fits(std::string const& wanted, std::string const& value) { return wanted.empty() || wanted == value; }

void add_once(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

/// Whether anything of the one metric is ever converted to the other.
bool are_related(std::string_view from, std::string_view to) {
  auto const is_error = [](std::string_view metric) { return metric == "mse" || metric == "psnr_db"; };
  return from == to || (is_error(from) && is_error(to));
}

/// Why rows of one pair were refused, and how many.
struct Refusal {
  std::string model;
  std::string dataset;
  std::string why;
  std::size_t rows = 0;
};

void add_refusal(std::vector<Refusal>& refusals, LeakageRow const& row, std::string const& why) {
  auto const known = std::find_if(refusals.begin(), refusals.end(), [&](Refusal const& other) {
    return other.model == row.model && other.dataset == row.dataset && other.why == why;
  });
  if (known != refusals.end()) {
    ++known->rows;
  } else {
    refusals.push_back({row.model, row.dataset, why, 1});
  }
}

}  // namespace

std::vector<LeakageRow> select_rows(std::span<LeakageRow const> rows, LeakageSelection const& selection) {
  std::vector<LeakageRow> chosen;
  for (LeakageRow const& row : rows) {
    if (fits(selection.model, row.model) && fits(selection.dataset, row.dataset) && fits(selection.metric, row.metric)) {
      chosen.push_back(row);
    }
  }
  return chosen;
}

std::vector<LeakageSubject> subjects_of(std::span<LeakageRow const> rows) {
  std::vector<LeakageSubject> subjects;
  for (LeakageRow const& row : rows) {
    auto subject = std::find_if(subjects.begin(), subjects.end(), [&](LeakageSubject const& known) {
      return known.model == row.model && known.dataset == row.dataset;
    });
    if (subject == subjects.end()) subject = subjects.insert(subjects.end(), {row.model, row.dataset, 0, {}, {}});
    ++subject->rows;
    add_once(subject->metrics, row.metric + " (" + row.scale + ")");
    add_once(subject->cuts, row.cut);
  }
  return subjects;
}

ConvertedRows convert_rows(std::span<LeakageRow const> rows, std::string_view metric, std::string_view scale,
                           std::function<ConversionFacts(LeakageRow const&)> const& facts_of) {
  LeakageTables own;  // what `metric` itself gives
  std::string ignored;
  for (LeakageRow const& row : rows) {
    if (row.metric != metric || own.same_key(row) != nullptr) continue;
    if (auto converted = convert(row, metric, scale, facts_of(row), ignored)) own.add(std::move(*converted));
  }
  ConvertedRows result;
  std::vector<Refusal> refusals;
  for (LeakageRow const& row : rows) {
    if (!are_related(row.metric, metric)) continue;
    LeakageRow as_metric = row;
    as_metric.metric = metric;
    if (row.metric != metric && own.same_key(as_metric) != nullptr) continue;
    std::string why;
    if (auto converted = convert(row, metric, scale, facts_of(row), why)) {
      result.rows.push_back(std::move(*converted));
    } else {
      add_refusal(refusals, row, why);
    }
  }
  for (Refusal const& refusal : refusals) {
    result.refused.push_back(std::to_string(refusal.rows) + (refusal.rows == 1 ? " row" : " rows") + " of model '" +
                             refusal.model + "' and data set '" + refusal.dataset + "': " + refusal.why);
  }
  return result;
}

}  // namespace coinfer
