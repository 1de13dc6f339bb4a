#include "workloads/cut.hpp"

#include "sim/base/random.hpp"
#include "tests/unit/workloads/test_models.hpp"

using namespace coinfer;
using coinfer::test::model_of;

namespace {

// stem -> block1 (residual) -> block2 (residual) -> head, all of four values, on an input of four bytes.
Model residual() {
  return model_of(R"(
    name: "residual" input_shape: 4
    parts { layer { name: "stem" op { linear { out_features: 4 } } aliases: "block 0" } }
    parts { block { name: "block" repeat: 2 alias: "block {i}"
      layers { name: "conv1" op { linear { out_features: 8 } } }
      layers { name: "conv2" op { linear { out_features: 4 } } }
      layers { name: "add" inputs: "conv2" inputs: "block_input" op { add {} } } } }
    parts { layer { name: "head" op { linear { out_features: 2 } } } })");
}

Cut cut_of(Model const& model, std::string const& text) {
  Diagnostics diagnostics;
  auto const cut = find_cut(model, text, Location{"s", 3, 7}, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(cut.has_value());
  return *cut;
}

std::string problem_of(Model const& model, std::string const& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(find_cut(model, text, Location{"s", 3, 7}, diagnostics).has_value());
  return diagnostics.text();
}

// Layers of four values; each adds two earlier tensors, and the last one adds whatever nobody else reads.
Model random_model(RandomStream& stream, std::uint64_t size) {
  auto const name = [](std::uint64_t tensor) { return tensor == 0 ? std::string("input") : "l" + std::to_string(tensor); };
  std::string text = "name: \"random\" input_shape: 4 ";
  std::vector<bool> is_read(size + 1, false);
  for (std::uint64_t i = 1; i <= size; ++i) {
    std::vector<std::uint64_t> inputs = {stream.below(i), stream.below(i)};
    for (std::uint64_t earlier = 0; i == size && earlier < i; ++earlier) {
      if (!is_read[earlier]) inputs.push_back(earlier);
    }
    text += "parts { layer { name: \"" + name(i) + "\"";
    for (std::uint64_t const input : inputs) {
      is_read[input] = true;
      text += " inputs: \"" + name(input) + "\"";
    }
    text += " op { add {} } } } ";
  }
  return model_of(text);
}

// Whether a path of reads leads from tensor `from` to tensor `to` (0 is the input, then the layers).
bool leads_to(Model const& model, std::size_t from, std::size_t to) {
  if (from == to) return true;
  if (to == 0) return false;
  for (LayerId const tensor : model.layers()[to - 1].inputs) {
    if (leads_to(model, from, tensor.valid() ? tensor.index() + 1 : 0)) return true;
  }
  return false;
}

// What crosses when the edge runs everything that leads to a named tensor: by definition, without the code under test.
std::vector<bool> crossing_by_paths(Model const& model, std::vector<bool> const& named) {
  std::size_t const tensors = named.size();
  std::vector<bool> on_edge(tensors, false);
  on_edge[0] = true;
  for (std::size_t to = 0; to < tensors; ++to) {
    for (std::size_t from = 0; named[to] && from < tensors; ++from)
      on_edge[from] = on_edge[from] || leads_to(model, from, to);
  }
  std::vector<bool> crossing(tensors, false);
  crossing[tensors - 1] = on_edge[tensors - 1];
  for (std::size_t reader = 1; reader < tensors; ++reader) {
    for (LayerId const tensor : model.layers()[reader - 1].inputs) {
      std::size_t const index = tensor.valid() ? tensor.index() + 1 : 0;
      if (on_edge[index] && !on_edge[reader]) crossing[index] = true;
    }
  }
  return crossing;
}

}  // namespace

TEST_CASE("a cut after a residual block is named by the block, its last layer or its alias") {
  Model const model = residual();
  Cut const cut = cut_of(model, "block1");
  CHECK(cut.name == "block1");
  CHECK(cut == cut_of(model, "block1.add"));
  CHECK(cut == cut_of(model, "block 1"));
  CHECK(edge_layers(model, cut) == std::vector{LayerId(0), LayerId(1), LayerId(2), LayerId(3)});
  CHECK(edge_parameters(model, cut) == 20 + 40 + 36);
  CHECK(edge_macs(model, cut) == 16 + 32 + 32);
}

TEST_CASE("a cut inside a residual block has to name everything that crosses") {
  Model const model = residual();
  CHECK(problem_of(model, "block2.conv1") ==
        "s:3:7: cut 'block2.conv1' is not legal (the output of 'block1' crosses too) "
        "did you mean 'block1+block2.conv1'?");
  Cut const cut = cut_of(model, "block2.conv1+block1");
  CHECK(cut.name == "block1+block2.conv1");
  CHECK(cut.layers == std::vector{LayerId(3), LayerId(4)});
  CHECK(crossing_elements(model, cut) == 12);
  CHECK(crossing_bytes(model, cut, DataType::fp16) == Bytes(24));
}

TEST_CASE("a cut may not name an output that stays on the edge") {
  Model const model = residual();
  CHECK(problem_of(model, "stem+block2") ==
        "s:3:7: cut 'stem+block2' is not legal (the output of 'stem' does not cross) did you mean 'block2'?");
  CHECK(problem_of(model, "stem+block1.conv1+block2.conv1") ==
        "s:3:7: cut 'stem+block1.conv1+block2.conv1' is not legal (the output of 'block1' crosses too, the outputs of "
        "'stem' and 'block1.conv1' do not cross) did you mean 'block1+block2.conv1'?");
}

TEST_CASE("an unknown name in a cut gets a suggestion") {
  Model const model = residual();
  CHECK(problem_of(model, "block1+heed") ==
        "s:3:7: unknown layer 'heed' in cut 'block1+heed' (model 'residual' has no layer "
        "or alias of this name) did you mean 'head'?");
  CHECK(problem_of(model, "") == "s:3:7: unknown layer '' (model 'residual' has no layer or alias of this name)");
}

TEST_CASE("the input and the last layer are cuts with an empty side") {
  Model const model = residual();
  Cut const input = cut_of(model, "input");
  CHECK(edge_layers(model, input).empty());
  CHECK(crossing_bytes(model, input, DataType::fp32) == Bytes(4));  // raw uint8, whatever the wire type
  Cut const whole = cut_of(model, "head");
  CHECK(edge_layers(model, whole).size() == model.layers().size());
  CHECK(edge_parameters(model, whole) == model.parameters());
  CHECK(crossing_bytes(model, whole, DataType::fp32) == Bytes(8));
}

TEST_CASE("the raw input crosses where a far layer reads it") {
  Model const model = model_of(R"(
    name: "skip" input_shape: 4
    parts { layer { name: "a" op { linear { out_features: 4 } } } }
    parts { layer { name: "b" op { linear { out_features: 4 } } } }
    parts { layer { name: "add" inputs: "b" inputs: "input" op { add {} } } })");
  CHECK(problem_of(model, "a") ==
        "s:3:7: cut 'a' is not legal (the output of 'input' crosses too) did you mean 'input+a'?");
  Cut const cut = cut_of(model, "a+input");
  CHECK(cut.name == "input+a");
  CHECK(cut.layers == std::vector{model_input, LayerId(0)});
  CHECK(crossing_bytes(model, cut, DataType::fp32) == Bytes(4 + 16));
  std::vector<std::string> names;
  for (Cut const& each : single_tensor_cuts(model)) names.push_back(each.name);
  CHECK(names == std::vector<std::string>{"input", "add"});
}

TEST_CASE("single-tensor cuts leave out the inside of residual blocks") {
  std::vector<std::string> names;
  for (Cut const& each : single_tensor_cuts(residual())) names.push_back(each.name);
  CHECK(names == std::vector<std::string>{"input", "stem", "block1", "block2", "head"});
}

TEST_CASE("single-tensor cuts are exactly the tensors that are legal cuts alone") {
  for (char const* const name : {"mobilenet_v2_224px", "vit_64px", "resnet50_keras_224px"}) {
    Model const model = test::catalog_model(name);
    std::vector<std::string> swept;
    for (Cut const& each : single_tensor_cuts(model)) swept.push_back(each.name);
    std::vector<std::string> legal = {"input"};
    for (Layer const& layer : model.layers()) {
      Diagnostics ignored;
      if (find_cut(model, layer.name, {}, ignored)) legal.push_back(layer.short_name);
    }
    CHECK(swept == legal);
  }
}

TEST_CASE("on random graphs a set of names is a cut exactly when it is what crosses") {
  RandomStream stream(20250101, "test.graphs", 0);
  std::size_t legal = 0;
  std::size_t illegal = 0;
  for (int graph = 0; graph < 40; ++graph) {
    std::uint64_t const size = 3 + stream.below(8);
    INFO("graph " << graph << " of " << size << " layers");
    Model const model = random_model(stream, size);
    for (int trial = 0; trial < 30; ++trial) {
      std::vector<bool> named(size + 1, false);  // the input, then the layers
      std::string text;
      for (std::uint64_t i = 0; i <= size; ++i) {
        if (stream.below(4) != 0) continue;
        named[i] = true;
        text += (text.empty() ? "" : "+") + (i == 0 ? std::string("input") : model.layers()[i - 1].name);
      }
      if (text.empty()) continue;
      std::vector<bool> const crossing = crossing_by_paths(model, named);
      Diagnostics ignored;
      auto const cut = find_cut(model, text, {}, ignored);
      INFO(text);
      REQUIRE(cut.has_value() == (crossing == named));
      if (cut) CHECK(cut == cut_around(model, edge_mask(model, *cut)));
      ++(cut ? legal : illegal);
    }
  }
  CHECK(legal > 50);
  CHECK(illegal > 50);
}

TEST_CASE("a published cut of IR-152 is found by its alias") {
  Model const model = test::catalog_model("ir152_64px");
  Cut const cut = cut_of(model, "block 49");
  CHECK(cut.name == "block49");
  CHECK(edge_parameters(model, cut) == 48'447'680);
  CHECK(crossing_bytes(model, cut, DataType::int8) == Bytes(8192));
}
