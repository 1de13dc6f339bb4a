#include "scenarios/frontier/leakage_answer.hpp"

#include <algorithm>
#include <set>

#include "privacy/leakage_metric.hpp"

namespace coinfer {

namespace {

bool is_budget(std::string_view metric) { return metric == "epsilon" || metric == "epsilon_per_word"; }

LeakageAnswer from(PrivacyScore const& score) {
  LeakageAnswer answer;
  answer.status = score.status;
  answer.value = score.value;
  answer.reason = score.reason;
  answer.attack = score.attack;
  answer.grade = score.grade;
  answer.citation = score.citation;
  answer.tensor = score.tensor;
  answer.exposures = score.exposures;
  return answer;
}

/// The scores of one adversary, searched from the worst to the best.
class Finder {
 public:
  Finder(LeakageQuestion const& question, std::span<PrivacyScore const> scores) : question_(question) {
    for (PrivacyScore const& score : scores) {
      if (score.adversary == question.adversary) scores_.push_back(&score);
    }
  }

  [[nodiscard]] LeakageAnswer answer() const {
    if (auto const* input = first([](auto const& score) { return score.status == ScoreStatus::raw_input; })) {
      return from(*input);
    }
    if (auto const* unknown = first([&](auto const& score) { return lacks_any_attack(score); })) return from(*unknown);
    auto const* nothing = first([](auto const& score) {
      return score.status == ScoreStatus::nothing_seen || score.status == ScoreStatus::ciphertext_only;
    });
    if (nothing != nullptr) return from(*nothing);
    if (scores_.size() == 1 && scores_.front()->status == ScoreStatus::raw_output) return from(*scores_.front());
    auto const is_meant = [&](auto const& score) { return !question_.metric.empty() && score.metric == question_.metric; };
    if (auto const* lack = first([&](auto const& score) { return is_meant(score) && !score.value; })) return from(*lack);
    auto const* found = first([&](auto const& score) { return is_meant(score) && score.scale == question_.scale; });
    if (found != nullptr) return from(*found);
    LeakageAnswer none;
    none.reason = "not measured: no value" + (question_.metric.empty() ? "" : " of metric '" + question_.metric + "'");
    return none;
  }

  [[nodiscard]] bool answer_seen() const {
    return first([](auto const& score) { return score.status == ScoreStatus::raw_output; }) != nullptr;
  }

 private:
  template <class Is>
  [[nodiscard]] PrivacyScore const* first(Is const& is) const {
    auto const found = std::find_if(scores_.begin(), scores_.end(), [&](PrivacyScore const* score) { return is(*score); });
    return found == scores_.end() ? nullptr : *found;
  }

  /// Whether the score stands for a tensor that no attack is known for, and that the metric says nothing of.
  [[nodiscard]] bool lacks_any_attack(PrivacyScore const& score) const {
    if (score.status != ScoreStatus::not_measured || !score.metric.empty()) return false;
    if (!is_budget(question_.metric)) return true;
    return first([&](auto const& other) { return other.metric == question_.metric && other.tensor == score.tensor; }) ==
           nullptr;
  }

  LeakageQuestion const& question_;
  std::vector<PrivacyScore const*> scores_;
};

}  // namespace

LeakageAnswer leakage_answer(LeakageQuestion const& question, std::span<PrivacyScore const> scores) {
  Finder const finder(question, scores);
  LeakageAnswer answer = finder.answer();
  answer.answer_seen = finder.answer_seen();
  return answer;
}

std::vector<LeakageQuestion> leakage_questions(std::span<std::string const> adversaries,
                                               std::span<PrivacyScore const> scores, std::span<std::string const> metrics) {
  std::vector<LeakageQuestion> questions;
  for (std::string const& adversary : adversaries) {
    std::size_t const before = questions.size();
    for (LeakageMetric const& metric : leakage_metrics()) {
      bool const asked = std::find(metrics.begin(), metrics.end(), metric.name) != metrics.end();
      // Unasked, what no cut can be chosen by would only bury the rest; the transition is found from it all the same.
      if (metrics.empty() ? !compares_across_cuts(metric.name) : !asked) continue;
      std::set<std::string> scales;
      for (PrivacyScore const& score : scores) {
        if (score.adversary == adversary && score.metric == metric.name && score.value) scales.insert(score.scale);
      }
      if (asked && scales.empty()) scales.insert("");
      for (std::string const& scale : scales) {
        questions.push_back({adversary, std::string(metric.name), scale, compares_across_cuts(metric.name)});
      }
    }
    if (questions.size() == before) questions.push_back({adversary, "", "", false});
  }
  return questions;
}

}  // namespace coinfer
