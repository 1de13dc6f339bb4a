#include "privacy/floor.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

/// What a floor is missed or kept for, the gravest first.
enum class Finding : std::uint8_t { raw, unmeasured, scales, beyond, allowed, within, unseen, count };

bool is_missed(Finding finding) { return finding <= Finding::beyond; }

/// A score as a row of a table, for conversion.
LeakageRow row_of(PrivacyScore const& score) {
  LeakageRow row;
  row.metric = score.metric;
  row.scale = score.scale;
  row.value = *score.value;
  row.attack = score.attack;
  row.source = {score.citation, score.grade};
  return row;
}

/// A value that counts, and where it comes from.
struct Figure {
  PrivacyScore const* from;
  std::string scale;
  double value;
};

/// Collects reasons, and gives the gravest.
class Findings {
 public:
  void add(Finding finding, PrivacyScore const& at, std::string const& why) {
    texts_[static_cast<std::size_t>(finding)].push_back(why + " (adversary '" + at.adversary + "', workload '" +
                                                        at.workload + "')");
  }

  /// Nothing where nothing was found.
  [[nodiscard]] std::optional<std::pair<Finding, std::string>> gravest() const {
    for (std::size_t f = 0; f < texts_.size(); ++f) {
      if (texts_[f].empty()) continue;
      auto const finding = static_cast<Finding>(f);
      std::size_t others = texts_[f].size() - 1;
      if (is_missed(finding)) {
        for (std::size_t g = f + 1; is_missed(static_cast<Finding>(g)); ++g) others += texts_[g].size();
      }
      bool const one_is_enough = others == 0 || finding == Finding::within || finding == Finding::unseen;
      return {{finding, texts_[f].front() + (one_is_enough ? "" : ", and " + std::to_string(others) + " more")}};
    }
    return std::nullopt;
  }

 private:
  std::array<std::vector<std::string>, static_cast<std::size_t>(Finding::count)> texts_;
};

class Decision {
 public:
  Decision(PrivacyFloor const& floor, FactsOf const& facts) : floor_(floor), facts_(facts) {}

  FloorVerdict of(std::span<PrivacyScore const> scores) {
    std::vector<PrivacyScore const*> left;
    for (PrivacyScore const& score : scores) {
      bool const covered = (floor_.adversary.empty() || score.adversary == floor_.adversary) &&
                           (floor_.workload.empty() || score.workload == floor_.workload);
      if (covered) left.push_back(&score);
    }
    while (!left.empty()) {
      PrivacyScore const& first = *left.front();
      auto const rest = std::stable_partition(left.begin(), left.end(), [&](PrivacyScore const* score) {
        return score->adversary == first.adversary && score->workload == first.workload;
      });
      judge(std::span(left.begin(), rest));
      left.erase(left.begin(), rest);
    }
    return verdict();
  }

 private:
  using Rows = std::span<PrivacyScore const* const>;

  /// What one adversary learns of one workload.
  void judge(Rows rows) {
    bool seen = false;
    for (PrivacyScore const* row : rows) {
      switch (row->status) {
        case ScoreStatus::raw_output:
          if (is_budget(floor_.metric)) {
            seen = true;
            break;
          }
          [[fallthrough]];
        case ScoreStatus::raw_input:
          findings_.add(Finding::raw, *row, row->reason);
          return;
        case ScoreStatus::ciphertext_only:
        case ScoreStatus::nothing_seen:
          findings_.add(Finding::unseen, *row, row->reason);
          break;
        default:
          seen = true;
      }
    }
    if (seen) judge_cuts(rows);
  }

  void judge_cuts(Rows rows) {
    std::string const metric = metric_of(rows);
    std::size_t const before = figures_.size();
    bool unmeasured = false;
    for (PrivacyScore const* row : rows) {
      if (row->status == ScoreStatus::measured && row->metric == metric) {
        unmeasured = !take(*row, rows) || unmeasured;
      } else if (row->status == ScoreStatus::not_measured && counts(*row, metric, rows)) {
        lacks(*row, row->reason);
        unmeasured = true;
      }
    }
    if (figures_.size() > before || unmeasured) return;
    std::string others;
    for (PrivacyScore const* row : rows) {
      if (row->status == ScoreStatus::measured) others += (others.empty() ? "" : ", ") + row->metric;
    }
    lacks(*rows.front(), "not measured: nobody measured " + floor_.metric + " for the cut '" + rows.front()->tensor + "'" +
                             (others.empty() ? "" : ", but " + others));
  }

  /// The metric whose figures and gaps count: the floor's, or where none of its figures can be used, one that converts to
  /// it.
  [[nodiscard]] std::string metric_of(Rows rows) const {
    if (floor_.scale.empty()) return floor_.metric;
    std::string found;
    for (PrivacyScore const* row : rows) {
      std::string why_not;
      if (row->status != ScoreStatus::measured || !converted(*row, why_not)) continue;
      if (row->metric == floor_.metric) return floor_.metric;
      if (found.empty()) found = row->metric;
    }
    return found.empty() ? floor_.metric : found;
  }

  /// Whether a row without a value leaves the metric open on the floor's scale.
  [[nodiscard]] bool counts(PrivacyScore const& gap, std::string const& metric, Rows rows) const {
    if (!floor_.scale.empty() && !gap.scale.empty() && gap.scale != floor_.scale) return false;
    if (!gap.metric.empty()) return gap.metric == metric;
    return std::none_of(rows.begin(), rows.end(), [&](PrivacyScore const* row) {
      return row->status == ScoreStatus::measured && row->metric == metric && row->tensor == gap.tensor &&
             (row->attack == "any" || is_statistic(row->attack));
    });
  }

  [[nodiscard]] std::optional<double> converted(PrivacyScore const& score, std::string& why_not) const {
    if (score.metric == "psnr_db" && floor_.metric != "psnr_db") return std::nullopt;
    auto const row = convert(row_of(score), floor_.metric, floor_.scale, facts_(score.workload), why_not);
    return row ? std::optional<double>(row->value) : std::nullopt;
  }

  /// Whether the score's figure counts, or another of the same cut does.
  bool take(PrivacyScore const& score, Rows rows) {
    if (floor_.scale.empty() || (score.scale == floor_.scale && score.metric == floor_.metric)) {
      figures_.push_back({&score, score.scale, *score.value});
      return true;
    }
    bool const better = std::any_of(rows.begin(), rows.end(), [&](PrivacyScore const* other) {
      // One without a value says itself why.
      return other->metric == floor_.metric && other->scale == floor_.scale && other->tensor == score.tensor;
    });
    if (better) return true;
    std::string why_not;
    if (auto const value = converted(score, why_not)) {
      figures_.push_back({&score, floor_.scale, *value});
      return true;
    }
    lacks(score, "not measured on scale '" + floor_.scale + "': " + why_not);
    return false;
  }

  void lacks(PrivacyScore const& score, std::string const& why) {
    findings_.add(floor_.allow_unmeasured ? Finding::allowed : Finding::unmeasured, score, why);
  }

  FloorVerdict verdict() {
    FloorVerdict verdict;
    verdict.floor = floor_;
    verdict.scale = floor_.scale;
    std::vector<std::string> scales;
    for (Figure const& figure : figures_) {
      if (std::find(scales.begin(), scales.end(), figure.scale) == scales.end()) scales.push_back(figure.scale);
    }
    if (scales.size() > 1) {
      std::string names;
      for (std::string const& scale : scales) names += (names.empty() ? "'" : ", '") + scale + "'";
      findings_.add(Finding::scales, *figures_.front().from,
                    "the figures of " + floor_.metric + " are on several scales, and the floor names none: " + names);
    } else if (!figures_.empty()) {
      verdict.scale = scales.front();
      verdict.value = weigh();
    }
    auto const gravest = findings_.gravest();
    verdict.kept = gravest && !is_missed(gravest->first);
    verdict.reason = gravest ? gravest->second : "nothing was scored";
    if (gravest && gravest->first == Finding::allowed) verdict.reason = "unmeasured is allowed: " + verdict.reason;
    return verdict;
  }

  /// Finds what the worst figure says of the floor, and returns it.
  double weigh() {
    Figure const* worst = figures_.data();
    for (Figure const& figure : figures_) {
      bool const worse = floor_.at_least() ? figure.value < worst->value : figure.value > worst->value;
      if (worse) worst = &figure;
    }
    bool const within = floor_.allows(worst->value);
    bool const converted = worst->scale != worst->from->scale || worst->from->metric != floor_.metric;
    std::string text = floor_.metric + " is " + shortest(worst->value) + " for '" + worst->from->tensor + "'";
    if (worst->from->attack != "any") text += " by " + worst->from->attack;
    if (is_budget(floor_.metric)) text += ", of the words that its mechanism draws for";
    if (converted) text += ", converted from " + worst->from->metric + " on " + worst->from->scale;
    findings_.add(within ? Finding::within : Finding::beyond, *worst->from, text);
    return worst->value;
  }

  PrivacyFloor const& floor_;
  FactsOf const& facts_;
  Findings findings_;
  std::vector<Figure> figures_;
};

}  // namespace

bool PrivacyFloor::at_least() const {
  LeakageMetric const* const known = find_leakage_metric(metric);
  assert(known != nullptr && known->more_private != PrivateDirection::none);
  return known->more_private == PrivateDirection::larger;
}

FloorVerdict decide(PrivacyFloor const& floor, std::span<PrivacyScore const> scores, FactsOf const& facts) {
  return Decision(floor, facts).of(scores);
}

std::string to_text(PrivacyFloor const& floor) {
  std::string text = floor.metric + (floor.at_least() ? " of at least " : " of at most ") + shortest(floor.bound);
  if (!floor.scale.empty()) text += " (" + floor.scale + ")";
  if (!floor.adversary.empty()) text += " against '" + floor.adversary + "'";
  if (!floor.workload.empty()) text += ", workload '" + floor.workload + "'";
  return text;
}

}  // namespace coinfer
