#include "workloads/placement_load.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/field_rules.hpp"
#include "workloads/cut.hpp"
#include "workloads/processor_ref_load.hpp"

namespace coinfer {

namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

class StageReader {
 public:
  StageReader(proto::Placement const& message, Where const& where, Model const& model, Platform const& platform,
              Diagnostics& diagnostics)
      : message_(message),
        where_(where),
        model_(model),
        platform_(platform),
        diagnostics_(diagnostics),
        stage_of_(model.layers().size(), 0),
        earlier_(model.layers().size(), false) {
    placement_.of_layer.resize(model.layers().size());
  }

  void read() {
    for (int i = 0; i < message_.stages_size(); ++i) {
      stage_ = i + 1;
      placed_here_ = 0;
      read_stage(message_.stages(i), where_.child("stages", i));
    }
    report_unplaced();
  }

  Placement const& placement() const { return placement_; }

 private:
  void read_stage(proto::Placement::Stage const& stage, Where const& where) {
    on_ = load_processor_ref(stage.on(), where.field("on"), platform_, diagnostics_).value_or(ProcessorRef{});
    if (stage.has_until() && stage.layers_size() > 0) {
      complete_ = false;
      diagnostics_.add(where.field("layers"), this_stage() + " gives both until and layers",
                       "one of them says what it runs");
      return;
    }
    if (stage.layers_size() > 0) {
      for (int k = 0; k < stage.layers_size(); ++k) read_layers(stage.layers(k), where.field("layers", k));
      return;
    }
    if (stage.has_until()) {
      if (!read_until(stage.until(), where.field("until"))) return;
    } else if (stage_ == message_.stages_size()) {
      for (std::uint32_t i = 0; i < stage_of_.size(); ++i) {
        if (stage_of_[i] == 0) place(LayerId(i), where.here());
      }
    } else {
      complete_ = false;
      diagnostics_.add(where.here(), this_stage() + " has neither until nor layers",
                       "only the last stage may take the rest of the model");
      return;
    }
    if (placed_here_ == 0) {
      diagnostics_.add(stage.has_until() ? where.field("until") : where.here(), this_stage() + " has no layer left to run");
    }
  }

  // Places everything up to the cut that no earlier stage runs; false after a problem.
  bool read_until(std::string const& text, Location const& where) {
    auto const cut = find_cut(model_, text, where, diagnostics_);
    if (!cut) {
      complete_ = false;
      return false;
    }
    std::vector<bool> mask = edge_mask(model_, *cut);
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (!earlier_[i] || mask[i]) continue;
      complete_ = false;
      diagnostics_.add(where, "cut " + quoted(text) + " does not contain the earlier cut " + quoted(earlier_text_),
                       "stages are in the order in which data flows");
      return false;
    }
    for (std::uint32_t i = 0; i < mask.size(); ++i) {
      if (mask[i] && stage_of_[i] == 0) place(LayerId(i), where);
    }
    earlier_ = std::move(mask);
    earlier_text_ = text;
    return true;
  }

  // One name, or "first..last" in model order.
  void read_layers(std::string const& text, Location const& where) {
    auto const dots = text.find("..");
    auto const first = layer(text.substr(0, dots), where);
    auto const last = dots == std::string::npos ? first : layer(text.substr(dots + 2), where);
    if (!first || !last) {
      complete_ = false;
      return;
    }
    if (*last < *first) {
      complete_ = false;
      diagnostics_.add(where, "the span " + quoted(text) + " ends before it begins",
                       quoted(text.substr(dots + 2)) + " comes before " + quoted(text.substr(0, dots)) + " in the model");
      return;
    }
    for (std::uint32_t i = first->index(); i <= last->index(); ++i) {
      if (place(LayerId(i), where)) continue;
      complete_ = false;
      return;
    }
  }

  // False, after a problem, when the layer already has its place.
  bool place(LayerId id, Location const& where) {
    int& stage = stage_of_[id.index()];
    if (stage != 0) {
      diagnostics_.add(where, "layer " + quoted(model_.layer(id).name) + " is placed twice",
                       stage == stage_ ? "both times in " + this_stage()
                                       : "stages " + std::to_string(stage) + " and " + std::to_string(stage_));
      return false;
    }
    stage = stage_;
    ++placed_here_;
    placement_.of_layer[id.index()] = on_;
    return true;
  }

  std::optional<LayerId> layer(std::string const& name, Location const& where) {
    auto const found = model_.find(name);
    if (found && found->valid()) return found;
    if (found) {
      diagnostics_.add(where, quoted(name) + " is no layer", "it is the model's input");
      return std::nullopt;
    }
    diagnostics_.add(where, "unknown layer " + quoted(name),
                     "model " + quoted(model_.name()) + " has no layer of this name", model_.suggest(name));
    return std::nullopt;
  }

  // Only where every stage could be read: otherwise what is missing follows from the problem already told.
  void report_unplaced() {
    if (!complete_) return;
    std::size_t count = 0;
    std::string first;
    for (std::size_t i = 0; i < stage_of_.size(); ++i) {
      if (stage_of_[i] != 0) continue;
      if (count == 0) first = model_.layers()[i].name;
      ++count;
    }
    if (count == 1) diagnostics_.add(where_.here(), "layer " + quoted(first) + " is placed nowhere");
    if (count > 1) {
      diagnostics_.add(where_.here(),
                       "layer " + quoted(first) + " and " + std::to_string(count - 1) + " more are placed nowhere");
    }
  }

  [[nodiscard]] std::string this_stage() const { return "stage " + std::to_string(stage_); }

  proto::Placement const& message_;
  Where const& where_;
  Model const& model_;
  Platform const& platform_;
  Diagnostics& diagnostics_;
  Placement placement_;
  std::vector<int> stage_of_;  ///< by layer, from 1; 0 is nowhere
  std::vector<bool> earlier_;  ///< the edge side of the last `until`
  std::string earlier_text_;
  int stage_ = 0;
  std::size_t placed_here_ = 0;
  ProcessorRef on_;
  bool complete_ = true;
};

}  // namespace

std::optional<Placement> load_placement(proto::Placement const& message, Where const& where, Model const& model,
                                        Platform const& platform, Diagnostics& diagnostics) {
  Diagnostics rules;
  check_rules(message, where, rules);
  if (!rules.ok()) return std::nullopt;
  Diagnostics found;
  StageReader reader(message, where, model, platform, found);
  reader.read();
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  if (!found.ok()) return std::nullopt;
  return reader.placement();
}

}  // namespace coinfer
