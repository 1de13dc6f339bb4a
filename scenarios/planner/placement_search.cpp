#include "scenarios/planner/placement_search.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>

#include "scenarios/frontier/pareto.hpp"
#include "scenarios/planner/minimum_cut_plans.hpp"

namespace coinfer {

namespace {

/// Bounds are widened by so much where legs are added up, whose sums are not rounded as those of a plan are.
double constexpr slack = 1 + 1e-9;

bool has(std::set<PlanBound> const& bounds, PlanBound bound) { return bounds.find(bound) != bounds.end(); }

double bound_of(PlanFigure figure, proto::PlanConstraints const& limit, std::set<PlanBound> const& bounds) {
  double constexpr ms = 1e-3;
  double constexpr none = std::numeric_limits<double>::infinity();
  switch (figure) {
    case PlanFigure::latency_s:
      return has(bounds, PlanBound::latency) ? limit.latency_ms() * ms * slack : none;
    case PlanFigure::energy_j:
      return has(bounds, PlanBound::energy) ? limit.energy_j() * slack : none;
    case PlanFigure::cost_usd:
      return has(bounds, PlanBound::money) ? limit.cost_usd() * slack : none;
    case PlanFigure::bytes:
      return has(bounds, PlanBound::bytes) ? limit.bytes() * slack : none;
    case PlanFigure::places:
      return has(bounds, PlanBound::places) ? limit.places() : none;
    case PlanFigure::loads:
      return has(bounds, PlanBound::throughput) ? slack / limit.throughput_per_s() : none;
    default:
      return none;
  }
}

CutLattice lattice_of(Model const& model, std::size_t most, bool& every) {
  std::optional<CutLattice> all = CutLattice::of(model, most);
  every = all.has_value();
  return all ? std::move(*all) : CutLattice::of_single_tensors(model);
}

/// Lists the sequences of stages in which a tensor passes a tier by.
class PassingBy {
 public:
  PassingBy(LegTable const& table, std::size_t most) : table_(table), most_(most), passed_(table.cuts().size()) {
    for (CutIndex begin = 0; begin < table.cuts().size(); ++begin) {
      for (CutIndex const end : table.cuts().after(begin)) {
        if (end != table.cuts().last() && !table.separable(begin, end)) passed_[begin].push_back(end);
      }
    }
  }

  /// False where there are more than may be listed.
  bool list(std::vector<std::vector<FoundPath::Stage>>& found) {
    extend(found, 0, 0, false);
    return complete_;
  }

 private:
  void extend(std::vector<std::vector<FoundPath::Stage>>& found, std::uint32_t tier, CutIndex begin, bool passes) {
    CutLattice const& cuts = table_.cuts();
    PlanSetting const& setting = table_.setting();
    for (std::uint32_t to = tier; to < setting.tiers.size() && complete_; ++to) {
      // With a layer on the data owner's device whatever reads the raw input stands there too.
      bool const from_home = !stages_.empty() && at_home(stages_.front().tier);
      if (table_.input_crosses(begin) && from_home && !at_home(to)) continue;
      if (passes) {
        stages_.push_back({to, cuts.last()});
        if (found.size() == most_) complete_ = false;
        if (complete_) found.push_back(stages_);
        stages_.pop_back();
      }
      std::uint32_t const later = static_cast<std::uint32_t>(setting.tiers.size()) - to - 1;
      if (later == 0) continue;
      // With one tier left only a cut that is passed by here can make a difference.
      bool const only_passed = later == 1 && !passes;
      std::vector<CutIndex> const& passed = passed_[begin];
      for (CutIndex const end : only_passed ? std::span<CutIndex const>(passed) : cuts.after(begin)) {
        if (end == cuts.last() || !complete_) continue;
        stages_.push_back({to, end});
        extend(found, to + 1, end, passes || std::binary_search(passed.begin(), passed.end(), end));
        stages_.pop_back();
      }
    }
  }

  [[nodiscard]] bool at_home(std::uint32_t tier) const {
    return table_.setting().tiers[tier].at.device == table_.setting().source;
  }

  LegTable const& table_;
  std::size_t most_;
  bool complete_ = true;
  std::vector<std::vector<CutIndex>> passed_;  ///< by cut: those behind it that something crosses which crosses it too
  std::vector<FoundPath::Stage> stages_;
};

}  // namespace

PlacementSearch::PlacementSearch(PlanSetting const& setting, SearchLimits limits)
    : setting_(setting),
      limits_(limits),
      pricer_(setting.scenario.platform),
      cuts_(lattice_of(setting.model, limits.cuts, every_cut_)),
      table_(setting_, pricer_, cuts_) {}

PlacementSearch::~PlacementSearch() = default;

Placement PlacementSearch::placement_of(std::vector<FoundPath::Stage> const& stages) const {
  Placement placement = setting_.own;
  CutIndex before = 0;
  for (FoundPath::Stage const& stage : stages) {
    for (LayerId const layer : cuts_.between(before, stage.until)) {
      placement.of_layer[layer.index()] = setting_.tiers[stage.tier].at;
    }
    before = stage.until;
  }
  return placement;
}

std::vector<PlanFigure> PlacementSearch::known_figures() const {
  std::vector<PlanFigure> figures = {PlanFigure::latency_s};
  bool const energy = std::any_of(setting_.tiers.begin(), setting_.tiers.end(), [&](PlanTier const& tier) {
    Processor const& processor = setting_.scenario.platform.device(tier.at.device).processors[tier.at.processor];
    return processor.busy && processor.idle;
  });
  if (energy) figures.push_back(PlanFigure::energy_j);
  bool const money = std::any_of(setting_.tiers.begin(), setting_.tiers.end(), [&](PlanTier const& tier) {
    return setting_.scenario.platform.device(tier.at.device).price.has_value();
  });
  if (money) figures.push_back(PlanFigure::cost_usd);
  if (setting_.leakage) figures.push_back(PlanFigure::leakage);
  figures.push_back(PlanFigure::loads);
  return figures;
}

std::vector<std::string> PlacementSearch::front_figures() const {
  std::vector<std::string> words;
  for (PlanFigure const figure : known_figures()) {
    if (figure == PlanFigure::latency_s) words.emplace_back("latency");
    if (figure == PlanFigure::loads) words.emplace_back("throughput");
    if (figure == PlanFigure::energy_j) words.emplace_back("energy");
    if (figure == PlanFigure::cost_usd) words.emplace_back("money");
    if (figure == PlanFigure::leakage) words.emplace_back("leakage");
  }
  return words;
}

PlacementSearch::Found PlacementSearch::by_labels(std::vector<PlanFigure> figures, std::size_t keep,
                                                  std::set<PlanBound> const& bounds) {
  BindingRules const rules{has(bounds, PlanBound::pins), has(bounds, PlanBound::memory), has(bounds, PlanBound::floors)};
  for (PlanFigure const figure : {PlanFigure::latency_s, PlanFigure::energy_j, PlanFigure::cost_usd, PlanFigure::bytes,
                                  PlanFigure::places, PlanFigure::loads}) {
    bool const bounded = bound_of(figure, setting_.constraints, bounds) < std::numeric_limits<double>::infinity();
    if (bounded && std::find(figures.begin(), figures.end(), figure) == figures.end()) figures.push_back(figure);
  }
  std::stable_partition(figures.begin(), figures.end(), [](PlanFigure figure) { return figure != PlanFigure::loads; });
  PlacementLegs const legs(table_, figures, rules);
  LabelSearch search;
  search.keep = keep;
  for (PlanFigure const figure : figures) {
    Criterion const criterion{figure == PlanFigure::leakage, bound_of(figure, setting_.constraints, bounds)};
    std::size_t const times = figure == PlanFigure::loads ? legs.loads() : 1;
    if (figure == PlanFigure::loads) {
      search.first_load = search.criteria.size();
      search.loads = times;
    }
    search.criteria.insert(search.criteria.end(), times, criterion);
    if (figure == PlanFigure::loads) search.criteria[search.first_load].worst = true;
  }
  FoundPaths const paths = search_paths(legs, search);
  complete_ = complete_ && paths.complete;
  Found found;
  found.paths = paths.paths.size();
  for (FoundPath const& path : paths.paths) found.placements.push_back(placement_of(path.stages));
  return found;
}

void PlacementSearch::list_passing_by() {
  if (listed_) return;
  listed_ = true;
  if (setting_.freedom != PlacementFreedom::any) return;
  std::vector<std::vector<FoundPath::Stage>> stages;
  complete_ = PassingBy(table_, limits_.crossings).list(stages) && complete_;
  for (std::vector<FoundPath::Stage> const& one : stages) {
    if (auto priced = price_placement(setting_, pricer_, placement_of(one))) passing_by_.push_back(std::move(*priced));
  }
}

void PlacementSearch::add_passing_by(std::vector<PricedPlacement>& found, std::set<PlanBound> const& bounds) {
  list_passing_by();
  for (PricedPlacement const& priced : passing_by_) {
    if (missed_bounds(setting_, priced, bounds).empty()) found.push_back(priced);
  }
}

void PlacementSearch::add_priced(std::vector<Placement> const& placements, std::vector<PricedPlacement>& found,
                                 std::set<PlanBound> const& bounds) {
  for (Placement const& placement : placements) {
    std::optional<PricedPlacement> priced = price_placement(setting_, pricer_, placement);
    if (priced && missed_bounds(setting_, *priced, bounds).empty()) found.push_back(std::move(*priced));
  }
}

std::vector<PricedPlacement> PlacementSearch::best(PlanFigure figure, std::size_t count,
                                                   std::set<PlanBound> const& bounds) {
  std::vector<PlanFigure> figures = {figure};
  if (figure != PlanFigure::latency_s) figures.insert(figures.begin(), PlanFigure::latency_s);
  std::vector<PricedPlacement> found;
  std::size_t constexpr most_kept = 4096;
  std::size_t paths = 0;
  // What the search by legs cannot see (two tiers of one device that share its memory) may take out what it found; then
  // more is kept.
  for (std::size_t keep = count; keep <= most_kept; keep *= 4) {
    Found const more = by_labels(figures, keep, bounds);
    found.clear();
    add_priced(more.placements, found, bounds);
    if (found.size() >= count || more.paths == paths) break;
    paths = more.paths;
  }
  add_passing_by(found, bounds);
  if (!every_cut_) add_priced(minimum_cut_placements(table_, figure), found, bounds);
  auto const key = [&](PricedPlacement const& priced) {
    return std::tuple(figure_of(priced, figure, setting_), priced.latency_s(), priced.bytes);
  };
  std::stable_sort(found.begin(), found.end(), [&](auto const& a, auto const& b) { return key(a) < key(b); });
  auto const same = [](auto const& a, auto const& b) { return a.placement == b.placement; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  if (found.size() > count) found.resize(count);
  return found;
}

std::vector<PricedPlacement> PlacementSearch::front(std::set<PlanBound> const& bounds) {
  std::vector<PlanFigure> const figures = known_figures();
  std::vector<PricedPlacement> found;
  add_priced(by_labels(figures, 1, bounds).placements, found, bounds);
  add_passing_by(found, bounds);
  std::vector<std::vector<double>> costs;
  for (PricedPlacement const& priced : found) {
    costs.emplace_back();
    for (PlanFigure const figure : figures) costs.back().push_back(figure_of(priced, figure, setting_));
  }
  std::vector<bool> const optimal = pareto_optimal(costs);
  std::vector<PricedPlacement> front;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (optimal[i]) front.push_back(std::move(found[i]));
  }
  std::stable_sort(front.begin(), front.end(), [](auto const& a, auto const& b) { return a.latency_s() < b.latency_s(); });
  return front;
}

std::string PlacementSearch::searched() const {
  std::string const tiers = std::to_string(setting_.tiers.size()) + (setting_.tiers.size() == 1 ? " tier" : " tiers");
  std::string const list =
      std::to_string(cuts_.size()) + (every_cut_ ? " legal cuts" : " cuts at which one tensor crosses");
  if (setting_.freedom == PlacementFreedom::one_enclave)
    return "every enclave of " + tiers + " with the whole model; exact";
  std::string text = "all placements over " + list + " and " + tiers;
  if (!every_cut_) {
    return text + ", and minimum cuts over all others: there are more than " + std::to_string(limits_.cuts) +
           " legal cuts, a better placement may exist";
  }
  if (!complete_) return text + " but those of very many in which tensors pass a tier by: a better one may exist";
  return text + "; exact";
}

}  // namespace coinfer
