// Queues without a clock or events: recursions and a plain fluid computation that say when each job must end. They share no
// code with the kernel, on purpose.
#pragma once

#include <cstddef>
#include <vector>

namespace coinfer::theory {

/// Waits in a single-server queue, first come, first served: W[0] = 0, W[n+1] = max(0, W[n] + S[n] - A[n+1]), where A[n+1]
/// is the gap between arrivals n and n+1. (Lindley, Proc. Cambridge Phil. Soc. 1952.) Gap 0 stands before the first
/// arrival.
std::vector<double> lindley_waits(std::vector<double> const& gaps_s, std::vector<double> const& services_s);

/// Waits with `servers` servers: the sorted vector of the work that each server has left; a job waits for the smallest.
/// (Kiefer and Wolfowitz, Trans. Amer. Math. Soc. 1955.)
std::vector<double> kiefer_wolfowitz_waits(std::vector<double> const& gaps_s, std::vector<double> const& services_s,
                                           std::size_t servers);

/// Departures from a first-come-first-served server that job n reaches at ready_s[n], in order:
/// D[n] = max(ready[n], D[n-1]) + S[n]. Chained, it is the max-plus recursion of a tandem (Baccelli et al., Synchronization
/// and Linearity, 1992).
std::vector<double> departures_in_order(std::vector<double> const& ready_s, std::vector<double> const& services_s);

/// The server of `departures_in_order`, which stands still in every [from, to): sorted, disjoint.
struct Outage {
  double from_s;
  double to_s;
};
std::vector<double> departures_with_outages(std::vector<double> const& ready_s, std::vector<double> const& services_s,
                                            std::vector<Outage> const& outages);

/// A capacity and when it begins to hold.
struct CapacityStep {
  double from_s;
  double capacity;  ///< amount per second
};

/// One user of shared capacities: which of them it uses, from when, for how much.
struct FluidUser {
  double arrival_s;
  double amount;
  std::vector<std::size_t> resources;
};

/// When each user has been served if users of one resource share it max-min fair: every change is computed for all users
/// anew, by progressive filling (Bertsekas and Gallager, Data Networks, 6.5.2). `steps[r]` is the capacity of resource r
/// over time, the first step from 0. A user gets at most `largest_rate`. Users stand in order of arrival.
std::vector<double> fluid_ends(std::vector<FluidUser> const& users, std::vector<std::vector<CapacityStep>> const& steps,
                               double largest_rate);

}  // namespace coinfer::theory
