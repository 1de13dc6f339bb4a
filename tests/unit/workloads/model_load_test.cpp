#include "workloads/model_load.hpp"

#include "tests/unit/workloads/test_models.hpp"

using namespace coinfer;
using coinfer::test::model_of;
using coinfer::test::problems_of;

namespace {

constexpr char const* relu = "op { activation { function: RELU } }";

// Layers on an input of four values, one per line from line 2 on.
std::string chain(std::vector<std::string> const& parts) {
  std::string text = "name: \"chain\" input_shape: 4\n";
  for (auto const& part : parts) text += part + "\n";
  return text;
}

std::string layer(std::string const& name, std::string const& rest = relu) {
  return "parts { layer { name: \"" + name + "\" " + rest + " } }";
}

}  // namespace

TEST_CASE("a layer reads the one before it unless it says otherwise") {
  Model const model = model_of(chain({layer("a"), layer("b"), layer("c", R"(inputs: "a" inputs: "b" op { add {} })")}));
  CHECK(model.layers()[0].inputs == std::vector{model_input});
  CHECK(model.layers()[1].inputs == std::vector{LayerId(0)});
  CHECK(model.layers()[2].inputs == std::vector{LayerId(0), LayerId(1)});
  CHECK(std::vector(model.readers(LayerId(0)).begin(), model.readers(LayerId(0)).end()) ==
        std::vector{LayerId(1), LayerId(2)});
  CHECK(model.readers(model_input).size() == 1);
  CHECK(model.output() == LayerId(2));
}

TEST_CASE("types default to an uint8 input and fp32 compute, and set the bytes") {
  Model const plain = model_of(chain({layer("fc", "op { linear { out_features: 3 } }")}));
  CHECK(plain.input_type() == DataType::uint8);
  CHECK(plain.compute_type() == DataType::fp32);
  CHECK(plain.input_bytes() == Bytes(4));
  CHECK(plain.layers()[0].weight_bytes == Bytes(15 * 4));
  CHECK(plain.layers()[0].activation_bytes_read == Bytes(4 * 4));
  CHECK(plain.layers()[0].activation_bytes_written == Bytes(3 * 4));
  Model const half = model_of("name: \"h\" input_shape: 4 input_type: FP32 compute_type: FP16 " + layer("a"));
  CHECK(half.input_bytes() == Bytes(16));
  CHECK(half.layers()[0].activation_bytes_read == Bytes(8));
}

TEST_CASE("blocks expand into numbered copies whose numbering goes on") {
  Model const model = model_of(R"(
    name: "blocks" input_shape: 4
    parts { layer { name: "stem" op { linear { out_features: 4 } } } }
    parts { block { name: "block" repeat: 2 alias: "unit {i}: {i}"
      layers { name: "fc" op { linear { out_features: 4 } } }
      layers { name: "add" inputs: "fc" inputs: "block_input" op { add {} } } } }
    parts { block { name: "other" layers { name: "r" op { activation { function: RELU } } } } }
    parts { block { name: "block" layers { name: "add" inputs: "block2" inputs: "other1" op { add {} } } } }
    parts { block { name: "block" first: 10 layers { name: "r" inputs: "block3.add" op { activation { function: RELU } } } } })");
  std::vector<std::string> names;
  for (Layer const& each : model.layers()) names.push_back(each.name + " " + each.short_name);
  CHECK(names == std::vector<std::string>{"stem stem", "block1.fc block1.fc", "block1.add block1", "block2.fc block2.fc",
                                          "block2.add block2", "other1.r other1", "block3.add block3",
                                          "block10.r block10"});
  // Copy 2 reads copy 1; its addition reads its own layer and what the copy read.
  CHECK(model.layers()[4].inputs == std::vector{LayerId(3), LayerId(2)});
  CHECK(model.find("block2") == LayerId(4));
  CHECK(model.find("block2.add") == LayerId(4));
  CHECK(model.find("unit 2: 2") == LayerId(4));
  CHECK(model.find("input") == model_input);
  CHECK_FALSE(model.find("block4").has_value());
  CHECK(model.suggest("blok2") == "did you mean 'block2'");
}

TEST_CASE("a model says which input is unknown or too late") {
  CHECK(problems_of(chain({layer("conv1"), layer("b", std::string(R"(inputs: "conv2" )") + relu)})) ==
        "m:3:27: unknown input 'conv2' did you mean 'conv1'?");
  CHECK(problems_of(chain({layer("a", std::string(R"(inputs: "b" )") + relu), layer("b")})) ==
        "m:2:27: input 'b' is not defined before this layer");
  CHECK(problems_of(chain({layer("a", std::string(R"(inputs: "a" )") + relu)})) ==
        "m:2:27: input 'a' is not defined before this layer");
  CHECK(problems_of(chain({layer("a", std::string(R"(inputs: "block_input" )") + relu)})) ==
        "m:2:27: unknown input 'block_input'");
  // One problem for all copies of a block.
  CHECK(problems_of(chain({R"(parts { block { name: "b" repeat: 100 layers { name: "x" inputs: "blok_input" )" +
                           std::string(relu) + " } } }"})) ==
        "m:2:58: unknown input 'blok_input' did you mean 'block_input'?");
}

TEST_CASE("names of a model are unique, not reserved and can be told from cuts and spans") {
  CHECK(problems_of(chain({layer("a"), layer("a")})) == "m:3:17: name 'a' is given twice");
  CHECK(problems_of(chain({layer("a"), layer("b", R"(aliases: "x" aliases: "a" op { flatten {} })")})) ==
        "m:3:27: name 'a' is given twice");
  CHECK(problems_of(chain({layer("b1"), R"(parts { block { name: "b" layers { name: "x" op { flatten {} } } } })"})) ==
        "m:3:36: name 'b1' is given twice");
  CHECK(problems_of(
            chain({R"(parts { block { name: "b" repeat: 2 alias: "same" layers { name: "x" op { flatten {} } } } })"})) ==
        "m:2:37: name 'same' is given twice");
  CHECK(problems_of(chain({layer("input")})) == "m:2:17: layer name 'input' cannot be used (the word is reserved)");
  CHECK(problems_of(chain({layer("a+b")})) == "m:2:17: layer name 'a+b' cannot be used ('+' joins the names of a cut)");
  CHECK(problems_of(chain({layer("a..b")})) == "m:2:17: layer name 'a..b' cannot be used ('..' means a span of layers)");
  CHECK(problems_of(chain({layer("a", R"(aliases: "" op { flatten {} })")})) ==
        "m:2:27: alias '' cannot be used (it is empty)");
}

TEST_CASE("a layer that does not fit its input is named with its operator's reason") {
  CHECK(problems_of(chain({layer("conv", "op { convolution { out_channels: 8 kernel: 3 } }"), layer("b")})) ==
        "m:2:30: layer 'conv': convolution needs [channels, height, width], got 4");
}

TEST_CASE("every output but the last is read") {
  CHECK(problems_of(chain({layer("a"), layer("b", R"(inputs: "input" op { flatten {} })"), layer("c")})) ==
        "m:2:17: the output of 'a' is never read (only the last layer may end the model)");
}

TEST_CASE("hostile sizes are located problems") {
  CHECK(problems_of("name: \"m\" input_shape: 4294967295 input_shape: 4294967295 " + layer("a")) ==
        "m:1:11: the input is too large (it has more than 2^53 values)");
  CHECK(problems_of("name: \"m\" input_shape: 1 input_shape: 1 input_shape: 1 input_shape: 1 " + layer("a")) ==
        "m:1:11: input_shape has 4 sizes (a shape is [channels, height, width], [tokens, width] or [width])");
  CHECK(problems_of(chain({layer("a", "op { linear { out_features: 4294967295 } }"),
                           layer("b", "op { linear { out_features: 4294967295 } }")})) ==
        "m:3:27: layer 'b': the layer is too large (it has more than 2^53 parameters)");
  CHECK(problems_of("name: \"m\" input_shape: 67108864\nparts { block { name: \"b\" repeat: 100 "
                    "layers { name: \"fc\" op { linear { out_features: 67108864 } } } } }") ==
        "m:2:59: the model is too large (up to here it has more than 2^53 parameters)");
  std::string many = "name: \"m\" input_shape: 4\n";
  for (int i = 0; i < 11; ++i) {
    many += "parts { block { name: \"b\" repeat: 10000 layers { name: \"x\" op { flatten {} } } } }\n";
  }
  CHECK(problems_of(many) == "m:12:9: the model has more than 100000 layers");
}

TEST_CASE("a message that breaks its rules makes no model and says so once") {
  CHECK(problems_of("name: \"m\" input_shape: 0 " + layer("a", "op { linear {} }")) ==
        "m:1:11: input_shape is 0 (must be at least 1)\nm:1:57: field 'out_features' is missing");
  CHECK(problems_of("name: \"m\" input_shape: 1 parts {}") == "m:1:26: none of 'layer', 'block' is given");
}
