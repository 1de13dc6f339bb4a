#include "workloads/cut.hpp"

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
  CHECK(problem_of(model, "") == "s:3:7: unknown layer '' in cut '' (model 'residual' has no layer or alias of this name)");
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

TEST_CASE("a published cut of IR-152 is found by its alias") {
  Model const model = test::catalog_model("ir152_64px");
  Cut const cut = cut_of(model, "block 49");
  CHECK(cut.name == "block49");
  CHECK(edge_parameters(model, cut) == 48'447'680);
  CHECK(crossing_bytes(model, cut, DataType::int8) == Bytes(8192));
}
