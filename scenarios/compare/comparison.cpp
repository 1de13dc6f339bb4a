#include "scenarios/compare/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "privacy/leakage_metric.hpp"
#include "privacy/score.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// Whether the name has the word, whole: at its ends stands no letter or digit.
bool has_word(std::string_view name, std::string_view word) {
  auto const ends = [&](std::size_t at) {
    char const c = at < name.size() ? name[at] : '.';
    return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9');
  };
  for (std::size_t at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
    if ((at == 0 || ends(at - 1)) && ends(at + word.size())) return true;
  }
  return false;
}

template <std::size_t Count>
bool has_any(std::string_view name, std::array<std::string_view, Count> const& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has_word(name, word); });
}

bool is_time(std::string_view figure) {
  static constexpr std::array<std::string_view, 4> times{"latency", "ttft", "tpot", "mean_parts"};
  return has_any(figure, times);
}

bool is_leakage(std::string_view figure) { return figure.starts_with("privacy[") || figure.starts_with("leakage."); }

bool names_figure(std::string const& filter, std::string const& figure) {
  if (!figure.starts_with(filter)) return false;
  return figure.size() == filter.size() || std::string_view("._[").find(figure[filter.size()]) != std::string_view::npos;
}

/// How much an adversary has, as far as words say: nothing, something that was measured, or the raw input.
int how_much_is_seen(std::optional<double> value, std::string const& words) {
  if (value) return 1;
  bool const nothing = words == to_string(ScoreStatus::nothing_seen) || words == to_string(ScoreStatus::ciphertext_only);
  return nothing ? 0 : words.starts_with("raw_") ? 2 : 1;
}

/// What a figure of runs is called in sweeps, and the other way around, by how the names begin.
std::string counterpart(std::string const& filter, std::vector<std::string> const& known) {
  static constexpr std::array<std::array<std::string_view, 2>, 5> pairs{{{"privacy", "leakage"},
                                                                         {"bytes.up", "up_bytes"},
                                                                         {"bytes.down", "down_bytes"},
                                                                         {"bytes", "up_bytes"},
                                                                         {"exposure_counts", "leakage"}}};
  std::vector<std::string> wanted;
  for (auto const& [of_runs, of_sweeps] : pairs) {
    if (names_figure(std::string(of_runs), filter)) wanted.emplace_back(of_sweeps);
    if (names_figure(std::string(of_sweeps), filter)) wanted.emplace_back(of_runs);
  }
  // "latency_s.p95" is "latency_p95_s" there; "energy_j.value" is "energy_j".
  std::size_t const dot = filter.find("_s.");
  if (dot != std::string::npos) wanted.push_back(filter.substr(0, dot) + "_" + filter.substr(dot + 3) + "_s");
  wanted.push_back(filter.substr(0, filter.find('.')));
  wanted.push_back(filter.substr(0, filter.find('_')) + "_s");
  wanted.push_back(filter.substr(0, filter.find('_')));
  for (std::string const& name : wanted) {
    bool const there = std::any_of(known.begin(), known.end(), [&](auto const& one) { return names_figure(name, one); });
    if (there) return name;
  }
  return {};
}

[[noreturn]] void refuse_filter(Comparison const& comparison, std::string const& filter,
                                std::vector<std::string> const& known) {
  std::string const other = counterpart(filter, known);
  std::vector<std::string> likely;
  for (std::string const& name : known) {
    if (!name.starts_with("expect")) likely.push_back(name);
  }
  std::string const hint = other.empty() ? did_you_mean(filter, likely) : "did you mean '" + other + "'";
  throw InputError("no figure '" + filter + "' of " + (comparison.of_sweeps ? "sweeps" : "runs") +
                   (hint.empty() ? "" : ", " + hint + "?") + "\n  " +
                   (comparison.of_sweeps ? "figures of sweeps are columns of points.csv: latency_p95_s, up_bytes, leakage"
                                         : "figures of runs are paths in summary.json: latency_s.p95, bytes.up, privacy"));
}

void decide_together(std::vector<FigureComparison*>& undecided, double rate) {
  std::stable_sort(undecided.begin(), undecided.end(),
                   [](auto const* left, auto const* right) { return left->estimate->p_value < right->estimate->p_value; });
  bool rejected = true;
  for (std::size_t i = 0; i < undecided.size(); ++i) {
    DifferenceEstimate const& estimate = *undecided[i]->estimate;
    rejected = rejected && estimate.p_value <= rate / static_cast<double>(undecided.size() - i);
    undecided[i]->verdict = !rejected                 ? CompareVerdict::none_seen
                            : estimate.difference < 0 ? CompareVerdict::lower
                                                      : CompareVerdict::higher;
  }
}

}  // namespace

std::optional<double> FigureComparison::difference() const {
  if (estimate) return estimate->difference;
  return a && b ? std::optional<double>(*b - *a) : std::nullopt;
}

std::optional<double> FigureComparison::ratio() const {
  return a && b && *a > 0 ? std::optional<double>(*b / *a) : std::nullopt;
}

std::uint64_t Comparison::decided() const {
  return static_cast<std::uint64_t>(
      std::count_if(figures.begin(), figures.end(), [](FigureComparison const& one) { return one.estimate.has_value(); }));
}

void decide(Comparison& comparison) {
  std::vector<FigureComparison*> whole;
  std::vector<FigureComparison*> points;
  for (FigureComparison& figure : comparison.figures) {
    if (figure.estimate) (figure.at.empty() ? whole : points).push_back(&figure);
  }
  double const rate = whole.empty() || points.empty() ? false_alarm_rate : false_alarm_rate / 2;
  decide_together(whole, rate);
  decide_together(points, rate);
}

std::string verdict_text(FigureComparison const& figure) {
  std::string const because = figure.reason.empty() ? "" : ": " + figure.reason;
  switch (figure.verdict) {
    case CompareVerdict::lower:
      return is_time(figure.figure) ? "B is faster" : "B is lower";
    case CompareVerdict::higher:
      return is_time(figure.figure) ? "B is slower" : "B is higher";
    case CompareVerdict::equal:
      return "equal";
    case CompareVerdict::differs:
      return "differs";
    case CompareVerdict::not_comparable:
      return "not comparable" + because;
    case CompareVerdict::not_in_a:
      return "not measured in A" + because;
    case CompareVerdict::not_in_b:
      return "not measured in B" + because;
    default:
      return "no difference seen";
  }
}

Preferred preferred(std::string_view figure) {
  if (is_leakage(figure)) {
    for (LeakageMetric const& metric : leakage_metrics()) {
      if (!has_word(figure, metric.name)) continue;
      if (metric.more_private == PrivateDirection::smaller) return Preferred::lower;
      return metric.more_private == PrivateDirection::larger ? Preferred::higher : Preferred::neither;
    }
    return Preferred::neither;
  }
  static constexpr std::array<std::string_view, 9> more{
      "throughput",         "throughput_per_s", "goodput_per_s",      "slo", "slo_met", "completed_share",
      "requests_completed", "output_per_s",     "output_tokens_per_s"};
  static constexpr std::array<std::string_view, 11> less{"energy_j",        "cost_usd",           "bytes",
                                                         "up_bytes",        "down_bytes",         "exposures",
                                                         "exposure_counts", "requests_rejected",  "requests_timed_out",
                                                         "requests_failed", "requests_unfinished"};
  if (has_any(figure, more)) return Preferred::higher;
  return is_time(figure) || has_any(figure, less) ? Preferred::lower : Preferred::neither;
}

bool is_worse_by(FigureComparison const& figure, double percent) {
  if (is_leakage(figure.figure) && figure.verdict == CompareVerdict::differs) {
    return how_much_is_seen(figure.a, figure.a_words) < how_much_is_seen(figure.b, figure.b_words);
  }
  Preferred const wanted = preferred(figure.figure);
  bool const worse = (wanted == Preferred::lower && figure.verdict == CompareVerdict::higher) ||
                     (wanted == Preferred::higher && figure.verdict == CompareVerdict::lower);
  if (!worse || !figure.a || !figure.difference()) return false;
  double const sign = wanted == Preferred::lower ? 1 : -1;
  double certain = sign * *figure.difference();
  if (figure.estimate) {
    certain = wanted == Preferred::lower ? figure.estimate->interval.low : -figure.estimate->interval.high;
  }
  double constexpr percents = 100;
  return certain * percents > percent * std::fabs(*figure.a);
}

bool is_lost_in_b(FigureComparison const& figure) {
  if (figure.verdict != CompareVerdict::not_in_b) return false;
  if (is_leakage(figure.figure)) return how_much_is_seen(figure.a, figure.a_words) < 2;
  return preferred(figure.figure) != Preferred::neither;
}

bool falls_behind(std::string_view saturation) { return saturation == "OVERLOADED" || saturation == "BACKLOGGED"; }

bool is_total(std::string_view figure) {
  static constexpr std::array<std::string_view, 7> totals{"bytes",           "up_bytes", "down_bytes", "exposures",
                                                          "exposure_counts", "energy_j", "cost_usd"};
  return has_any(figure, totals);
}

void keep_figures(Comparison& comparison, std::vector<std::string> const& filters) {
  if (filters.empty()) return;
  for (std::string const& filter : filters) {
    std::vector<std::string> known;
    for (FigureComparison const& figure : comparison.figures) {
      known.push_back(figure.figure.substr(0, figure.figure.find_first_of(".[")));
      known.push_back(figure.figure);
    }
    if (std::any_of(known.begin(), known.end(), [&](auto const& name) { return names_figure(filter, name); })) continue;
    refuse_filter(comparison, filter, known);
  }
  std::erase_if(comparison.figures, [&](FigureComparison const& figure) {
    return std::none_of(filters.begin(), filters.end(),
                        [&](std::string const& filter) { return names_figure(filter, figure.figure); });
  });
}

FigureComparison exact_figure(std::string figure, std::optional<double> a, std::optional<double> b) {
  FigureComparison row;
  row.figure = std::move(figure);
  row.a = a;
  row.b = b;
  if (!a || !b) {
    row.verdict = a ? CompareVerdict::not_in_b : b ? CompareVerdict::not_in_a : CompareVerdict::equal;
  } else {
    row.verdict = *a == *b ? CompareVerdict::equal : *b < *a ? CompareVerdict::lower : CompareVerdict::higher;
  }
  return row;
}

FigureComparison exact_words(std::string figure, std::string a, std::string b) {
  FigureComparison row;
  row.figure = std::move(figure);
  row.verdict = a == b ? CompareVerdict::equal : CompareVerdict::differs;
  row.a_words = std::move(a);
  row.b_words = std::move(b);
  return row;
}

FigureComparison not_comparable(std::string figure, std::optional<double> a, std::optional<double> b, std::string reason) {
  FigureComparison row = exact_figure(std::move(figure), a, b);
  if (row.verdict == CompareVerdict::equal || !a || !b) return row;
  row.verdict = CompareVerdict::not_comparable;
  row.reason = std::move(reason);
  return row;
}

}  // namespace coinfer
