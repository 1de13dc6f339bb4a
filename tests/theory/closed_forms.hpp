// Stationary means of textbook queues: Poisson arrivals at `load` times the servers' capacity, mean work 1 s.
#pragma once

#include <cstdint>

namespace coinfer::theory {

/// Mean wait in M/G/1, first come, first served, where the work has the squared coefficient of variation `square_cv`:
/// load (1 + cv^2) / (2 (1 - load)) seconds (Pollaczek and Khinchine; Kleinrock, Queueing Systems I, 5.7). 1 gives M/M/1
/// and 0 gives M/D/1. 0 <= load < 1.
double mean_wait_one_server_s(double load, double square_cv);

/// Mean wait in M/M/k: C(k, k load) / (k (1 - load)) seconds, C being Erlang's delay formula (Kleinrock, 3.5).
double mean_wait_servers_s(double load, std::uint32_t servers);

/// Mean time in M/G/1 under processor sharing, whatever the law of the work: 1 / (1 - load) seconds (Kleinrock, Queueing
/// Systems II, 4.4).
double mean_time_sharing_s(double load);

}  // namespace coinfer::theory
