#include "privacy/score.hpp"

#include <algorithm>
#include <string_view>

#include "privacy/leakage_metric.hpp"

namespace coinfer {

namespace {

/// All sightings of one tensor under one protection by the domains of one adversary.
struct Sighting {
  Exposure const* most;            ///< The place where it was seen most often; the first of several.
  std::uint64_t exposures = 0;     ///< Over all places.
  std::vector<std::string> names;  ///< The tensor's name and its aliases.
};

bool same_tensor(Exposure const& a, Exposure const& b) {
  return a.model == b.model && a.dataset == b.dataset && a.tensor == b.tensor && a.protection == b.protection;
}

/// What the adversary saw of one workload, tensor by tensor, as first met.
std::vector<Sighting> sightings(Adversary const& adversary, std::span<Exposure const> exposures,
                                std::string_view workload) {
  std::vector<Sighting> found;
  for (Exposure const& exposure : exposures) {
    if (exposure.workload != workload || exposure.count == 0 || !adversary.sees(exposure.domain)) continue;
    auto known =
        std::find_if(found.begin(), found.end(), [&](Sighting const& s) { return same_tensor(*s.most, exposure); });
    if (known == found.end()) known = found.insert(found.end(), Sighting{&exposure, 0, {exposure.tensor}});
    if (exposure.count > known->most->count) known->most = &exposure;
    known->exposures += exposure.count;
    for (std::string const& name : exposure.tensor_names) {
      if (std::find(known->names.begin(), known->names.end(), name) == known->names.end()) known->names.push_back(name);
    }
  }
  return found;
}

/// The tensor of that name seen in the clear, or null.
Sighting const* find_clear(std::span<Sighting const> seen, std::string_view tensor) {
  for (Sighting const& sighting : seen) {
    if (sighting.most->tensor == tensor && sighting.most->protection == Protection::clear) return &sighting;
  }
  return nullptr;
}

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
  WorkloadScore(Adversary const& adversary, std::string const& workload, LeakageTables const& tables)
      : adversary_(adversary), workload_(workload), tables_(tables) {}

  [[nodiscard]] std::vector<PrivacyScore> of(std::span<Sighting const> seen) const {
    if (seen.empty())
      return {without_value(ScoreStatus::nothing_seen, nullptr, "",
                            "this adversary saw nothing of workload '" + workload_ + "'")};
    if (auto const* const input = find_clear(seen, "input")) {
      return {without_value(ScoreStatus::raw_input, input, "input",
                            "the raw input itself was seen in the clear; no attack is needed")};
    }
    std::vector<PrivacyScore> cuts = of_cuts(seen);
    if (!cuts.empty()) return cuts;
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
    std::vector<PrivacyScore> unmeasured;
    for (Sighting const& sighting : seen) {
      if (is_ciphertext(sighting.most->protection) || sighting.most->tensor == "output") continue;
      std::string const reason = find_attacks(sighting, attacks);
      if (reason.empty()) {
        measured.push_back(&sighting);
      } else {
        unmeasured.push_back(without_value(ScoreStatus::not_measured, &sighting, "", reason));
      }
    }
    std::vector<PrivacyScore> scores;
    std::vector<Attack> const best = strongest(attacks);
    for (Attack const& attack : best) scores.push_back(with_value(attack));
    add_missing_metrics(measured, attacks, best, scores);
    scores.insert(scores.end(), unmeasured.begin(), unmeasured.end());
    return scores;
  }

  /// Appends what the adversary can do against one cut, or says why there is nothing.
  [[nodiscard]] std::string find_attacks(Sighting const& sighting, std::vector<Attack>& attacks) const {
    Exposure const& seen = *sighting.most;
    if (seen.dataset.empty()) return "not measured: the workload names no data set";
    bool any_row = false;
    bool any_usable = false;
    for (LeakageRow const* const row : tables_.find(seen.model, seen.dataset, sighting.names, seen.protection)) {
      LeakageMetric const* const metric = find_leakage_metric(row->metric);
      if (metric == nullptr || metric->more_private == PrivateDirection::none) continue;
      any_row = true;
      if (!adversary_.can_use(row->knowledge)) continue;
      any_usable = true;
      attacks.push_back(Attack{metric, row, &sighting});
    }
    if (!any_row) return "not measured: no row for " + key_text(seen);
    if (any_usable) return {};
    return "not measured: no row with an attack that knowledge '" + std::string(to_string(adversary_.knowledge)) +
           "' allows for " + key_text(seen);
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
    }
    return row;
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
    case ScoreStatus::ciphertext_only:
      return "ciphertext_only";
    default:
      return "nothing_seen";
  }
}

std::vector<PrivacyScore> score(Adversary const& adversary, std::span<Exposure const> exposures,
                                LeakageTables const& tables, std::span<std::string const> workloads) {
  std::vector<std::string> names(workloads.begin(), workloads.end());
  for (Exposure const& exposure : exposures) {
    if (std::find(names.begin(), names.end(), exposure.workload) == names.end()) names.push_back(exposure.workload);
  }
  std::vector<PrivacyScore> scores;
  for (std::string const& name : names) {
    auto const rows = WorkloadScore(adversary, name, tables).of(sightings(adversary, exposures, name));
    scores.insert(scores.end(), rows.begin(), rows.end());
  }
  return scores;
}

}  // namespace coinfer
