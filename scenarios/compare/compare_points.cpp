#include "scenarios/compare/compare_points.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "sim/base/csv.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

using Runs = std::map<std::uint64_t, PointRun>;

/// The values of one figure at one point, by replications that both have where `paired`.
struct Values {
  std::vector<double> a;
  std::vector<double> b;
};

bool all_alike(std::vector<double> const& values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

std::string joined(std::vector<std::string> const& names) {
  std::string text;
  for (std::string const& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "FIFO", or "FIFO or LIFO" where replications differ.
std::string each_once(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string text;
  for (std::string const& word : words) text += (text.empty() ? "" : " or ") + word;
  return text;
}

/// How many events were simulated says nothing of the deployment; a status is told with the figure it stands beside.
bool is_figure(std::string const& column) { return column != "events" && !column.ends_with(".status"); }

class PointsComparison {
 public:
  PointsComparison(PointsTable const& a, PointsTable const& b) : a_(a), b_(b) {
    if (a.axes != b.axes) {
      throw InputError("the sweeps have different axes: A " + joined(a.axes) + "; B " + joined(b.axes));
    }
    for (auto const& [levels, runs] : a.points) {
      auto const found = b.points.find(levels);
      if (found == b.points.end()) continue;
      common_.push_back({levels, &runs, &found->second});
    }
    if (common_.empty()) throw InputError("no point with a run that is ok is in both sweeps");
    paired_ =
        std::all_of(common_.begin(), common_.end(), [](Point const& point) { return same_seeds(*point.a, *point.b); });
  }

  Comparison compare() {
    comparison_.of_sweeps = true;
    for (std::string const& column : a_.columns) {
      if (is_figure(column)) add_column(column, *a_.column(column), b_.column(column));
    }
    for (std::string const& column : b_.columns) {
      if (is_figure(column) && !a_.column(column)) add_column(column, std::nullopt, b_.column(column));
    }
    comparison_.how = std::string("over replications, ") +
                      (paired_ ? "paired by point and seed" : "as runs that share nothing: seeds differ");
    for (Point const& point : common_) note_fall(point);
    note_left_out("A", a_);
    note_left_out("B", b_);
    return std::move(comparison_);
  }

 private:
  struct Point {
    std::vector<std::string> levels;
    Runs const* a;
    Runs const* b;
  };

  static bool same_seeds(Runs const& a, Runs const& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](auto const& one, auto const& other) {
      return one.first == other.first && one.second.seed == other.second.seed;
    });
  }

  void add_column(std::string const& column, std::optional<std::size_t> in_a, std::optional<std::size_t> in_b) {
    std::vector<FigureComparison> rows;
    for (Point const& point : common_) {
      FigureComparison row = at_point(column, point, in_a, in_b);
      row.at = name_of(point);
      rows.push_back(std::move(row));
    }
    add_overall(column, in_a, in_b);
    bool const only_one_point = common_.size() == 1;
    if (!only_one_point) std::move(rows.begin(), rows.end(), std::back_inserter(comparison_.figures));
  }

  /// The mean over points, one value a replication. Points where some run lacks the figure are left out.
  void add_overall(std::string const& column, std::optional<std::size_t> in_a, std::optional<std::size_t> in_b) {
    if (common_.size() == 1) {
      comparison_.figures.push_back(at_point(column, common_.front(), in_a, in_b));
      return;
    }
    Values means;
    std::size_t const replications_a = common_.front().a->size();
    std::size_t const replications_b = common_.front().b->size();
    means.a.assign(replications_a, 0);
    means.b.assign(replications_b, 0);
    double points = 0;
    bool as_many = true;
    for (Point const& point : common_) {
      as_many = as_many && same_number_of_requests(point);
      auto const before = numbers_of(cells_of(*point.a, in_a));
      auto const after = numbers_of(cells_of(*point.b, in_b));
      if (!before || !after || before->size() != replications_a || after->size() != replications_b) continue;
      ++points;
      for (std::size_t r = 0; r < replications_a; ++r) means.a[r] += (*before)[r];
      for (std::size_t r = 0; r < replications_b; ++r) means.b[r] += (*after)[r];
    }
    if (points == 0) return;
    for (double& mean : means.a) mean /= points;
    for (double& mean : means.b) mean /= points;
    FigureComparison row = of_numbers(column, means);
    if (!as_many && is_total(column)) set_aside(row);
    comparison_.figures.push_back(std::move(row));
  }

  /// More requests have greater totals, which says nothing of either sweep.
  static void set_aside(FigureComparison& row) {
    if (!row.a || !row.b) return;
    row.estimate.reset();
    row.verdict = CompareVerdict::not_comparable;
    row.reason = "other numbers of requests";
  }

  [[nodiscard]] bool same_number_of_requests(Point const& point) const {
    std::vector<std::string> before = cells_of(*point.a, a_.column("requests_submitted"));
    std::vector<std::string> after = cells_of(*point.b, b_.column("requests_submitted"));
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    before.erase(std::unique(before.begin(), before.end()), before.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    return before == after;
  }

  FigureComparison at_point(std::string const& column, Point const& point, std::optional<std::size_t> in_a,
                            std::optional<std::size_t> in_b) const {
    FigureComparison row = at_point(column, cells_of(*point.a, in_a), cells_of(*point.b, in_b));
    if (is_total(column) && !same_number_of_requests(point)) set_aside(row);
    if (column.starts_with("leakage.") && (!row.a || !row.b)) tell_status(row, column, point);
    return row;
  }

  /// A figure of leakage without a value: what the adversary has in its place, where that is known.
  void tell_status(FigureComparison& row, std::string const& column, Point const& point) const {
    auto const status = [&](PointsTable const& table, Runs const& runs) {
      std::optional<std::size_t> own = table.column(column + ".status");
      // "leakage.cloud.mse.SCALE" is one of the other metrics of "leakage.cloud" where no run has a column of its own.
      for (std::size_t end = column.rfind('.'); !own && end != std::string::npos && end > 0;
           end = column.rfind('.', end - 1))
        own = table.column(column.substr(0, end) + ".other_metrics.status");
      std::string const told = each_once(cells_of(runs, own));
      return told.find("measured") != std::string::npos ? std::string() : told;
    };
    if (!row.a) row.a_words = status(a_, *point.a);
    if (!row.b) row.b_words = status(b_, *point.b);
    bool const known_a = row.a || !row.a_words.empty();
    bool const known_b = row.b || !row.b_words.empty();
    if (!known_a || !known_b) {
      row.verdict = known_a ? CompareVerdict::not_in_b : known_b ? CompareVerdict::not_in_a : row.verdict;
    } else {
      row.verdict = !row.a && !row.b && row.a_words == row.b_words ? CompareVerdict::equal : CompareVerdict::differs;
    }
  }

  void note_fall(Point const& point) {
    auto const behind = [](std::vector<std::string> const& words) {
      return std::find_if(words.begin(), words.end(), [](std::string const& word) { return falls_behind(word); });
    };
    std::vector<std::string> const before = cells_of(*point.a, a_.column("saturation"));
    std::vector<std::string> const after = cells_of(*point.b, b_.column("saturation"));
    auto const found = behind(after);
    if (found == after.end() || behind(before) != before.end()) return;
    comparison_.fell_behind.push_back("B is " + *found + " at " + name_of(point) + ", A is " + each_once(before));
  }

  [[nodiscard]] static std::vector<std::string> cells_of(Runs const& runs, std::optional<std::size_t> column) {
    std::vector<std::string> cells;
    for (auto const& [replication, run] : runs) cells.push_back(column ? run.cells[*column] : std::string());
    return cells;
  }

  /// Nothing where any is no number.
  static std::optional<std::vector<double>> numbers_of(std::vector<std::string> const& cells) {
    std::vector<double> numbers;
    for (std::string const& cell : cells) {
      std::optional<double> const number = parse_number(cell);
      if (!number) return std::nullopt;
      numbers.push_back(*number);
    }
    return numbers;
  }

  FigureComparison at_point(std::string const& column, std::vector<std::string> const& a,
                            std::vector<std::string> const& b) const {
    auto const before = numbers_of(a);
    auto const after = numbers_of(b);
    if (before && after) return of_numbers(column, {*before, *after});
    auto const none = [](std::vector<std::string> const& cells) {
      return std::all_of(cells.begin(), cells.end(), [](std::string const& cell) { return cell.empty(); });
    };
    if (before && none(b)) return exact_figure(column, before->front(), std::nullopt);
    if (after && none(a)) return exact_figure(column, std::nullopt, after->front());
    if (a == b || (!before && !after)) {
      FigureComparison row = exact_words(column, each_once(a), each_once(b));
      if (a != b && row.verdict == CompareVerdict::equal) row.verdict = CompareVerdict::none_seen;
      return row;
    }
    auto const first = [](auto const& numbers) { return numbers ? std::optional<double>(numbers->front()) : std::nullopt; };
    FigureComparison row = exact_figure(column, first(before), first(after));
    row.reason = "only some replications have it";
    return row;
  }

  [[nodiscard]] FigureComparison of_numbers(std::string const& column, Values const& values) const {
    auto const mean = [](std::vector<double> const& of) { return exact_sum(of) / static_cast<double>(of.size()); };
    bool const several = values.a.size() > 1 && values.b.size() > 1;
    if (all_alike(values.a) && all_alike(values.b) && (several || values.a == values.b)) {
      return exact_figure(column, values.a.front(), values.b.front());
    }
    bool const exact_by_nature =
        column.starts_with("leakage.") || column.starts_with("ledger.") || column.ends_with("_bytes");
    if (!several && exact_by_nature) return exact_figure(column, values.a.front(), values.b.front());
    FigureComparison row = exact_figure(column, mean(values.a), mean(values.b));
    if (paired_ && values.a == values.b) return row;
    MaybeDifference const found = replications_difference(values.a, values.b, paired_);
    row.estimate = found.estimate;
    row.reason = found.reason;
    row.verdict = found.estimate ? CompareVerdict::undecided : CompareVerdict::not_comparable;
    return row;
  }

  std::string name_of(Point const& point) const {
    std::string text;
    for (std::size_t i = 0; i < point.levels.size(); ++i) {
      text += (i == 0 ? "" : " ") + a_.axes[i] + "=" + point.levels[i];
    }
    return text;
  }

  void note_left_out(std::string const& which, PointsTable const& table) {
    std::size_t const own = table.points.size() - common_.size();
    if (own > 0) comparison_.notes.push_back(std::to_string(own) + " points of " + which + " alone are left out");
    if (table.not_ok > 0) {
      comparison_.notes.push_back(std::to_string(table.not_ok) + " runs of " + which + " failed or are invalid");
    }
  }

  PointsTable const& a_;
  PointsTable const& b_;
  std::vector<Point> common_;
  bool paired_ = false;
  Comparison comparison_;
};

}  // namespace

Comparison compare_points(PointsTable const& a, PointsTable const& b) { return PointsComparison(a, b).compare(); }

}  // namespace coinfer
