#include "tests/laws/random_scenario.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "tests/laws/random_platform.hpp"
#include "workloads/cut.hpp"
#include "workloads/model_catalog.hpp"
#include "workloads/model_load.hpp"

namespace coinfer::laws {

namespace {

struct LayerText {
  std::string name;
  std::vector<std::string> inputs;  ///< empty: the layer before
  std::string op;
};

std::string convolution(std::uint32_t channels) {
  return "convolution { out_channels: " + std::to_string(channels) + " kernel: 3 padding: 1 }";
}

/// The end of every inline model: a vector of classes.
void add_head(std::vector<LayerText>& layers) {
  layers.push_back({"pool", {}, "pool { kind: AVERAGE global: true }"});
  layers.push_back({"flat", {}, "flatten {}"});
  layers.push_back({"classes", {}, "linear { out_features: 10 }"});
}

std::vector<LayerText> chain(Draw& draw) {
  std::vector<LayerText> layers = {{"stem", {}, convolution(4 + draw.below(29))}};
  for (std::uint32_t i = 1; i <= 1 + draw.below(3); ++i) {
    layers.push_back({"conv" + std::to_string(i), {}, convolution(4 + draw.below(29))});
    layers.push_back({"act" + std::to_string(i), {}, "activation { function: RELU }"});
  }
  add_head(layers);
  return layers;
}

std::vector<LayerText> residual(Draw& draw) {
  std::string const same = convolution(8 + draw.below(17));
  std::vector<LayerText> layers = {{"stem", {}, same}};
  std::string before = "stem";
  for (std::string const block : {"one", "two"}) {
    layers.push_back({block + "_conv", {before}, same});
    layers.push_back({block + "_act", {}, "activation { function: RELU }"});
    layers.push_back({block + "_sum", {block + "_act", before}, "add {}"});
    before = block + "_sum";
  }
  add_head(layers);
  return layers;
}

std::vector<LayerText> branches(Draw& draw) {
  std::vector<LayerText> layers = {{"stem", {}, convolution(4 + draw.below(29))},
                                   {"left", {"stem"}, convolution(4 + draw.below(29))},
                                   {"right", {draw.chance(0.5) ? "stem" : "input"}, convolution(4 + draw.below(29))},
                                   {"both", {"left", "right"}, "concat {}"}};
  add_head(layers);
  return layers;
}

std::string model_text(Draw& draw, std::string const& name, std::vector<LayerText> const& layers) {
  std::string const side = draw.chance(0.5) ? "8" : "16";
  std::string text = "  model_inline {\n    name: \"" + name + "\" input_shape: [3, " + side + ", " + side + "]";
  if (draw.chance(0.3)) text += " compute_type: FP16";
  if (draw.chance(0.2)) text += " input_type: FP32";
  text += "\n";
  for (LayerText const& layer : layers) {
    text += "    parts { layer { name: \"" + layer.name + "\"";
    for (std::string const& input : layer.inputs) text += " inputs: \"" + input + "\"";
    text += " op { " + layer.op + " } } }\n";
  }
  return text + "  }\n";
}

/// The models of the catalogue, read once.
Model const& catalog_model(std::string const& name) {
  static ModelCatalog const catalog;
  static std::map<std::string, Model> models;
  auto const found = models.find(name);
  if (found != models.end()) return found->second;
  Located<proto::Model> const* entry = catalog.find_model(name);
  REQUIRE(entry != nullptr);
  Diagnostics diagnostics;
  std::optional<Model> model = load_model(entry->message, entry->where(), diagnostics);
  REQUIRE(model.has_value());
  return models.emplace(name, std::move(*model)).first->second;
}

/// One workload: who sends, what runs, where.
class WorkloadWriter {
 public:
  WorkloadWriter(Draw& draw, Names const& names, RandomPlatform const& platform, std::uint32_t index)
      : draw_(draw), names_(names), platform_(platform), index_(index) {}

  /// Whether the run must be bounded by a number of requests because these arrivals have no pace of their own.
  bool unpaced = false;
  AskedPlacement asked;

  std::string text() {
    auto const devices = static_cast<std::uint32_t>(platform_.processors.size());
    source_ = draw_.below(devices);
    for (std::uint32_t i = 0; i < devices; ++i) {
      auto& side = i == source_ ? home_ : away_;
      side.insert(side.end(), platform_.processors[i].begin(), platform_.processors[i].end());
    }
    protocol_ = away_.empty() ? "local_only" : draw_.one_of<std::string>({"local_only", "cloud_only", "plain_split"});
    if (!away_.empty() && draw_.chance(0.4)) protocol_ = "plain_split";
    std::string text = "workloads {\n  name: \"" + names_.workload(index_) + "\" source: \"" + names_.device(source_) +
                       "\" protocol: \"" + protocol_ + "\"\n";
    text += draw_.chance(0.15) ? from_catalog() : inline_model();
    text += "  " + arrivals() + "\n  " + wire() + "\n";
    return text + "}\n";
  }

 private:
  /// Processors that the protocol allows, with both sides present for a split.
  std::string any_processor() {
    if (protocol_ == "local_only") return draw_.one_of(home_);
    if (protocol_ == "cloud_only") return draw_.one_of(away_);
    return draw_.one_of(draw_.chance(0.5) ? home_ : away_);
  }

  std::string inline_model() {
    std::vector<LayerText> const layers = draw_.chance(0.4)   ? chain(draw_)
                                          : draw_.chance(0.5) ? residual(draw_)
                                                              : branches(draw_);
    std::size_t const count = layers.size();
    asked.of_layer.resize(count);
    bool const scattered = draw_.chance(0.4);
    std::string on = any_processor();
    for (std::string& place : asked.of_layer) {
      if (scattered || draw_.chance(0.25)) on = any_processor();
      place = on;
    }
    if (protocol_ == "plain_split") {
      // Whatever reads the input stays at home; something else does not.
      std::vector<std::size_t> others;
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> const& reads = layers[i].inputs;
        bool const reads_input = i == 0 || std::find(reads.begin(), reads.end(), "input") != reads.end();
        if (reads_input) asked.of_layer[i] = draw_.one_of(home_);
        if (!reads_input) others.push_back(i);
      }
      asked.of_layer[others[draw_.below(static_cast<std::uint32_t>(others.size()))]] = draw_.one_of(away_);
    }
    std::string text = model_text(draw_, "model" + std::to_string(index_), layers) + "  placement {\n";
    std::map<std::string, std::vector<std::string>> by_place;
    std::vector<std::string> order;
    for (std::size_t i = 0; i < count; ++i) {
      auto& placed = by_place[asked.of_layer[i]];
      if (placed.empty()) order.push_back(asked.of_layer[i]);
      placed.push_back(layers[i].name);
    }
    for (std::string const& place : order) {
      text += "    stages { on: \"" + place + "\"";
      for (std::string const& layer : by_place[place]) text += " layers: \"" + layer + "\"";
      text += " }\n";
    }
    return text + "  }\n";
  }

  std::string from_catalog() {
    std::string const name = draw_.one_of<std::string>({"mobilenet_v2_224px", "resnet50_224px", "vit_64px"});
    Model const& model = catalog_model(name);
    std::string text = "  model: \"" + name + "\"\n  placement {\n";
    if (protocol_ != "plain_split") {
      std::string const on = any_processor();
      asked.of_layer.assign(model.layers().size(), on);
      return text + "    stages { on: \"" + on + "\" }\n  }\n";
    }
    std::vector<Cut> const cuts = single_tensor_cuts(model);
    Cut const& cut = cuts[1 + draw_.below(static_cast<std::uint32_t>(cuts.size()) - 2)];
    std::string const near = draw_.one_of(home_);
    std::string const far = draw_.one_of(away_);
    for (bool const at_home : edge_mask(model, cut)) asked.of_layer.push_back(at_home ? near : far);
    text += "    stages { on: \"" + near + "\" until: \"" + cut.name + "\" }\n";
    return text + "    stages { on: \"" + far + "\" }\n  }\n";
  }

  std::string arrivals() {
    std::string const rate = "rate_per_s: " + draw_.number(1, 40);
    switch (draw_.below(5)) {
      case 0:
        return "arrivals { poisson { " + rate + " } }";
      case 1:
        return "arrivals { fixed_rate { " + rate + " } }";
      case 2:
        return "arrivals { gamma { " + rate + " cv: " + draw_.number(0.2, 4) + " } }";
      case 3:
        unpaced = true;
        return "arrivals { closed_loop { users: " + std::to_string(1 + draw_.below(8)) +
               (draw_.chance(0.6) ? " think_s { exponential { mean: " + draw_.number(0.05, 1) + " } }" : "") + " } }";
      default:
        return "arrivals { replay { path: \"" COINFER_SOURCE_DIR "/tests/laws/arrivals.csv\" time_scale: " +
               draw_.number(0.1, 2) + (draw_.chance(0.5) ? " keep: 0.7" : "") + " } }";
    }
  }

  std::string wire() {
    std::string text = "wire_type: " + draw_.one_of<std::string>({"FP32", "FP16", "INT8"});
    if (draw_.chance(0.3)) text += " input_bytes: " + std::to_string(1 + draw_.below(5000));
    if (draw_.chance(0.3)) text += " framing_bytes: " + std::to_string(draw_.below(400));
    if (draw_.chance(0.3)) text += " return_result: false";
    if (draw_.chance(0.3)) text += " transport: ENCRYPTED";
    return text;
  }

  Draw& draw_;
  Names const& names_;
  RandomPlatform const& platform_;
  std::uint32_t index_;
  std::uint32_t source_ = 0;
  std::string protocol_;
  std::vector<std::string> home_;
  std::vector<std::string> away_;
};

std::string stop_text(Draw& draw, bool unpaced) {
  std::string text = "stop {";
  bool const by_time = draw.chance(0.4);
  if (by_time) text += " duration_s: " + draw.number(0.2, 3);
  if (!by_time || unpaced) text += " requests: " + std::to_string(1 + draw.below(60));
  text += std::string(" at_end: ") + (draw.chance(0.4) ? "CUT" : "DRAIN");
  if (draw.chance(0.2)) text += " warm_up_s: " + draw.number(0, 1);
  if (draw.chance(0.2)) text += " warm_up_requests: " + std::to_string(draw.below(10));
  return text + " }\n";
}

}  // namespace

RandomScenario random_scenario(std::uint64_t seed, RandomOptions const& options) {
  Draw draw(seed);
  Names const names(options.other_names);
  RandomScenario scenario;
  scenario.text = "name: \"random\"\nseed: " + std::to_string(seed) + "\nengine: " + options.engine + "\n";
  RandomPlatform const platform = random_platform(draw, names);
  scenario.text += platform.text;
  bool unpaced = false;
  std::uint32_t const workloads = 1 + draw.below(3);
  for (std::uint32_t i = 0; i < workloads; ++i) {
    WorkloadWriter writer(draw, names, platform, i);
    scenario.text += writer.text();
    scenario.placements.push_back(std::move(writer.asked));
    unpaced = unpaced || writer.unpaced;
  }
  scenario.text += stop_text(draw, unpaced);
  return scenario;
}

std::string with_usual_names(std::string text) {
  auto const put_back = [&text](std::string const& from, std::string const& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  };
  Names const usual(false);
  Names const other(true);
  for (std::uint32_t i = 0; i < 8; ++i) {
    put_back(other.device(i), usual.device(i));
    put_back(other.hub(i), usual.hub(i));
    put_back(other.link(i), usual.link(i));
    put_back(other.workload(i), usual.workload(i));
  }
  return text;
}

}  // namespace coinfer::laws
