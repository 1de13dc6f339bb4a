// The legs of placements of one workload, priced as its protocol carries them out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "scenarios/planner/idle_price.hpp"
#include "scenarios/planner/label_search.hpp"
#include "scenarios/planner/plan_setting.hpp"
#include "scenarios/planner/stage_times.hpp"

namespace coinfer {

/// What always binds, each of which may be left out to see whether it is what nothing can keep.
struct BindingRules {
  bool pins = true;
  bool memory = true;
  bool floors = true;
};

/// Figures by which placements are searched. `bytes` to `places` are sums, leakage the worst of what is shown.
enum class PlanFigure { latency_s, energy_j, cost_usd, bytes, places, leakage, loads };

/// Everything about the placements of a setting that any search needs, taken once.
class LegTable {
 public:
  /// All outlive the table.
  LegTable(PlanSetting const& setting, IdlePricer const& pricer, CutLattice const& cuts);

  struct Message {
    RequestPrice price;
    double leakage = 0;
    bool keeps_floors = true;
  };
  /// What it takes to bring what crosses a cut from one place to another; `from` may be `Leg::source`.
  Message const& message(std::uint32_t from, std::uint32_t to, CutIndex cut) const;
  /// The work between two cuts on a tier; null where the tier cannot do it.
  RequestPrice const* stage(std::uint32_t tier, CutIndex begin, CutIndex end) const;
  /// The answer's way home from a tier.
  RequestPrice const& answer(std::uint32_t tier) const;
  [[nodiscard]] bool fits_memory(std::uint32_t tier, CutIndex begin, CutIndex end) const;
  [[nodiscard]] bool pins_allow(std::uint32_t tier, CutIndex begin, CutIndex end) const;
  /// Whether everything that crosses `end` is made between the two cuts, so that the next tier depends on this one alone.
  [[nodiscard]] bool separable(CutIndex begin, CutIndex end) const;
  /// Whether the raw input is still read behind a cut.
  [[nodiscard]] bool input_crosses(CutIndex cut) const { return crossing_[cut].front() == model_input; }

  /// What steps are priced with; its placement is the scenario's own and of no meaning.
  [[nodiscard]] ProtocolInput input() const;
  [[nodiscard]] PlanSetting const& setting() const { return setting_; }
  [[nodiscard]] IdlePricer const& pricer() const { return pricer_; }
  [[nodiscard]] CutLattice const& cuts() const { return cuts_; }

 private:
  Message make_message(std::uint32_t from, std::uint32_t to, CutIndex cut) const;
  std::optional<RequestPrice> make_enclave_stage(ProcessorRef at, CutIndex begin, CutIndex end) const;

  PlanSetting const& setting_;
  IdlePricer const& pricer_;
  CutLattice const& cuts_;
  Placement nowhere_;
  std::vector<std::vector<LayerId>> crossing_;    ///< by cut
  std::vector<std::optional<StageTimes>> times_;  ///< by tier; nothing for an enclave
  std::vector<std::vector<double>> forbidden_;    ///< by tier, by cut: layers before it that pins keep away
  std::vector<double> weights_;                   ///< by cut: bytes of the layers before it
  std::vector<double> activations_;               ///< likewise, all outputs together
  mutable std::vector<std::optional<Message>> messages_;
  mutable std::vector<std::optional<RequestPrice>> answers_;
  mutable RequestPrice stage_;
  mutable std::map<std::tuple<std::uint32_t, CutIndex, CutIndex>, std::optional<RequestPrice>> inside_;
};

/// The legs of a table in the figures that one search asks for.
class PlacementLegs final : public LegPrices {
 public:
  PlacementLegs(LegTable const& table, std::vector<PlanFigure> figures, BindingRules rules);

  [[nodiscard]] std::uint32_t tiers() const override { return static_cast<std::uint32_t>(table_.setting().tiers.size()); }
  [[nodiscard]] CutLattice const& cuts() const override { return table_.cuts(); }
  bool price(Leg const& leg, std::span<double> into) const override;

  /// Criteria stand in the order of the figures; loads, where they are asked for, last. The first of these is the largest
  /// load of all resources that only one leg of a placement can use; each of the others, which legs share, is a sum of its
  /// own.
  [[nodiscard]] std::size_t loads() const { return load_place_.empty() ? 0 : 1 + shared_; }

 private:
  void add(RequestPrice const& price, std::span<double> into) const;
  void find_shared();
  [[nodiscard]] IdlePricer const& pricer() const { return table_.pricer(); }

  LegTable const& table_;
  std::vector<PlanFigure> figures_;
  BindingRules rules_;
  std::vector<double> energy_of_unit_j_;  ///< by resource; infinite where it is unknown
  std::vector<double> cost_of_unit_usd_;  ///< likewise
  /// By resource: its place among the loads, 0 for the largest of those that one leg uses; empty where none are asked for.
  std::vector<std::size_t> load_place_;
  std::size_t shared_ = 0;
  std::size_t first_link_ = 0;
};

}  // namespace coinfer
