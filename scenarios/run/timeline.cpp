#include "scenarios/run/timeline.hpp"

#include <algorithm>

#include "scenarios/run/deployment.hpp"
#include "sim/kernel/simulation.hpp"

namespace coinfer {

namespace {

/// Below a microsecond: no run that anyone would plot is shorter, and wider ones double.
double constexpr first_width_s = 0x1p-24;

}  // namespace

Timeline::Timeline(Deployment const& deployment, Simulation& simulation)
    : deployment_(deployment), simulation_(simulation), resources_(deployment.sample_count()), width_s_(first_width_s) {
  simulation.sample(*this, width_s_);
}

/// Reads of all stations and pipes grow with their number, so that the product stays bounded.
std::size_t Timeline::limit() const {
  std::size_t constexpr read_without_thought = 10'000;
  std::size_t constexpr fewest_intervals = 40;
  std::size_t const places = deployment_.place_count();
  if (places <= read_without_thought) return most_intervals;
  return std::max(fewest_intervals, most_intervals * read_without_thought / places);
}

/// Every other date goes.
void Timeline::widen() {
  for (std::size_t i = 0; i < dates_ / 2; ++i) {
    auto const from = samples_.begin() + static_cast<std::ptrdiff_t>((2 * i + 1) * resources_);
    std::copy_n(from, resources_, samples_.begin() + static_cast<std::ptrdiff_t>(i * resources_));
  }
  dates_ /= 2;
  samples_.resize(dates_ * resources_);
  width_s_ *= 2;
}

void Timeline::read(double time_s) {
  samples_.resize(samples_.size() + resources_);
  auto const samples = std::span(samples_).last(resources_);
  deployment_.add_use(time_s, samples);
  simulation_.use_in_flight(time_s, [&](ServerSpec const& server, StretchUse const& use) {
    if (use.task.kind == TaskKind::compute) {
      StationPlace const& at = deployment_.place(server.stations[use.task.role]);
      samples[at.sample].busy_s += at.weight * use.busy_s;
      samples[at.sample].service_s += at.weight * use.busy_s;
    } else if (use.task.kind == TaskKind::transfer) {
      for (PipeId pipe : deployment_.pipes(server.routes[use.task.role])) {
        ResourceSample& sample = samples[deployment_.sample_of(pipe)];
        sample.busy_s += use.busy_s;
        sample.service_s += use.busy_s;
        if (use.jobs > 0) sample.bytes += use.amount;
      }
    }
  });
  ++dates_;
}

double Timeline::clock_moves(double time_s) {
  // The run goes on at least to `time_s`: dates that would be left out again are not read.
  while (time_s >= date_s(limit())) widen();
  while (date_s(dates_ + 1) <= time_s) read(date_s(dates_ + 1));
  return date_s(dates_ + 1);
}

void Timeline::transfer_ended(RouteId route, double start_s, double end_s, double bytes) {
  auto first = static_cast<std::size_t>(start_s / width_s_);  // the last date at or before the start
  for (std::size_t date = std::max<std::size_t>(first, 1); date <= dates_; ++date) {
    double const time_s = date_s(date);
    if (time_s <= start_s || time_s >= end_s) continue;
    double const flowed = bytes * ((time_s - start_s) / (end_s - start_s));
    for (PipeId pipe : deployment_.pipes(route)) {
      samples_[(date - 1) * resources_ + deployment_.sample_of(pipe)].bytes += flowed;
    }
  }
}

void Timeline::collect(RunRecord& record) const {
  std::vector<ResourceSample> last;
  for (auto const* records : {&record.processors, &record.enclaves, &record.pipes}) {
    for (ResourceRecord const& use : *records) last.push_back({use.busy_s, use.service_s, use.waiting_s, use.bytes});
  }
  for (std::size_t date = 1; date <= dates_ && date_s(date) < record.end_s; ++date) {
    record.sample_dates_s.push_back(date_s(date));
    auto const of_date = std::span(samples_).subspan((date - 1) * resources_, resources_);
    record.samples.insert(record.samples.end(), of_date.begin(), of_date.end());
  }
  record.sample_dates_s.push_back(record.end_s);
  record.samples.insert(record.samples.end(), last.begin(), last.end());
}

}  // namespace coinfer
