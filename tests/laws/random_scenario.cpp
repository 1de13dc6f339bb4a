#include "tests/laws/random_scenario.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "tests/laws/random_platform.hpp"
#include "tests/laws/random_tokens.hpp"
#include "tests/laws/random_traffic.hpp"
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

/// One workload of images: who sends, what runs, where.
class ImageWorkload {
 public:
  ImageWorkload(Draw& draw, RandomPlatform const& platform, std::uint32_t index, std::uint32_t source)
      : draw_(draw), platform_(platform), index_(index) {
    for (RandomPlace const& place : platform_.places) {
      // Work inside an enclave is not what most workloads are about.
      if (place.enclave && draw_.chance(0.6)) continue;
      (place.device == source ? home_ : away_).push_back(place.name);
    }
  }

  AskedPlacement asked;

  std::string text() {
    protocol_ = away_.empty() ? "local_only" : draw_.one_of<std::string>({"local_only", "cloud_only", "plain_split"});
    if (!away_.empty() && draw_.chance(0.4)) protocol_ = "plain_split";
    std::vector<std::string> sealed;
    bool const gpu = draw_.chance(0.5);
    for (RandomPlace const& place : platform_.places) {
      if (place.enclave && place.gpu == gpu) sealed.push_back(place.name);
    }
    if (!sealed.empty() && draw_.chance(0.3)) {
      protocol_ = gpu ? "gpu_confidential" : "enclave_only";
      only_ = draw_.one_of(sealed);
    }
    return "  protocol: \"" + protocol_ + "\"\n" + (draw_.chance(0.1) ? from_catalog() : inline_model());
  }

 private:
  /// Processors that the protocol allows, with both sides present for a split.
  std::string any_processor() {
    if (!only_.empty()) return only_;
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

  Draw& draw_;
  RandomPlatform const& platform_;
  std::uint32_t index_;
  std::string protocol_;
  std::string only_;  ///< where every layer has to be
  std::vector<std::string> home_;
  std::vector<std::string> away_;
};

std::string stop_text(Draw& draw, bool unpaced) {
  std::string text = "stop {";
  bool const by_time = draw.chance(0.4);
  if (by_time) text += " duration_s: " + draw.number(0.2, 3);
  if (!by_time || unpaced) text += " requests: " + std::to_string(1 + draw.below(40));
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
  TokenWorkloads tokens(draw, platform);
  std::optional<RandomTokens> before;
  for (std::uint32_t i = 0; i < workloads; ++i) {
    std::uint32_t source = draw.below(static_cast<std::uint32_t>(platform.counts.size()));
    std::optional<RandomTokens> made;
    // Two workloads that share their batches, or one that has its own.
    if (before && draw.chance(0.3)) made = before;
    if (!made && draw.chance(0.75)) made = tokens.write(i, source);
    ImageWorkload image(draw, platform, i, source);
    std::string const what = made ? made->text : image.text();
    if (made) source = made->source;
    if (made && made->served) before = made;
    scenario.text += "workloads {\n  name: \"" + names.workload(i) + "\" source: \"" + names.device(source) + "\"\n" + what;
    scenario.text += "  " + random_arrivals(draw, unpaced) + "\n";
    if (made) scenario.text += "  " + random_lengths(draw, made->most_prompt, made->most_output) + "\n";
    if (i > 0 && draw.chance(0.2)) scenario.text += "  draws_as: \"" + names.workload(draw.below(i)) + "\"\n";
    scenario.text += "  " + (made ? made->wire : random_wire(draw, false)) + "\n}\n";
    scenario.placements.push_back(made ? AskedPlacement{made->of_layer} : image.asked);
  }
  scenario.text += tokens.servers() + stop_text(draw, unpaced);
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
