#include <algorithm>
#include <map>

#include "scenarios/compare/comparison_report.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/report/text_table.hpp"

namespace coinfer {

namespace {

int constexpr digits = 4;

std::string number(std::optional<double> value) { return value ? readable_number(*value, digits) : ""; }

std::string value_text(std::optional<double> value, std::string const& words) {
  std::size_t constexpr longest = 40;
  if (value) return number(value);
  return words.size() > longest ? words.substr(0, longest) + "..." : words;
}

std::string interval_text(FigureComparison const& figure) {
  if (!figure.estimate) return "";
  return readable_number(figure.estimate->interval.low, digits) + " to " +
         readable_number(figure.estimate->interval.high, digits);
}

std::string table(std::vector<FigureComparison const*> const& figures, bool with_points) {
  std::vector<TextColumn> columns = {{"", "figure", {}, true}, {"", "A", {}, false},     {"", "B", {}, false},
                                     {"", "B - A", {}, false}, {"", "B / A", {}, false}, {"", "95 % of B - A", {}, false},
                                     {"", "verdict", {}, true}};
  if (with_points) columns.insert(columns.begin(), {"", "point", {}, true});
  for (FigureComparison const* const figure : figures) {
    std::vector<std::string> cells = {figure->figure,
                                      value_text(figure->a, figure->a_words),
                                      value_text(figure->b, figure->b_words),
                                      number(figure->difference()),
                                      number(figure->ratio()),
                                      interval_text(*figure),
                                      verdict_text(*figure)};
    if (with_points) cells.insert(cells.begin(), figure->at);
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].cells.push_back(cells[c]);
  }
  return text_table(columns);
}

bool is_difference(FigureComparison const& figure) {
  return figure.verdict == CompareVerdict::lower || figure.verdict == CompareVerdict::higher ||
         figure.verdict == CompareVerdict::differs;
}

/// Lines for single points: how many there are of each kind, and those that differ.
std::string points_text(std::vector<FigureComparison const*> const& figures) {
  if (figures.empty()) return "";
  std::map<std::string, std::size_t> counts;
  std::vector<FigureComparison const*> different;
  for (FigureComparison const* const figure : figures) {
    std::string const verdict = verdict_text(*figure);
    ++counts[verdict.substr(0, verdict.find(':'))];
    if (is_difference(*figure)) different.push_back(figure);
  }
  std::string text = "\nAt single points:";
  char const* between = " ";
  for (auto const& [verdict, count] : counts) {
    text += between + std::to_string(count) + " " + verdict;
    between = ", ";
  }
  text += "\n";
  if (different.empty()) return text;
  std::stable_sort(different.begin(), different.end(), [](auto const* left, auto const* right) {
    return (left->estimate ? left->estimate->p_value : 0) < (right->estimate ? right->estimate->p_value : 0);
  });
  std::size_t const all = different.size();
  different.resize(std::min(all, most_point_rows));
  text += table(different, true);
  if (all > different.size()) text += "and " + std::to_string(all - different.size()) + " more (--json has all)\n";
  return text;
}

std::string inputs_text(std::vector<InputDifference> const& inputs) {
  if (inputs.empty()) return "\nThe inputs are the same.\n";
  std::string text = "\nWhat differs in the inputs:\n";
  for (InputDifference const& input : inputs) {
    text += "  " + input.what + ": " + (input.a.empty() ? "not given" : input.a) + " in A, " +
            (input.b.empty() ? "not given" : input.b) + " in B\n";
  }
  return text;
}

}  // namespace

std::string comparison_text(Comparison const& comparison) {
  std::vector<FigureComparison const*> whole;
  std::vector<FigureComparison const*> points;
  for (FigureComparison const& figure : comparison.figures) (figure.at.empty() ? whole : points).push_back(&figure);
  std::string text = "Compared " + comparison.how + ".\n\n" + table(whole, false) + points_text(points);
  std::uint64_t const decided = comparison.decided();
  if (decided > 0) {
    text += "\nVerdicts hold for all " + std::to_string(decided) +
            " uncertain figures together: any of them is wrong in at most 5 % of such comparisons\n(Holm's correction" +
            (points.empty() ? "" : ", half for figures of the whole and half for those of single points") +
            "). An interval is 95 % for its figure alone, so one without 0 in it may still be chance.\n";
  }
  for (std::string const& note : comparison.notes) text += "Note: " + note + ".\n";
  return comparison.inputs_known ? text + inputs_text(comparison.inputs) : text;
}

}  // namespace coinfer
