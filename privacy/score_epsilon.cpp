#include "privacy/score_epsilon.hpp"

#include <algorithm>
#include <optional>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

/// What one adversary makes of one source.
class SourceScore {
 public:
  SourceScore(Adversary const& adversary, std::span<Exposure const> exposures, Released const& released)
      : adversary_(adversary), released_(released) {
    for (Released::Entry const& entry : released.entries) {
      seen_.push_back(most_seen(entry, exposures));
      exposures_.push_back(exposures_of(entry, exposures));
    }
  }

  void add(std::vector<PrivacyScore>& rows) const {
    std::vector<Exposure const*> const& seen = seen_;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (seen[i] == nullptr || !first_of_workload(i)) continue;
      rows.push_back(per_request(i));
      if (adversary_.keeps == Keeps::one_request) continue;
      for (CompositionTheorem const theorem :
           {CompositionTheorem::sequential, CompositionTheorem::advanced, CompositionTheorem::renyi}) {
        rows.push_back(per_user(i, theorem));
      }
    }
  }

 private:
  /// Whether the adversary saw there what the entry's draws made.
  [[nodiscard]] bool is_of(Released::Entry const& entry, Exposure const& exposure) const {
    return exposure.workload == entry.workload && exposure.tensor == entry.tensor &&
           exposure.protection == Protection::noised && adversary_.sees(exposure.domain);
  }

  /// Where the adversary saw most often what the entry's draws made, or null.
  [[nodiscard]] Exposure const* most_seen(Released::Entry const& entry, std::span<Exposure const> exposures) const {
    Exposure const* most = nullptr;
    for (Exposure const& exposure : exposures) {
      if (is_of(entry, exposure) && exposure.count > (most == nullptr ? 0 : most->count)) most = &exposure;
    }
    return most;
  }

  [[nodiscard]] bool first_of_workload(std::size_t entry) const {
    for (std::size_t i = 0; i < entry; ++i) {
      if (seen_[i] != nullptr && released_.entries[i].workload == released_.entries[entry].workload) return false;
    }
    return true;
  }

  /// How often the adversary saw it, over all places.
  [[nodiscard]] std::uint64_t exposures_of(Released::Entry const& entry, std::span<Exposure const> exposures) const {
    std::uint64_t sum = 0;
    for (Exposure const& exposure : exposures) {
      if (is_of(entry, exposure)) sum += exposure.count;
    }
    return sum;
  }

  [[nodiscard]] PrivacyScore row(std::size_t entry, std::string const& scale) const {
    PrivacyScore row;
    row.adversary = adversary_.name;
    row.workload = released_.entries[entry].workload;
    row.tensor = seen_[entry]->tensor;
    row.place = seen_[entry]->place;
    row.exposures = exposures_[entry];
    row.metric = "epsilon";
    row.scale = scale + (released_.composition.per_distance() ? "_per_unit_of_distance" : "");
    return row;
  }

  static void set(PrivacyScore& row, std::optional<double> value, std::string const& citation, std::string const& reason) {
    row.value = value;
    row.status = value ? ScoreStatus::measured : ScoreStatus::not_measured;
    if (value) {
      row.attack = "any";
      row.citation = citation;
    } else {
      row.reason = "not computed on " + row.scale + ": " + reason;
    }
  }

  /// The request of a workload that drew most; its draws of several mechanisms are taken to come together.
  [[nodiscard]] PrivacyScore per_request(std::size_t entry) const {
    std::vector<std::uint64_t> draws(seen_.size());
    for (std::size_t i = 0; i < draws.size(); ++i) {
      bool const same = released_.entries[i].workload == released_.entries[entry].workload;
      if (same && seen_[i] != nullptr) draws[i] = released_.entries[i].most_per_request;
    }
    PrivacyScore score = row(entry, "per_request_sequential");
    set(score, released_.composition.epsilon(CompositionTheorem::sequential, draws),
        std::string(citation_of(CompositionTheorem::sequential)),
        released_.composition.reason_against(CompositionTheorem::sequential));
    return score;
  }

  [[nodiscard]] PrivacyScore per_user(std::size_t entry, CompositionTheorem theorem) const {
    PrivacyScore score = row(entry, "per_user_" + std::string(to_string(theorem)));
    std::string const reason = released_.composition.reason_against(theorem);
    std::optional<double> worst;
    std::size_t whose = 0;
    std::vector<std::uint64_t> draws(seen_.size());
    for (std::size_t place = 0; reason.empty() && place < released_.ledger.members.size(); ++place) {
      std::span<std::uint64_t const> const booked = released_.ledger.draws_of(place);
      for (std::size_t i = 0; i < draws.size(); ++i) draws[i] = seen_[i] == nullptr ? 0 : booked[i];
      double const total = released_.composition.epsilon(theorem, draws).value();
      if (worst && total <= *worst) continue;
      worst = total;
      whose = place;
    }
    std::string citation(citation_of(theorem));
    if (worst) citation += "; user '" + name_of(released_.ledger.members[whose].member) + "'";
    if (worst && theorem != CompositionTheorem::sequential) {
      citation += "; delta " + shortest(released_.composition.delta().value());
    }
    set(score, worst, citation, reason);
    return score;
  }

  [[nodiscard]] std::string name_of(std::uint32_t member) const {
    return released_.is_fleet ? released_.source + "[" + std::to_string(member) + "]" : released_.source;
  }

  Adversary const& adversary_;
  Released const& released_;
  std::vector<std::uint64_t> exposures_;  ///< by entry
  std::vector<Exposure const*> seen_;     ///< by entry; null: the adversary did not see it
};

}  // namespace

std::vector<PrivacyScore> score_epsilon(Adversary const& adversary, std::span<Exposure const> exposures,
                                        std::span<Released const> released) {
  std::vector<PrivacyScore> rows;
  for (Released const& source : released) SourceScore(adversary, exposures, source).add(rows);
  return rows;
}

}  // namespace coinfer
