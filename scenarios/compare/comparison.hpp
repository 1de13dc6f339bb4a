// What sets two results apart, and which of it is more than chance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/compare/difference.hpp"

namespace coinfer {

enum class CompareVerdict : std::uint8_t {
  undecided,       ///< a difference with a p-value, before `decide`
  lower,           ///< B is really lower than A
  higher,          ///< B is really higher
  none_seen,       ///< what is seen may be chance
  equal,           ///< exactly
  differs,         ///< words, or a word beside a number
  not_comparable,  ///< `reason` says why
  not_in_a,
  not_in_b,
};

/// Which of two values a user would rather have.
enum class Preferred : std::uint8_t { neither, lower, higher };

/// One figure of A and B.
struct FigureComparison {
  std::string figure;  ///< "latency_s.p95" of runs, "latency_p95_s" of sweeps
  std::string at;      ///< the point of a sweep, "rate=3 cut=b"; empty: the whole
  std::optional<double> a;
  std::optional<double> b;
  std::string a_words;  ///< where it is no number
  std::string b_words;
  std::optional<DifferenceEstimate> estimate;  ///< of B - A; nothing where figures are exact or cannot be compared
  CompareVerdict verdict = CompareVerdict::undecided;
  std::string reason;
  /// B - A and B / A, where both are numbers (and A is above 0).
  [[nodiscard]] std::optional<double> difference() const;
  [[nodiscard]] std::optional<double> ratio() const;
};

/// A field of the scenario, or something beside it, that is not the same in both.
struct InputDifference {
  std::string what;  ///< a field path, or "seed", "coinfer_version", ...
  std::string a;     ///< as text; empty: not given
  std::string b;
};

struct Comparison {
  std::string how;  ///< "by request: ...", for people
  std::vector<FigureComparison> figures;
  std::vector<InputDifference> inputs;
  bool inputs_known = true;
  std::vector<std::string> notes;
  bool of_sweeps = false;  ///< figures are columns of points.csv, else paths in summary.json
  /// Where B does not keep up with its load and A does: "B is OVERLOADED, A is STABLE", whatever single figures say.
  std::vector<std::string> fell_behind;
  /// How many figures were decided together, see `decide`.
  [[nodiscard]] std::uint64_t decided() const;
};

/// The share of comparisons of equal things in which any difference may be reported.
inline constexpr double false_alarm_rate = 0.05;

/// Decides every figure that has a p-value, all together: Holm's step-down procedure (Scandinavian Journal of Statistics
/// 6(2), 1979) keeps the probability of any false alarm among all of them at most at `false_alarm_rate`, however they
/// depend on each other. Where there are figures of the whole and of single points, each kind has half of that rate: ten
/// figures of the whole would drown among those of ten thousand points.
void decide(Comparison& comparison);

/// "B is faster" for a time, "B is lower" for others, "not comparable: REASON", ...
std::string verdict_text(FigureComparison const& figure);

/// What a user prefers of a figure by its name, a path of runs or a column of sweeps: less latency, energy, money, bytes,
/// more throughput, what a leakage metric calls more private. Neither where that is nobody's to say.
Preferred preferred(std::string_view figure);

/// Whether B is worse by more than `percent` of A, beyond doubt: decided so, and by more than that over the whole interval.
/// Exact figures have no doubt. Leakage is worse by any percentage where an adversary who saw nothing, or what somebody
/// measured, sees the raw input now.
bool is_worse_by(FigureComparison const& figure, double percent);

/// Whether a figure of which less or more is better is known of A and unknown of B, which is not safe: B may be worse by
/// anything. No percentage of A where A could not be worse (it shows the raw input).
bool is_lost_in_b(FigureComparison const& figure);

/// Whether a saturation ("STABLE", "OVERLOADED", ...) is that of a run that does not keep up with its load.
bool falls_behind(std::string_view saturation);

/// Whether a figure is the total of a run, which grows with the number of its requests: bytes, exposures, energy, money.
bool is_total(std::string_view figure);

/// Keeps the figures that a filter names: whole, or up to a '.', '[' or '_' ("latency", "latency_s", "latency_s.p95").
/// Throws InputError for one that names none, with what it is called here and in what words figures are named.
void keep_figures(Comparison& comparison, std::vector<std::string> const& filters);

/// A row for two exact values: numbers, or words where both numbers are absent.
FigureComparison exact_figure(std::string figure, std::optional<double> a, std::optional<double> b);
FigureComparison exact_words(std::string figure, std::string a, std::string b);
/// A row that cannot be compared.
FigureComparison not_comparable(std::string figure, std::optional<double> a, std::optional<double> b, std::string reason);

}  // namespace coinfer
