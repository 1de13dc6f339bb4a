#include "scenarios/compare/exact_figures.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace coinfer {

namespace {

std::string text_of(nlohmann::json const& object, char const* key) {
  auto const found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<double> number_of(nlohmann::json const& object, char const* key) {
  auto const found = object.find(key);
  return found != object.end() && found->is_number() ? std::optional<double>(found->get<double>()) : std::nullopt;
}

/// A list of a file, or an empty one.
nlohmann::json list_of(SavedJson const& file, char const* path) {
  nlohmann::json const* const found = file.find(path);
  return found != nullptr && found->is_array() ? *found : nlohmann::json::array();
}

/// A value, or why there is none.
struct Answer {
  std::optional<double> value;
  std::string reason;
  std::string status;  ///< of leakage, see ScoreStatus

  /// Nothing is known, which is neither good news nor equal to anything.
  [[nodiscard]] bool unknown() const { return !value && (status.empty() || status == "not_measured"); }
};

std::map<std::string, Answer> leakage_of(SavedResults const& results) {
  std::map<std::string, Answer> answers;
  for (nlohmann::json const& score : list_of(results.summary, "privacy")) {
    std::string name = text_of(score, "adversary") + "/" + text_of(score, "workload");
    for (char const* const part : {"metric", "scale"}) {
      if (!text_of(score, part).empty()) name += "/" + text_of(score, part);
    }
    answers[name] = {number_of(score, "value"), text_of(score, "reason"), text_of(score, "status")};
  }
  return answers;
}

std::map<std::string, Answer> exposures_of(SavedResults const& results) {
  std::map<std::string, Answer> answers;
  for (nlohmann::json const& count : list_of(results.summary, "exposure_counts")) {
    std::string const name = "exposure_counts[" + text_of(count, "adversary") + "/" + text_of(count, "workload") + "/" +
                             text_of(count, "protection") + "]";
    answers[name] = {number_of(count, "exposures"), {}, {}};
  }
  return answers;
}

FigureComparison compared(std::string const& name, Answer const& a, Answer const& b) {
  FigureComparison row = exact_figure(name, a.value, b.value);
  if (a.value && b.value) return row;
  if (!a.value) row.a_words = a.status;
  if (!b.value) row.b_words = b.status;
  if (a.unknown() && b.unknown()) {
    row.verdict = CompareVerdict::not_comparable;
    row.reason = "not measured in either";
  } else if (a.unknown() || b.unknown()) {
    row.verdict = a.unknown() ? CompareVerdict::not_in_a : CompareVerdict::not_in_b;
    row.reason = a.unknown() ? a.reason : b.reason;
  } else {
    row.verdict = a.status == b.status ? CompareVerdict::equal : CompareVerdict::differs;
  }
  return row;
}

/// What is true of a figure that stands in no row of the list: what its adversary learns at all, "cloud/vision", where that
/// is all there is to say; else nothing is known of it.
Answer answer_without_row(std::map<std::string, Answer> const& answers, std::string const& name) {
  for (auto const& [general, answer] : answers) {
    if (!answer.value && name.starts_with(general + "/")) return answer;
  }
  return {std::nullopt, "no such row", {}};
}

void add_leakage(Comparison& comparison, SavedResults const& results_a, SavedResults const& results_b) {
  std::map<std::string, Answer> const a = leakage_of(results_a);
  std::map<std::string, Answer> const b = leakage_of(results_b);
  std::set<std::string> names;
  for (auto const* const list : {&a, &b}) {
    for (auto const& [name, answer] : *list) names.insert(name);
  }
  for (std::string const& name : names) {
    // What is said in general in one of them is told with the figures of the other.
    bool const told =
        a.contains(name) != b.contains(name) &&
        std::any_of(names.begin(), names.end(), [&](auto const& other) { return other.starts_with(name + "/"); });
    if (told) continue;
    auto const answer = [&name](std::map<std::string, Answer> const& list) {
      auto const found = list.find(name);
      return found == list.end() ? answer_without_row(list, name) : found->second;
    };
    comparison.figures.push_back(compared("privacy[" + name + "]", answer(a), answer(b)));
  }
}

/// What was not exposed in one of them was exposed no times.
void add_exposures(Comparison& comparison, SavedResults const& results_a, SavedResults const& results_b) {
  std::map<std::string, Answer> a = exposures_of(results_a);
  std::map<std::string, Answer> b = exposures_of(results_b);
  for (auto const& [name, answer] : b) a.try_emplace(name, Answer{0, {}, {}});
  for (auto const& [name, answer] : a) b.try_emplace(name, Answer{0, {}, {}});
  for (auto const& [name, answer] : a) comparison.figures.push_back(compared(name, answer, b.at(name)));
}

std::map<std::string, std::string> grades_of(SavedResults const& results) {
  std::map<std::string, std::string> grades;
  for (nlohmann::json const& input : list_of(results.manifest, "inputs")) {
    grades[text_of(input, "what")] = text_of(input, "grade");
  }
  return grades;
}

void add_grades(Comparison& comparison, SavedResults const& a, SavedResults const& b) {
  std::map<std::string, std::string> before = grades_of(a);
  std::map<std::string, std::string> after = grades_of(b);
  for (auto const& [what, grade] : after) before.try_emplace(what);
  std::size_t different = 0;
  for (auto const& [what, grade] : before) {
    if (grade == after[what]) continue;
    ++different;
    comparison.figures.push_back(exact_words("grade of " + what, grade, after[what]));
  }
  if (different > 0) return;
  comparison.figures.push_back(exact_words("grades", "of " + std::to_string(before.size()) + " inputs",
                                           "of " + std::to_string(after.size()) + " inputs"));
}

}  // namespace

void add_exact_figures(Comparison& comparison, SavedResults const& a, SavedResults const& b) {
  for (char const* const figure : {"bytes.up", "bytes.down"}) {
    comparison.figures.push_back(exact_figure(figure, a.summary.number(figure), b.summary.number(figure)));
  }
  add_leakage(comparison, a, b);
  add_exposures(comparison, a, b);
  add_grades(comparison, a, b);
}

}  // namespace coinfer
