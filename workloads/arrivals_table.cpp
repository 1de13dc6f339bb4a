#include "workloads/arrivals_table.hpp"

#include <array>

namespace coinfer {

namespace {

std::unique_ptr<Arrivals> make_poisson(ArrivalPattern const& pattern, std::uint64_t seed, std::uint64_t index) {
  return std::make_unique<PoissonArrivals>(std::get<PoissonPattern>(pattern), RandomStream(seed, "arrivals.gap", index));
}

std::unique_ptr<Arrivals> make_fixed_rate(ArrivalPattern const& pattern, std::uint64_t, std::uint64_t) {
  return std::make_unique<FixedRateArrivals>(std::get<FixedRatePattern>(pattern));
}

std::unique_ptr<Arrivals> make_gamma(ArrivalPattern const& pattern, std::uint64_t seed, std::uint64_t index) {
  return std::make_unique<GammaArrivals>(std::get<GammaPattern>(pattern), RandomStream(seed, "arrivals.gap", index));
}

std::unique_ptr<Arrivals> make_replay(ArrivalPattern const& pattern, std::uint64_t seed, std::uint64_t index) {
  return std::make_unique<ReplayArrivals>(std::get<ReplayPattern>(pattern), RandomStream(seed, "arrivals.keep", index));
}

constexpr std::array<ArrivalsEntry, std::variant_size_v<ArrivalPattern>> table = {{
    {"poisson", "independent arrivals at a constant mean rate", make_poisson},
    {"fixed_rate", "evenly spaced arrivals", make_fixed_rate},
    {"gamma", "gamma-distributed gaps: bursty for cv above 1, regular below", make_gamma},
    {"closed_loop", "a fixed number of users who wait for the answer, think, and send again", nullptr},
    {"replay", "the arrival times of a CSV file, with time scaling and thinning", make_replay},
}};

}  // namespace

std::span<ArrivalsEntry const> arrivals_table() { return table; }

std::unique_ptr<Arrivals> make_arrivals(ArrivalPattern const& pattern, std::uint64_t seed, std::uint64_t index) {
  auto const make = table[pattern.index()].make;
  return make == nullptr ? nullptr : make(pattern, seed, index);
}

}  // namespace coinfer
