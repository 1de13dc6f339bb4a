#include "tests/theory/closed_forms.hpp"

namespace coinfer::theory {

double mean_wait_one_server_s(double load, double square_cv) { return load * (1 + square_cv) / (2 * (1 - load)); }

double mean_wait_servers_s(double load, std::uint32_t servers) {
  double const offered = load * servers;
  // Erlang's loss formula by its recursion, and from it the delay formula.
  double loss = 1;
  for (std::uint32_t n = 1; n <= servers; ++n) loss = offered * loss / (n + offered * loss);
  double const delay = loss / (1 - load * (1 - loss));
  return delay / (servers * (1 - load));
}

double mean_time_sharing_s(double load) { return 1 / (1 - load); }

}  // namespace coinfer::theory
