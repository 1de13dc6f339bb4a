#include "privacy/score.hpp"

#include <algorithm>
#include <string_view>

#include "privacy/leakage_metric.hpp"
#include "privacy/sighting.hpp"

namespace coinfer {

namespace {

/// One attack that the adversary can carry out against one tensor.
struct Attack {
  LeakageMetric const* metric;
  LeakageRow const* row;
  Sighting const* sighting;
};

/// Values of two metrics, or of one metric on two scales, are never compared.
bool comparable(Attack const& a, Attack const& b) { return a.metric == b.metric && a.row->scale == b.row->scale; }

bool is_stronger(Attack const& a, Attack const& than) {
  return a.metric->more_private == PrivateDirection::larger ? a.row->value < than.row->value
                                                            : a.row->value > than.row->value;
}

/// The strongest attack of each kind, the first of equals; in the order of `leakage_metrics()`.
std::vector<Attack> strongest(std::span<Attack const> attacks) {
  std::vector<Attack> best;
  for (Attack const& attack : attacks) {
    auto const known =
        std::find_if(best.begin(), best.end(), [&](Attack const& other) { return comparable(attack, other); });
    if (known == best.end()) {
      best.push_back(attack);
    } else if (is_stronger(attack, *known)) {
      *known = attack;
    }
  }
  std::stable_sort(best.begin(), best.end(), [](Attack const& a, Attack const& b) { return a.metric < b.metric; });
  return best;
}

/// "model 'm', dataset 'd', cut 'c', protection 'clear'".
std::string key_text(Exposure const& seen) {
  return "model '" + seen.model + "', dataset '" + seen.dataset + "', cut '" + seen.tensor + "', protection '" +
         std::string(to_string(seen.protection)) + "'";
}

/// What one adversary learns from one workload.
class WorkloadScore {
 public:
  /// `users` may be null: who the requests came from is then not counted.
  WorkloadScore(Adversary const& adversary, std::string const& workload, LeakageTables const& tables,
                UserExposures const* users)
      : adversary_(adversary), workload_(workload), tables_(tables), users_(users) {}

  [[nodiscard]] std::vector<PrivacyScore> of(std::span<Sighting const> seen) const {
    if (seen.empty())
      return {without_value(ScoreStatus::nothing_seen, nullptr, "",
                            "this adversary saw nothing of workload '" + workload_ + "'")};
    std::vector<PrivacyScore> rows;
    if (auto const* const input = find_clear(seen, "input")) {
      rows.push_back(without_value(ScoreStatus::raw_input, input, "input",
                                   "the raw input itself was seen in the clear; no attack is needed"));
    } else {
      rows = of_cuts(seen);
    }
    if (auto const* const output = find_clear(seen, "output"); output != nullptr && output->most->output_is_answer) {
      rows.push_back(without_value(ScoreStatus::raw_output, output, "output",
                                   "the answer itself was seen in the clear; no attack is needed"));
    }
    if (!rows.empty()) return rows;
    for (Sighting const& sighting : seen) {
      if (!is_ciphertext(sighting.most->protection)) {
        return {without_value(ScoreStatus::not_measured, &sighting, "", "not measured: no table covers outputs")};
      }
    }
    return {without_value(ScoreStatus::ciphertext_only, &most_often(seen), "", "only ciphertext was seen")};
  }

 private:
  /// A row for each cut whose values were seen; empty where none was.
  [[nodiscard]] std::vector<PrivacyScore> of_cuts(std::span<Sighting const> seen) const {
    std::vector<Attack> attacks;
    std::vector<Sighting const*> measured;
    std::vector<Unmeasured> unmeasured;
    for (Sighting const& sighting : seen) {
      if (is_ciphertext(sighting.most->protection) || sighting.most->tensor == "output") continue;
      if (auto const lack = find_attacks(sighting, attacks)) {
        unmeasured.push_back({&sighting, *lack});
      } else {
        measured.push_back(&sighting);
      }
    }
    std::vector<PrivacyScore> scores;
    std::vector<Attack> const best = strongest(attacks);
    for (Attack const& attack : best) scores.push_back(with_value(attack));
    add_missing_metrics(measured, attacks, best, scores);
    add_epsilon(seen, scores);
    add_unmeasured(unmeasured, scores);
    return scores;
  }

  /// Why there is no attack on a cut.
  enum class Lack { dataset, row, usable_row, attack };
  struct Unmeasured {
    Sighting const* sighting;
    Lack lack;
  };

  [[nodiscard]] std::string reason(Unmeasured const& cut) const {
    switch (cut.lack) {
      case Lack::dataset:
        return "not measured: the workload names no data set";
      case Lack::attack:
        return "not measured: no attack on " + key_text(*cut.sighting->most) + ", only statistics of it";
      case Lack::row:
        return "not measured: no row for " + key_text(*cut.sighting->most);
      default:
        return "not measured: no row with an attack that knowledge '" + std::string(to_string(adversary_.knowledge)) +
               "' allows for " + key_text(*cut.sighting->most);
    }
  }

  /// A row each, unless there are very many of one kind: a protocol that shows every layer's input would bury the rest.
  void add_unmeasured(std::span<Unmeasured const> cuts, std::vector<PrivacyScore>& scores) const {
    auto const same_kind = [](Unmeasured const& a, Unmeasured const& b) {
      return a.lack == b.lack && a.sighting->most->protection == b.sighting->most->protection;
    };
    for (auto cut = cuts.begin(); cut != cuts.end(); ++cut) {
      auto const alike = [&](Unmeasured const& other) { return same_kind(*cut, other); };
      auto const count = static_cast<std::size_t>(std::count_if(cuts.begin(), cuts.end(), alike));
      PrivacyScore row = without_value(ScoreStatus::not_measured, cut->sighting, "", reason(*cut));
      if (count > listed_cuts) {
        if (std::any_of(cuts.begin(), cut, alike)) continue;  // the first one speaks for all
        row.reason += " (and " + std::to_string(count - 1) + " more cuts)";
        row.exposures = 0;
        std::vector<ShownBy> shown_by;
        for (Unmeasured const& other : cuts) {
          if (!alike(other)) continue;
          row.exposures += other.sighting->exposures;
          shown_by.insert(shown_by.end(), other.sighting->shown_by.begin(), other.sighting->shown_by.end());
        }
        row.users = exposed_users(shown_by);
      }
      scores.push_back(std::move(row));
    }
  }

  /// The largest budget of one draw among the tensors that a mechanism made.
  void add_epsilon(std::span<Sighting const> seen, std::vector<PrivacyScore>& scores) const {
    Sighting const* largest = nullptr;
    for (Sighting const& sighting : seen) {
      if (sighting.most->protection != Protection::noised || !sighting.epsilon) continue;
      if (largest == nullptr || *sighting.epsilon > *largest->epsilon) largest = &sighting;
    }
    if (largest == nullptr) return;
    PrivacyScore row = without_value(ScoreStatus::measured, largest, "epsilon_per_word", "");
    row.scale = largest->most->epsilon_scale;
    row.value = largest->epsilon;
    row.attack = "any";
    row.citation = "the budget of one draw as configured; those of further words and requests add up and are not counted";
    scores.push_back(std::move(row));
  }

  /// Appends what the adversary can do against one cut, or says why there is nothing.
  [[nodiscard]] std::optional<Lack> find_attacks(Sighting const& sighting, std::vector<Attack>& attacks) const {
    Exposure const& seen = *sighting.most;
    if (seen.dataset.empty()) return Lack::dataset;
    bool any_row = false;
    bool any_usable = false;
    bool any_attack = false;
    for (LeakageRow const* const row : tables_.find(seen.model, seen.dataset, sighting.names, seen.protection)) {
      LeakageMetric const* const metric = find_leakage_metric(row->metric);
      if (metric == nullptr || metric->more_private == PrivateDirection::none) continue;
      any_row = true;
      if (!adversary_.can_use(row->knowledge)) continue;
      any_usable = true;
      any_attack = any_attack || !is_statistic(row->attack);
      attacks.push_back(Attack{metric, row, &sighting});
    }
    if (!any_row) return Lack::row;
    if (!any_usable) return Lack::usable_row;
    if (!any_attack) return Lack::attack;
    return std::nullopt;
  }

  /// A cut without a metric that another cut has may be the worse one: the value beside it does not speak for it.
  void add_missing_metrics(std::span<Sighting const* const> measured, std::span<Attack const> attacks,
                           std::span<Attack const> best, std::vector<PrivacyScore>& scores) const {
    LeakageMetric const* previous = nullptr;
    for (Attack const& metric_of : best) {
      if (metric_of.metric == previous) continue;
      previous = metric_of.metric;
      for (Sighting const* const sighting : measured) {
        bool const has = std::any_of(attacks.begin(), attacks.end(), [&](Attack const& attack) {
          return attack.sighting == sighting && attack.metric == metric_of.metric;
        });
        if (has) continue;
        std::string const name(metric_of.metric->name);
        scores.push_back(without_value(ScoreStatus::not_measured, sighting, name,
                                       "not measured: no row of metric '" + name + "' for " + key_text(*sighting->most)));
      }
    }
  }

  [[nodiscard]] static Sighting const& most_often(std::span<Sighting const> seen) {
    return *std::max_element(seen.begin(), seen.end(),
                             [](Sighting const& a, Sighting const& b) { return a.exposures < b.exposures; });
  }

  [[nodiscard]] PrivacyScore without_value(ScoreStatus status, Sighting const* sighting, std::string_view metric,
                                           std::string reason) const {
    PrivacyScore row;
    row.status = status;
    row.adversary = adversary_.name;
    row.workload = workload_;
    row.metric = metric;
    row.reason = std::move(reason);
    if (sighting != nullptr) {
      row.tensor = sighting->most->tensor;
      row.place = sighting->most->place;
      row.exposures = sighting->exposures;
      row.users = exposed_users(sighting->shown_by);
    }
    return row;
  }

  [[nodiscard]] std::optional<ExposedUsers> exposed_users(std::span<ShownBy const> shown_by) const {
    return users_ == nullptr ? std::nullopt : users_->exposed(shown_by);
  }

  [[nodiscard]] PrivacyScore with_value(Attack const& attack) const {
    PrivacyScore row = without_value(ScoreStatus::measured, attack.sighting, attack.metric->name, "");
    row.scale = attack.row->scale;
    row.value = attack.row->value;
    row.grade = attack.row->source.grade;
    row.citation = attack.row->source.citation;
    row.attack = attack.row->attack;
    return row;
  }

  Adversary const& adversary_;
  std::string const& workload_;
  LeakageTables const& tables_;
  UserExposures const* users_;
};

}  // namespace

std::string_view to_string(ScoreStatus status) {
  switch (status) {
    case ScoreStatus::measured:
      return "measured";
    case ScoreStatus::not_measured:
      return "not_measured";
    case ScoreStatus::raw_input:
      return "raw_input";
    case ScoreStatus::raw_output:
      return "raw_output";
    case ScoreStatus::ciphertext_only:
      return "ciphertext_only";
    default:
      return "nothing_seen";
  }
}

std::vector<PrivacyScore> score(Adversary const& adversary, std::span<Exposure const> exposures,
                                LeakageTables const& tables, std::span<UserExposures const> workloads) {
  std::vector<std::string> names;
  for (UserExposures const& workload : workloads) names.push_back(workload.workload());
  for (Exposure const& exposure : exposures) {
    if (std::find(names.begin(), names.end(), exposure.workload) == names.end()) names.push_back(exposure.workload);
  }
  std::vector<PrivacyScore> scores;
  for (std::size_t i = 0; i < names.size(); ++i) {
    UserExposures const* const users = i < workloads.size() ? &workloads[i] : nullptr;
    auto const rows = WorkloadScore(adversary, names[i], tables, users).of(sightings(adversary, exposures, names[i]));
    scores.insert(scores.end(), rows.begin(), rows.end());
  }
  return scores;
}

}  // namespace coinfer
