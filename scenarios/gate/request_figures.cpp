#include "scenarios/gate/request_figures.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "scenarios/gate/intervals.hpp"
#include "scenarios/request_statistics.hpp"

namespace coinfer {

namespace {

using Value = std::function<std::optional<double>(WorkloadResult const&)>;

class Table {
 public:
  Table() {
    add_requests();
    add_summary("latency_s", "from arrival to the whole answer, seconds", "no request was completed outside the warm-up",
                &WorkloadResult::latency_s, Series::latency);
    add_ends_of_interval();
    add_rate("throughput_per_s", "answered requests per second, of those that count", &WorkloadResult::throughput_per_s,
             Series::ends);
    add_summary("ttft_s", "from arrival to the first token, seconds", "no request that counts has tokens",
                &WorkloadResult::ttft_s, Series::first_token);
    add_summary("tpot_s", "mean gap between the tokens of a request, seconds", "no request that counts has two tokens",
                &WorkloadResult::tpot_s, Series::per_token);
    total("tokens.prompt", "prompt tokens of the requests that count",
          [](auto const& r) { return whole(r.prompt_tokens); });
    total("tokens.output", "output tokens of the requests that count",
          [](auto const& r) { return whole(r.output_tokens); });
    add_rate("tokens.output_per_s", "output tokens per second", &WorkloadResult::output_tokens_per_s, Series::tokens);
    add_objective();
    add_parts();
  }
  std::vector<RequestFigure> figures;

 private:
  static std::optional<double> whole(std::uint64_t count) { return static_cast<double>(count); }

  RequestFigure& total(std::string name, std::string description, Value value) {
    RequestFigure figure;
    figure.name = std::move(name);
    figure.description = std::move(description);
    figure.value = std::move(value);
    return figures.emplace_back(std::move(figure));
  }

  void add_requests() {
    total("requests.submitted", "requests that came, warm-up included", [](auto const& r) { return whole(r.submitted); });
    for (std::size_t i = 0; i < outcome_count; ++i) {
      std::string const outcome(to_string(static_cast<Outcome>(i)));
      total("requests." + outcome, "of these, " + outcome, [i](auto const& r) { return whole(r.outcomes[i]); });
    }
    total("requests.counted", "completed ones outside the warm-up, which the statistics are over",
          [](auto const& r) { return whole(r.counted); });
  }

  void add_summary(std::string const& name, std::string const& what, std::string const& absence,
                   std::optional<Summary> WorkloadResult::*summary, Series series) {
    auto const one = [&](char const* which, double Summary::*member, std::string const& kind, Statistic statistic,
                         double q) {
      RequestFigure& figure = total(name + "." + which, what + ": " + kind, [summary, member](WorkloadResult const& r) {
        return r.*summary ? std::optional<double>(*(r.*summary).*member) : std::nullopt;
      });
      figure.absence = absence;
      figure.series = series;
      figure.statistic = statistic;
      figure.q = q;
      figure.grows = true;
    };
    one("mean", &Summary::mean, "mean", Statistic::mean, 0);
    one("p50", &Summary::p50, "median", Statistic::quantile, 0.50);
    one("p90", &Summary::p90, "90 % of requests take no longer", Statistic::quantile, 0.90);
    one("p95", &Summary::p95, "95 % of requests take no longer", Statistic::quantile, 0.95);
    one("p99", &Summary::p99, "99 % of requests take no longer", Statistic::quantile, 0.99);
    one("max", &Summary::max, "the longest", Statistic::none, 0);
  }

  void add_ends_of_interval() {
    auto const end = [&](char const* which, double Interval::*member) {
      RequestFigure& figure = total(
          std::string("latency_s.mean_ci95.") + which,
          std::string(which) + " end of the 95 % interval of the mean latency, seconds", [member](WorkloadResult const& r) {
            return r.latency_mean_interval_s ? std::optional<double>(*r.latency_mean_interval_s.*member) : std::nullopt;
          });
      figure.absence = "fewer than 200 requests count";
      figure.grows = true;
    };
    end("low", &Interval::low);
    end("high", &Interval::high);
  }

  RequestFigure& add_rate(std::string name, std::string description, std::optional<double> WorkloadResult::*member,
                          Series series) {
    RequestFigure& figure = total(std::move(name), std::move(description), [member](auto const& r) { return r.*member; });
    figure.absence = series == Series::tokens ? "no two requests with tokens were answered one after the other"
                                              : "no two requests were answered one after the other";
    figure.series = series;
    figure.statistic = Statistic::rate;
    return figure;
  }

  void add_objective() {
    RequestFigure& met = total("slo.met", "share of requests that kept their service objective, 0 to 1",
                               [](auto const& r) { return r.objective_met; });
    met.absence = "no request that counts has a service objective";
    met.series = Series::objective;
    met.statistic = Statistic::share;
    met.grows = true;
    RequestFigure& good = add_rate("slo.goodput_per_s", "answered requests per second that kept their service objective",
                                   &WorkloadResult::goodput_per_s, Series::good_ends);
    good.absence = met.absence;
    good.grows = true;
  }

  void add_parts() {
    for (std::size_t part = 0; part < part_names.size(); ++part) {
      std::string const column(part_names[part].column);
      RequestFigure& figure =
          total("mean_parts." + column, "this part of the latency: mean, seconds", [part](WorkloadResult const& r) {
            return r.counted > 0 ? std::optional<double>(r.mean_parts_s[part]) : std::nullopt;
          });
      figure.absence = "no request was completed outside the warm-up";
      figure.series = Series::part;
      figure.statistic = Statistic::mean;
      figure.part = part;
      figure.grows = true;
    }
  }
};

/// Calls `take` with every request that counts, and its workload.
template <class Take>
void for_each_counted(Scenario const& scenario, RunRecord const& record, std::optional<std::uint32_t> workload,
                      Take const& take) {
  for (RequestRecord const& request : record.requests) {
    if (workload && request.workload != *workload) continue;
    if (request.outcome != Outcome::completed || request.warm_up) continue;
    take(request, scenario.workloads[request.workload]);
  }
}

/// What one request gives to a series of values; nothing where it has no part in it.
std::optional<double> sample(RequestFigure const& figure, RequestRecord const& request, Workload const& workload) {
  switch (figure.series) {
    case Series::first_token:
      return time_to_first_token_s(request);
    case Series::per_token:
      return time_per_token_s(request);
    case Series::part:
      return request.parts_s[figure.part];
    case Series::objective:
      if (!workload.objective.given()) return std::nullopt;
      return keeps_objective(request, workload.objective) ? 1 : 0;
    default:
      return request.end_s - request.arrival_s;
  }
}

std::vector<Event> events_of(RequestFigure const& figure, Scenario const& scenario, RunRecord const& record,
                             std::optional<std::uint32_t> of) {
  std::vector<Event> events;
  for_each_counted(scenario, record, of, [&](RequestRecord const& request, Workload const& workload) {
    double amount = 1;
    if (figure.series == Series::tokens) amount = request.output_tokens;
    if (figure.series == Series::good_ends) {
      amount = workload.objective.given() && keeps_objective(request, workload.objective) ? 1 : 0;
    }
    events.push_back({request.end_s, amount});
  });
  std::stable_sort(events.begin(), events.end(), [](Event const& a, Event const& b) { return a.time_s < b.time_s; });
  return events;
}

/// The interval, or why it cannot be made of so few.
void add_interval(RequestFigure const& figure, Scenario const& scenario, RunRecord const& record,
                  std::optional<std::uint32_t> workload, FigureValue& value) {
  std::uint64_t needed = least_samples_of_mean;
  std::uint64_t have = 0;
  if (figure.statistic == Statistic::rate) {
    std::vector<Event> const events = events_of(figure, scenario, record, workload);
    value.interval = rate_interval(events);
    have = events.size();
    ++needed;  // so many gaps
  } else {
    std::vector<double> samples;
    for_each_counted(scenario, record, workload, [&](RequestRecord const& request, Workload const& of) {
      if (auto const one = sample(figure, request, of)) samples.push_back(*one);
    });
    have = samples.size();
    if (figure.statistic == Statistic::mean) value.interval = batch_means_interval(samples);
    if (figure.statistic == Statistic::share) value.interval = share_interval(samples);
    if (figure.statistic == Statistic::quantile) {
      value.interval = quantile_interval(samples, figure.q);
      needed = least_samples_of_quantile(figure.q);
    }
  }
  bool const finite = value.interval && std::isfinite(value.interval->low) && std::isfinite(value.interval->high);
  if (finite) return;
  value.interval.reset();
  value.unsettled = true;
  value.no_interval =
      have < needed ? "an interval takes " + std::to_string(needed) + " requests, and there are " + std::to_string(have)
                    : "no interval could be made of what came";
}

}  // namespace

std::span<RequestFigure const> request_figures() {
  static Table const table;
  return table.figures;
}

FigureValue measure_requests(RequestFigure const& figure, Scenario const& scenario, RunRecord const& record,
                             WorkloadResult const& result, std::optional<std::uint32_t> workload) {
  FigureValue value;
  value.value = figure.value(result);
  if (!value.value) {
    value.absence = figure.absence;
  } else if (figure.statistic == Statistic::none) {
    value.no_interval = "a run has one such value; replications in a sweep give it an interval";
  } else {
    add_interval(figure, scenario, record, workload, value);
  }
  if (figure.statistic != Statistic::none) value.variation = Variation::sampled;
  return value;
}

}  // namespace coinfer
