// The frontier: one workload of a scenario run at every cut of its model. What does each cut cost, what does it leak to
// whom, and which cuts are worth choosing?
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "privacy/score.hpp"
#include "scenarios/catalog.hpp"
#include "scenarios/frontier/transition_zones.hpp"
#include "scenarios/results.hpp"
#include "scenarios/scenario_load.hpp"

namespace coinfer {

/// What is asked.
struct FrontierQuestion {
  std::filesystem::path file;        ///< Name in places; its folder is where relative paths start.
  std::string text;                  ///< Of the scenario.
  LoadOptions load;                  ///< Holds for every cut.
  std::string workload;              ///< Whose cut is moved; empty: the only one.
  std::vector<std::string> cuts;     ///< As `chosen_cuts` takes them; empty: every cut at which one tensor crosses.
  std::vector<std::string> metrics;  ///< Empty: every one that compares across cuts and has a value.
};

/// One question of leakage, the same for every cut: what one adversary achieves by one metric on one scale.
struct LeakageQuestion {
  std::string adversary;
  std::string metric;      ///< Empty where the adversary has no value of any metric: then only the statuses are known.
  std::string scale;       ///< Empty where no cut has a value.
  bool comparable = true;  ///< Whether values of two cuts may be compared; see `compares_across_cuts`.
};

/// The answer for one cut.
struct LeakageAnswer {
  /// `measured` has a value. Every other status has none and a reason; raw_output stands only where nothing else was seen.
  ScoreStatus status = ScoreStatus::not_measured;
  std::optional<double> value;
  std::string reason;
  bool answer_seen = false;  ///< Whether the adversary also reads the answers of a token model in the clear.
  std::string attack;        ///< As in PrivacyScore, likewise what follows.
  Grade grade = Grade::derived;
  std::string citation;
  std::string tensor;
  std::uint64_t exposures = 0;
  bool pareto_optimal = false;
};

/// One cut, run with the scenario's load, under contention.
struct FrontierCut {
  std::string name;
  std::size_t place = 0;  ///< Among all cuts of the model at which one tensor crosses, from 0: the input.
  std::vector<std::string> aliases;
  bool own = false;  ///< Whether the scenario itself is cut here.
  std::string protocol;
  std::string failure;                   ///< Why it could not run; then nothing below is known. Empty: it ran.
  std::optional<double> latency_mean_s;  ///< Of the workload; absent where no request counted.
  std::optional<double> latency_p95_s;
  std::optional<double> up_bytes;  ///< Of a request of the workload; absent where others use its links.
  std::optional<double> down_bytes;
  Total energy_j;                          ///< Of everything in the scenario, over all requests that came.
  Total cost_usd;                          ///< Likewise.
  std::optional<double> throughput_per_s;  ///< Of the workload.
  std::optional<Saturation> load;
  std::vector<LeakageAnswer> answers;  ///< One for each of Frontier::questions.
};

struct Frontier {
  std::string scenario;
  std::string workload;
  std::string model;
  std::string leakage_model;               ///< Under which tables were looked up.
  std::string dataset;                     ///< Empty: none.
  std::vector<LeakageQuestion> questions;  ///< By adversary, then metric as `coinfer list metrics` has them, then scale.
  std::vector<FrontierCut> cuts;           ///< In model order.
  std::vector<TransitionZone> zones;       ///< See `transition_zones`; of all cuts of the model, whichever were run.
  bool energy_compared = false;            ///< Whether energy takes part in the comparison: known for every cut that ran.
  bool bytes_compared = false;             ///< Likewise bytes.
};

/// Whether a metric's values at two cuts say which is more private. R_c^2 grows with the size of a layer, R_c^2 per
/// dimension and the entropy bounds depend on the unit of its activations, and utility is no privacy: of those no cut is
/// marked.
bool compares_across_cuts(std::string_view metric);

/// Hears of each cut before it runs: how many are done, of how many, and its name; once more at the end, with no name.
using FrontierProgress = std::function<void(std::size_t done, std::size_t total, std::string const& cut)>;

/// Runs every cut that is asked for, one after the other, each as `coinfer run` would with the assignments of
/// `assignments_of`. A cut that cannot run is one with its reason. Throws InputError where the scenario is wrong as it
/// stands, where its cut cannot be moved, where it has no adversary, and for an unknown workload, cut or metric.
///
/// Which cuts are Pareto-optimal is decided for each question by itself, among the cuts that have a rank there: measured
/// ones by their value, those that show the adversary nothing but ciphertext as better and those that show it the raw input
/// as worse than any value. A cut of which the question is not measured, or where only answers were seen, has no rank: it
/// is never optimal, and beats none. Neither is one that is OVERLOADED, whose latency is that of the length of the run, or
/// that completed no request. The others are compared by latency p95, bytes of a request up and down together and energy
/// of a request, each only where it is known for all of them, and that rank; see `pareto_optimal` for ties.
Frontier find_frontier(FrontierQuestion const& question, Catalog const& catalog, FrontierProgress const& progress = {});

/// Sets `pareto_optimal` of every answer, and what was compared, as `find_frontier` says.
void mark_pareto_optimal(Frontier& frontier);

}  // namespace coinfer
