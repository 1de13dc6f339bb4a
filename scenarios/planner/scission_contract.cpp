#include "scenarios/planner/scission_contract.hpp"

#include <algorithm>

#include "scenarios/planner/label_search.hpp"
#include "sim/base/csv.hpp"

namespace coinfer {

namespace {

double constexpr bits_per_byte = 8;

/// Reads named columns of a table.
class Columns {
 public:
  Columns(std::string const& file, std::string const& text, std::vector<std::string> const& names, Diagnostics& diagnostics)
      : table_(CsvTable::parse(file, text, diagnostics)), file_(file), diagnostics_(diagnostics) {
    for (std::string const& name : names) {
      if (!table_.column(name)) diagnostics.add({file, 1, 1}, "column '" + name + "' is missing");
    }
  }
  [[nodiscard]] std::size_t rows() const { return diagnostics_.ok() ? table_.rows() : 0; }
  [[nodiscard]] std::string text(std::size_t row, char const* name) const {
    return std::string(table_.at(row, *table_.column(name)));
  }
  double number(std::size_t row, char const* name) const {
    std::optional<double> const value = parse_number(text(row, name));
    if (!value) {
      diagnostics_.add({file_, static_cast<int>(row) + 2, 1},
                       "'" + text(row, name) + "' in column '" + name + "' is no number");
    }
    return value.value_or(0);
  }

 private:
  CsvTable table_;
  std::string file_;
  Diagnostics& diagnostics_;
};

int place_of_tier(std::string const& tier) { return tier == "device" ? 0 : tier == "edge" ? 1 : 2; }

class ScissionLegs final : public LegPrices {
 public:
  ScissionLegs(ScissionTables const& tables, std::vector<ScissionPin> const& pins)
      : tables_(tables), pins_(pins), cuts_(chain(tables.output_bytes.size())) {}

  [[nodiscard]] std::uint32_t tiers() const override { return static_cast<std::uint32_t>(tables_.machines.size()); }
  [[nodiscard]] CutLattice const& cuts() const override { return cuts_; }

  /// The first criterion is time, the second the number of tiers left out.
  bool price(Leg const& leg, std::span<double> into) const override {
    ScissionTables::Machine const& to = tables_.machines[leg.to];
    for (CutIndex block = leg.begin; block < leg.end; ++block) {
      for (ScissionPin const& pin : pins_) {
        if (pin.layer == tables_.last_layer[block] && pin.tier != to.tier) return false;
      }
      into[0] += to.block_time_s[block];
    }
    int left_out = place_of_tier(to.tier);
    if (leg.from != Leg::source) {
      ScissionTables::Machine const& from = tables_.machines[leg.from];
      left_out -= place_of_tier(from.tier) + 1;
      if (left_out < 0) return false;
      auto const link = tables_.links.find({from.name, to.name});
      if (link == tables_.links.end()) return false;
      into[0] += link->second.ping_s + tables_.output_bytes[leg.begin - 1] * bits_per_byte / link->second.bit_per_s;
    }
    int constexpr last_tier = 2;
    if (leg.end == cuts_.last()) left_out += last_tier - place_of_tier(to.tier);
    into[1] = left_out;
    return true;
  }

 private:
  static CutLattice chain(std::size_t blocks) {
    std::vector<std::vector<std::uint32_t>> reads(blocks);
    for (std::uint32_t i = 1; i < blocks; ++i) reads[i] = {i - 1};
    return *CutLattice::of(reads, blocks + 1);
  }

  ScissionTables const& tables_;
  std::vector<ScissionPin> const& pins_;
  CutLattice cuts_;
};

}  // namespace

std::optional<ScissionTables> load_scission_tables(std::string const& blocks_file, std::string const& blocks_text,
                                                   std::string const& links_file, std::string const& links_text,
                                                   std::string const& model, std::string const& preset,
                                                   Diagnostics& diagnostics) {
  Columns const blocks(blocks_file, blocks_text, {"tier", "device", "model", "last_layer", "time_s", "output_bytes"},
                       diagnostics);
  Columns const links(links_file, links_text, {"preset", "from", "to", "ping_ms", "bandwidth_mbps"}, diagnostics);
  ScissionTables tables;
  for (std::size_t row = 0; row < blocks.rows(); ++row) {
    if (blocks.text(row, "model") != model) continue;
    std::string const name = blocks.text(row, "device");
    auto machine =
        std::find_if(tables.machines.begin(), tables.machines.end(), [&](auto const& m) { return m.name == name; });
    if (machine == tables.machines.end()) {
      machine = tables.machines.insert(machine, {name, blocks.text(row, "tier"), {}});
    }
    machine->block_time_s.push_back(blocks.number(row, "time_s"));
    if (machine != tables.machines.begin()) continue;
    tables.output_bytes.push_back(blocks.number(row, "output_bytes"));
    tables.last_layer.push_back(static_cast<int>(blocks.number(row, "last_layer")));
  }
  for (std::size_t row = 0; row < links.rows(); ++row) {
    if (links.text(row, "preset") != preset) continue;
    double constexpr ms = 1e-3;
    double constexpr mega = 1e6;
    tables.links[{links.text(row, "from"), links.text(row, "to")}] = {links.number(row, "ping_ms") * ms,
                                                                      links.number(row, "bandwidth_mbps") * mega};
  }
  if (diagnostics.ok() && tables.machines.empty()) diagnostics.add({blocks_file, 0, 0}, "no row for model '" + model + "'");
  if (diagnostics.ok() && tables.links.empty()) diagnostics.add({links_file, 0, 0}, "no row for preset '" + preset + "'");
  for (ScissionTables::Machine const& machine : tables.machines) {
    if (machine.block_time_s.size() == tables.output_bytes.size()) continue;
    diagnostics.add({blocks_file, 0, 0}, "machine '" + machine.name + "' has other blocks than the first one");
  }
  if (!diagnostics.ok()) return std::nullopt;
  std::stable_sort(tables.machines.begin(), tables.machines.end(),
                   [](auto const& a, auto const& b) { return place_of_tier(a.tier) < place_of_tier(b.tier); });
  return tables;
}

std::vector<ScissionPlan> scission_plans(ScissionTables const& tables, std::size_t count, bool every_tier,
                                         std::vector<ScissionPin> const& pins) {
  ScissionLegs const legs(tables, pins);
  LabelSearch search;
  search.criteria.resize(2);
  if (every_tier) search.criteria[1].bound = 0;
  search.keep = count;
  std::vector<ScissionPlan> plans;
  for (FoundPath const& path : search_paths(legs, search).paths) {
    ScissionPlan plan;
    plan.time_s = path.criteria.front();
    for (FoundPath::Stage const& stage : path.stages) {
      plan.stages.push_back({tables.machines[stage.tier].name, tables.last_layer[stage.until - 1]});
    }
    plans.push_back(std::move(plan));
  }
  std::stable_sort(plans.begin(), plans.end(), [](auto const& a, auto const& b) { return a.time_s < b.time_s; });
  if (plans.size() > count) plans.resize(count);
  return plans;
}

}  // namespace coinfer
