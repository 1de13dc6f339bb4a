#include "scenarios/compare/compare_runs.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "scenarios/compare/exact_figures.hpp"
#include "scenarios/compare/input_differences.hpp"

namespace coinfer {

namespace {

/// A figure of one request; nothing where it has none.
using OfRequest = std::function<std::optional<double>(SavedRequest const& request)>;

std::optional<double> counted(SavedRequest const& request, std::optional<double> value) {
  return request.counted() ? value : std::nullopt;
}

struct Named {
  std::string name;
  Functional functional;
};

std::array<Named, 5> const& time_figures() {
  using Kind = Functional::Kind;
  static std::array<Named, 5> const figures{{{"mean", {Kind::mean, 0}},
                                             {"p50", {Kind::quantile, 0.5}},
                                             {"p90", {Kind::quantile, 0.9}},
                                             {"p95", {Kind::quantile, 0.95}},
                                             {"p99", {Kind::quantile, 0.99}}}};
  return figures;
}

/// The values of one figure in both runs, by pairs where the runs had the same requests.
struct TwoSeries {
  std::vector<double> a;
  std::vector<double> b;
  std::uint64_t left_out = 0;  ///< of pairs, those of which only one has a value
};

class RunComparison {
 public:
  RunComparison(SavedResults const& a, SavedResults const& b)
      : a_(a), b_(b), pairs_(same_requests(a.requests, b.requests)) {
    comparison_.how = pairs_.same ? "by request: both runs had the same " + std::to_string(a.requests.rows.size()) +
                                        " requests, so that what they share cancels"
                                  : "as runs that share nothing: " + pairs_.why_not + other_seed();
  }

  Comparison compare() {
    add_requests("", "");
    for (std::string const& workload : a_.requests.workloads) {
      bool const several = a_.requests.workloads.size() > 1 || b_.requests.workloads.size() > 1;
      if (several && has(b_.requests.workloads, workload)) add_requests("workloads[" + workload + "].", workload);
    }
    for (char const* const figure : {"energy_j.value", "cost_usd.value", "slo.met", "slo.goodput_per_s"}) {
      std::optional<double> const before = a_.summary.number(figure);
      std::optional<double> const after = b_.summary.number(figure);
      if (!before && !after) continue;
      comparison_.figures.push_back(not_comparable(figure, before, after, "one run says nothing of its spread"));
    }
    add_exact_figures(comparison_, a_, b_);
    comparison_.inputs = input_differences(a_.manifest, b_.manifest);
    set_totals_aside();
    note_saturation("A", a_);
    note_saturation("B", b_);
    note_fall();
    if (left_out_ > 0) {
      comparison_.notes.push_back(std::to_string(left_out_) +
                                  " requests were completed in one run only; times are compared over those that both did");
    }
    return std::move(comparison_);
  }

 private:
  [[nodiscard]] std::string other_seed() const {
    return a_.manifest.number("seed") == b_.manifest.number("seed") ? "" : " (another seed)";
  }

  /// More requests have greater totals, which says nothing of either run.
  void set_totals_aside() {
    if (a_.summary.number("requests.submitted") == b_.summary.number("requests.submitted")) return;
    for (FigureComparison& figure : comparison_.figures) {
      if (!is_total(figure.figure) || !figure.a || !figure.b) continue;
      figure.verdict = CompareVerdict::not_comparable;
      figure.reason = "other numbers of requests";
    }
  }

  static bool has(std::vector<std::string> const& names, std::string const& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  /// Of one workload, or of all where `workload` is empty.
  void add_requests(std::string const& prefix, std::string const& workload) {
    add_times(prefix + "latency_s", workload, [](SavedRequest const& request) { return request.latency_s; });
    add_times(prefix + "ttft_s", workload, [](SavedRequest const& request) { return request.ttft_s; });
    add_times(prefix + "tpot_s", workload, [](SavedRequest const& request) { return request.tpot_s; });
    add_share(prefix, workload);
    add_throughput(prefix, workload);
    if (!workload.empty()) return;
    for (std::size_t part = 0; part < part_names.size(); ++part) {
      TwoSeries const series = series_of(workload, [part](SavedRequest const& request) {
        return counted(request, request.parts_s ? std::optional<double>((*request.parts_s)[part]) : std::nullopt);
      });
      auto const nothing = [](std::vector<double> const& values) {
        return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
      };
      if (nothing(series.a) && nothing(series.b)) continue;
      add("mean_parts." + std::string(part_names[part].column), series, Functional{});
    }
  }

  void add_times(std::string const& name, std::string const& workload, OfRequest const& of) {
    TwoSeries const series =
        series_of(workload, [&of](SavedRequest const& request) { return counted(request, of(request)); });
    if (workload.empty()) left_out_ = std::max(left_out_, series.left_out);
    if (series.a.empty() && series.b.empty()) {
      add_without_pairs(name, workload, of);
      return;
    }
    for (Named const& figure : time_figures()) add(name + "." + figure.name, series, figure.functional);
    if (!workload.empty()) return;
    std::string const most = name + ".max";
    comparison_.figures.push_back(
        not_comparable(most, a_.summary.number(most), b_.summary.number(most), "the greatest of a sample has no interval"));
  }

  /// No request has a time in both runs. Where only one run has any, the other lacks the figure.
  void add_without_pairs(std::string const& name, std::string const& workload, OfRequest const& of) {
    if (!pairs_.same) return;
    auto const times = [&](SavedRequests const& requests) {
      std::vector<double> values;
      for (SavedRequest const& request : requests.rows) {
        if (!workload.empty() && requests.workloads[request.workload] != workload) continue;
        if (auto const one = counted(request, of(request))) values.push_back(*one);
      }
      return values;
    };
    std::vector<double> const before = times(a_.requests);
    std::vector<double> const after = times(b_.requests);
    if (before.empty() && after.empty()) return;
    for (Named const& figure : time_figures()) {
      auto const value = [&figure](std::vector<double> const& of_run) {
        return of_run.empty() ? std::nullopt : std::optional<double>(figure.functional.of(of_run));
      };
      comparison_.figures.push_back(
          not_comparable(name + "." + figure.name, value(before), value(after), "no request was completed in both runs"));
    }
  }

  void add_share(std::string const& prefix, std::string const& workload) {
    TwoSeries const series = series_of(workload, [](SavedRequest const& request) -> std::optional<double> {
      if (request.warm_up) return std::nullopt;
      return request.outcome == Outcome::completed ? 1 : 0;
    });
    add(prefix + "requests.completed_share", series, Functional{});
  }

  /// Gaps between the ends of counted requests. Ends of one run have no partner in the other.
  void add_throughput(std::string const& prefix, std::string const& workload) {
    TwoSeries const series{gaps_of(a_.requests, workload), gaps_of(b_.requests, workload), 0};
    if (series.a.empty() || series.b.empty()) return;
    bool const as_many = series.a.size() == series.b.size();
    add(prefix + "throughput_per_s", series, {Functional::Kind::rate, 0}, pairs_.same && as_many);
  }

  static std::vector<double> gaps_of(SavedRequests const& requests, std::string const& workload) {
    std::vector<double> ends_s;
    for (SavedRequest const& request : requests.rows) {
      if (!request.counted() || !request.end_s) continue;
      if (workload.empty() || requests.workloads[request.workload] == workload) ends_s.push_back(*request.end_s);
    }
    std::sort(ends_s.begin(), ends_s.end());
    for (std::size_t i = ends_s.size(); i-- > 1;) ends_s[i] -= ends_s[i - 1];
    if (!ends_s.empty()) ends_s.erase(ends_s.begin());
    return ends_s;
  }

  TwoSeries series_of(std::string const& workload, OfRequest const& of) const {
    auto const value = [&](SavedRequests const& requests, std::size_t i) -> std::optional<double> {
      SavedRequest const& request = requests.rows[i];
      if (!workload.empty() && requests.workloads[request.workload] != workload) return std::nullopt;
      return of(request);
    };
    TwoSeries series;
    if (!pairs_.same) {
      for (std::size_t i = 0; i < a_.requests.rows.size(); ++i) {
        if (auto const one = value(a_.requests, i)) series.a.push_back(*one);
      }
      for (std::size_t i = 0; i < b_.requests.rows.size(); ++i) {
        if (auto const one = value(b_.requests, i)) series.b.push_back(*one);
      }
      return series;
    }
    for (std::size_t i = 0; i < a_.requests.rows.size(); ++i) {
      auto const before = value(a_.requests, i);
      auto const after = value(b_.requests, i);
      if (before.has_value() != after.has_value()) ++series.left_out;
      if (!before || !after) continue;
      series.a.push_back(*before);
      series.b.push_back(*after);
    }
    return series;
  }

  void add(std::string const& figure, TwoSeries const& series, Functional const& functional) {
    add(figure, series, functional, pairs_.same);
  }
  void add(std::string const& figure, TwoSeries const& series, Functional const& functional, bool paired) {
    auto const value = [&](std::vector<double> const& values) {
      return values.empty() ? std::nullopt : std::optional<double>(functional.of(values));
    };
    FigureComparison row = exact_figure(figure, value(series.a), value(series.b));
    if (row.a && row.b && (!paired || series.a != series.b)) {
      MaybeDifference const found = paired ? paired_difference(series.a, series.b, functional)
                                           : independent_difference(series.a, series.b, functional);
      row.estimate = found.estimate;
      row.reason = found.reason;
      row.verdict = found.estimate ? CompareVerdict::undecided : CompareVerdict::not_comparable;
    }
    comparison_.figures.push_back(std::move(row));
  }

  void note_saturation(std::string const& which, SavedResults const& results) {
    std::optional<std::string> const verdict = results.summary.text("saturation");
    if (!verdict || *verdict == "STABLE") return;
    comparison_.notes.push_back(which + " is " + *verdict +
                                ": its latency depends on how long the run is, and so does what is said of it here");
  }

  void note_fall() {
    std::string const before = a_.summary.text("saturation").value_or("unknown");
    std::string const after = b_.summary.text("saturation").value_or("unknown");
    if (falls_behind(after) && !falls_behind(before)) {
      comparison_.fell_behind.push_back("B is " + after + ", A is " + before);
    }
  }

  SavedResults const& a_;
  SavedResults const& b_;
  SamePairs pairs_;
  Comparison comparison_;
  std::uint64_t left_out_ = 0;
};

}  // namespace

SamePairs same_requests(SavedRequests const& a, SavedRequests const& b) {
  if (a.rows.size() != b.rows.size()) {
    return {false, std::to_string(a.rows.size()) + " requests in A, " + std::to_string(b.rows.size()) + " in B"};
  }
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    SavedRequest const& one = a.rows[i];
    SavedRequest const& other = b.rows[i];
    std::string const request = "request " + std::to_string(one.request_id);
    if (one.arrival_s != other.arrival_s) return {false, request + " does not arrive at the same time"};
    if (a.workloads[one.workload] != b.workloads[other.workload]) return {false, request + " is of another workload"};
    if (one.prompt_tokens != other.prompt_tokens || one.output_tokens != other.output_tokens) {
      return {false, request + " has other tokens"};
    }
  }
  return {true, {}};
}

Comparison compare_runs(SavedResults const& a, SavedResults const& b) { return RunComparison(a, b).compare(); }

}  // namespace coinfer
