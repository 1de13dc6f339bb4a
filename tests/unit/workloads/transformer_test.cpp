#include "workloads/transformer_layers.hpp"

#include <numeric>

#include "tests/unit/workloads/test_models.hpp"
#include "workloads/cut.hpp"
#include "workloads/memory_fit.hpp"
#include "workloads/transformer_text.hpp"

using namespace coinfer;
using coinfer::test::catalog_model;
using coinfer::test::model_of;
using coinfer::test::problems_of;

namespace {

std::vector<LayerId> all_layers(Model const& model) {
  std::vector<LayerId> layers(model.layers().size());
  for (std::uint32_t i = 0; i < layers.size(); ++i) layers[i] = LayerId(i);
  return layers;
}

Layer const& layer_of(Model const& model, std::string const& name) {
  auto const id = model.find(name);
  INFO(name);
  REQUIRE(id.has_value());
  return model.layer(*id);
}

// Flop of what multiplies by weights, without the embedding: what Talaria sends to the GPU for one token.
double linear_flop(Model const& model) {
  double flop = 0;
  for (Layer const& layer : model.layers()) {
    if (layer.weight_dependent && layer.name != "embedding") flop += layer.flop.value();
  }
  return flop;
}

// Width 4, 2 heads of 3 over 1 key and value head, hidden width 5, vocabulary 7: q = 6, k = 3.
std::string small(std::string const& more = "", std::string const& hidden = "ff_width: 5") {
  return "name: \"s\"\ncompute_type: FP16\ntransformer {\nlayers: 2 width: 4 heads: 2 kv_heads: 1 head_width: 3 " + hidden +
         " vocabulary: 7 max_context_tokens: 16\n" + more + "}";
}

PassSize pass_of(double units, double held, bool yields, bool causal) {
  PassSize size;
  size.add(units, held, yields, causal);
  return size;
}

}  // namespace

TEST_CASE("token models of the catalogue have exactly the parameters that are published") {
  CHECK(catalog_model("llama_2_7b").parameters() == 6'738'415'616);
  CHECK(catalog_model("llama_2_70b").parameters() == 68'976'648'192);
  CHECK(catalog_model("llama_3_8b").parameters() == 8'030'261'248);
  CHECK(catalog_model("llama_3_1_8b").parameters() == 8'030'261'248);
  CHECK(catalog_model("llama_3_70b").parameters() == 70'553'706'496);
  CHECK(catalog_model("mistral_7b").parameters() == 7'241'732'096);
  CHECK(catalog_model("mistral_nemo_12b").parameters() == 12'247'782'400);
  CHECK(catalog_model("qwen2_5_7b").parameters() == 7'615'616'512);
  CHECK(catalog_model("mixtral_8x7b").parameters() == 46'702'792'704);
  CHECK(catalog_model("bert_base").parameters() == 109'482'240);
}

TEST_CASE("the linear layers of one token are those of the Talaria table") {
  struct Row {
    char const* name;
    double up_bytes, down_bytes, gflop;  // of one block; of the whole pass
  };
  Row const rows[] = {{"llama_2_7b", 46'592, 84'992, 13.21},
                      {"llama_3_8b", 53'248, 86'016, 15.01},
                      {"qwen2_5_7b", 59'392, 99'328, 14.14},
                      {"llama_3_70b", 106'496, 167'936, 139.0}};
  for (Row const& row : rows) {
    INFO(row.name);
    Model const model = catalog_model(row.name);
    double up = 0;
    double down = 0;
    for (char const* const name : {"block1.qkv", "block1.o_proj", "block1.gate_up", "block1.down"}) {
      up += layer_of(model, name).activation_bytes_read.value();
      down += layer_of(model, name).activation_bytes_written.value();
    }
    CHECK(up == row.up_bytes);
    CHECK(down == row.down_bytes);
    CHECK(linear_flop(model) / 1e9 == Approx(row.gflop).epsilon(0.0005));
  }
}

TEST_CASE("keys and values per token follow from heads and their type") {
  Model const llama_3 = catalog_model("llama_3_8b");
  CHECK(kv_bytes_per_token(llama_3, all_layers(llama_3)) == Bytes(131'072));
  Model const llama_2 = catalog_model("llama_2_7b");
  CHECK(kv_bytes_per_token(llama_2, all_layers(llama_2)) == Bytes(524'288));
  // One block of 32.
  CHECK(kv_bytes_per_token(llama_2, std::vector{*llama_2.find("block3.attention"), *llama_2.find("block3")}) ==
        Bytes(16'384));
  CHECK(kv_bytes_per_token(catalog_model("bert_base"), all_layers(catalog_model("bert_base"))) == Bytes(0));
  Model const half = model_of(small("kv_type: FP8"));
  CHECK(kv_bytes_per_token(half, all_layers(half)) == Bytes(2 * 2 * 3));
}

TEST_CASE("a block is written out layer by layer and is cut where one tensor crosses") {
  Model const model = model_of(small());
  std::vector<std::string> names;
  for (Layer const& layer : model.layers()) names.push_back(layer.name + " " + to_string(layer.output));
  std::vector<std::string> expected = {"embedding 4"};
  for (std::string const block : {"block0.", "block1."}) {
    for (char const* const name : {"attn_norm 4", "qkv 12", "rotary 12", "attention 6", "o_proj 4", "attn_add 4",
                                   "mlp_norm 4", "gate_up 10", "activation 5", "down 4", "mlp_add 4"}) {
      expected.push_back(block + name);
    }
  }
  expected.insert(expected.end(), {"final_norm 4", "lm_head 7"});
  CHECK(names == expected);
  CHECK(model.find("block0") == model.find("block0.mlp_add"));
  // The residual additions read past the layers between.
  CHECK(layer_of(model, "block1.attn_add").inputs == std::vector{*model.find("block0"), *model.find("block1.o_proj")});
  CHECK(layer_of(model, "block1.mlp_add").inputs ==
        std::vector{*model.find("block1.attn_add"), *model.find("block1.down")});
  std::vector<std::string> cuts;
  for (Cut const& cut : single_tensor_cuts(model)) cuts.push_back(cut.name);
  CHECK(cuts == std::vector<std::string>{"input", "embedding", "block0.attn_add", "block0", "block1.attn_add", "block1",
                                         "final_norm", "lm_head"});
  CHECK(model.input_bytes() == Bytes(4));
  for (Layer const& layer : model.layers()) {
    bool const multiplies = layer.kind == "linear" || layer.kind == "embedding";
    CHECK(layer.weight_dependent == multiplies);
  }
}

TEST_CASE("an encoder has norms after its additions, tables beside its embedding, and a pooler") {
  Model const model = catalog_model("bert_base");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 13; ++i) names.push_back(model.layers()[i].name);
  CHECK(names == std::vector<std::string>{"embedding", "embedding_norm", "block0.qkv", "block0.attention", "block0.o_proj",
                                          "block0.attn_add", "block0.attn_norm", "block0.up", "block0.activation",
                                          "block0.down", "block0.mlp_add", "block0.mlp_norm", "block1.qkv"});
  CHECK(model.layers().back().name == "pooler");
  CHECK(model.find("block11") == model.find("block11.mlp_norm"));
  CHECK(layer_of(model, "block0.mlp_add").inputs ==
        std::vector{*model.find("block0.attn_norm"), *model.find("block0.down")});
  CHECK(layer_of(model, "embedding").parameters == (30'522 + 512 + 2) * 768);
  // Three rows are read and two are added; every token attends to all 10.
  CHECK(layer_of(model, "embedding").weight_bytes_read == Bytes(3 * 768 * 4));
  CHECK(layer_of(model, "embedding").flop == Flop(2 * 768));
  PassWork const attention = pass_work(*layer_of(model, "block0.attention").token_work, pass_of(10, 0, true, false));
  CHECK(attention.flop == Flop(100 * (4 * 768 + 8 * 12)));
  CHECK(attention.bytes == Bytes(10 * 4 * (3 * 768 + 768)));
}

TEST_CASE("a decode step and a prefill cost what a calculation by hand gives") {
  Model const model = model_of(small());
  // Matrices of a block: qkv 4 x 12, o 6 x 4, gate and up 4 x 10, down 5 x 4: 132 values; norms 2 x 4; head 4 x 7.
  double const linears = 2 * 132;
  double const element_wise = 2 * 4 * 4 + 3 * (6 + 3) + 2 * 4 + 9 * 5;  // two norms, rotary, two adds, SiLU and product
  double const attended = 4 * 6 + 8 * 2;
  // In: norm 4, qkv 4, rotary 9, attention 12, o 6, add 8, norm 4, gate_up 4, activation 10, down 5, add 8.
  double const values = 74 + (4 + 12 + 9 + 6 + 4 + 4 + 4 + 10 + 5 + 4 + 4);
  double const block_weights = 2 * (132 + 2 * 4);
  double const kv = 2 * 3 * 2;

  PassWork const decode = pass_work(model, pass_of(1, 9, true, true));  // attends to 10
  CHECK(decode.flop == Flop(2 * (linears + element_wise + 10 * attended) + 4 * 4 + 2 * 28));
  double const ends = (8 + 4 + 8) + (8 + 16) + (2 * 28 + 2 * 11);  // embedding: row, id, output; final norm; head
  CHECK(decode.bytes == Bytes(2 * (block_weights + 2 * values + kv * (1 + 10)) + ends));

  PassWork const prefill = pass_work(model, pass_of(5, 0, true, true));  // 1 + 2 + ... + 5 attended
  CHECK(prefill.flop == Flop(2 * (5 * (linears + element_wise) + 15 * attended) + 5 * 4 * 4 + 2 * 28));
  CHECK(prefill.bytes == Bytes(2 * (block_weights + 5 * 2 * values + kv * (5 + 5)) + 5 * 20 + (8 + 5 * 16) + (56 + 22)));

  // A chunk of which no next token is wanted leaves out the head; its final norm runs.
  PassWork const chunk = pass_work(model, pass_of(5, 0, false, true));
  CHECK(chunk.flop == prefill.flop - Flop(56));
  CHECK(chunk.bytes == prefill.bytes - Bytes(56 + 22));
  CHECK(pass_work(model, PassSize{}).bytes == Bytes(0));
}

TEST_CASE("a prefill of Llama 3 8B needs two flop per parameter of its blocks and token") {
  Model const model = catalog_model("llama_3_8b");
  double const blocks = 6'979'321'856;  // 32 (4096 (4096 + 2 * 1024) + 4096^2 + 3 * 4096 * 14336)
  PassWork const prefill = pass_work(model, pass_of(1000, 0, true, true));
  double const attended = 32.0 * 500'500 * (4 * 4096 + 8 * 32);
  double const element_wise = 1000 * (32 * (2 * 4.0 * 4096 + 3 * (4096 + 1024) + 2 * 4096 + 9 * 14336) + 4.0 * 4096);
  CHECK(prefill.flop.value() == Approx(2 * 1000 * blocks + attended + element_wise + 2 * 4096.0 * 128'256).epsilon(1e-12));
  // A decode step reads all weights but the embedding's, and the context.
  PassWork const decode = pass_work(model, pass_of(1, 2047, true, true));
  double const weights = 2 * (8'030'261'248.0 - 128'256.0 * 4096) + 2 * 4096;
  CHECK(decode.bytes.value() == Approx(weights + 131'072.0 * 2049).epsilon(1e-3));
}

TEST_CASE("the counts of a layer are those of one token that attends to itself") {
  for (std::string const name : {"llama_3_8b", "qwen2_5_7b", "mixtral_8x7b", "bert_base"}) {
    Model const model = catalog_model(name);
    for (Layer const& layer : model.layers()) {
      INFO(name << " " << layer.name);
      PassWork const one = pass_work(*layer.token_work, PassSize{1, 1, 1, 1});
      CHECK(one.flop.value() == layer.flop.value());
      CHECK(one.bytes.value() ==
            Approx((layer.weight_bytes_read + layer.activation_bytes_read + layer.activation_bytes_written).value())
                .epsilon(1e-12));
    }
  }
}

TEST_CASE("experts are read as far as some token chose them") {
  Model const model = model_of(small("", "experts { count: 4 active: 1 ff_width: 5 shared_ff_width: 2 }"));
  Layer const& experts = layer_of(model, "block0.experts");
  CHECK(layer_of(model, "block0.router").parameters == 4 * 4);
  CHECK(experts.parameters == 4 * 60 + 24);
  CHECK(experts.macs == 60 + 24);
  CHECK(experts.inputs == std::vector{*model.find("block0.mlp_norm"), *model.find("block0.router")});
  double const activations = 2 * (4 + 4 + 3 * 7 + 4 + 3 * 7);
  // 4 (1 - 0.75^T) of 4 experts of 120 bytes, and the shared 48.
  for (auto const& [tokens, read] :
       {std::pair(1.0, 1.0), std::pair(2.0, 1.75), std::pair(3.0, 2.3125), std::pair(1e9, 4.0)}) {
    PassWork const work = pass_work(*experts.token_work, PassSize{tokens, 1, tokens, tokens});
    CHECK(work.bytes.value() == Approx(48 + 120 * read + tokens * activations).epsilon(1e-14));
  }
  CHECK(experts.token_work->flop_per_token == Flop(2 * 84 + 9 * 7 + 2 * 4));
}

TEST_CASE("weights take the bytes of their type, norms and biases those of the compute type") {
  Model const model = catalog_model("qwen2_5_7b");
  std::uint64_t const kept = 57 * 3584 + 28 * (3584 + 2 * 512);
  CHECK(weight_bytes_by_type(model) == std::map<DataType, Bytes>{{DataType::bf16, Bytes(2 * 7'615'616'512.0)}});
  for (auto const& [type, size] : {std::pair(DataType::int4, 0.5), std::pair(DataType::fp8, 1.0)}) {
    Model const light = with_weight_type(model, type);
    double const matrices = static_cast<double>(model.parameters() - kept);
    CHECK(weight_bytes_by_type(light) == std::map<DataType, Bytes>{{DataType::bf16, Bytes(2.0 * static_cast<double>(kept))},
                                                                   {type, Bytes(size * matrices)}});
    CHECK(light.parameters() == model.parameters());
    Bytes sum;
    for (Layer const& layer : light.layers()) sum += layer.weight_bytes;
    CHECK(sum == Bytes(2.0 * static_cast<double>(kept) + size * matrices));
  }
  Model const mixed = model_of(small("weight_type: INT4 embedding_type: FP16"));
  CHECK(weight_bytes_by_type(mixed).at(DataType::int4) == Bytes(132));
  CHECK(weight_bytes_by_type(mixed).at(DataType::fp16) == Bytes(2 * (2 * 28 + 5 * 4)));
}

TEST_CASE("a tied head has no parameters, but reads them and needs a copy away from the embedding") {
  Model const own = model_of(small());
  Model const tied = model_of(small("tied_head: true"));
  CHECK(own.parameters() - tied.parameters() == 28);
  CHECK(tied.layers().back().weight_bytes_read == own.layers().back().weight_bytes_read);
  std::vector<LayerId> const head = {tied.output()};
  CHECK(memory_needed(tied, head) == memory_needed(own, head));
  CHECK(memory_needed(own, all_layers(own)) - memory_needed(tied, all_layers(tied)) == Bytes(56));
}

TEST_CASE("memory of a token model grows with the tokens of a pass, its logits with the sequences") {
  Model const model = model_of(small());
  double const weights = 2 * (2 * (132 + 8) + 4 + 2 * 28);
  // At the rotary layer the residual 4, its input 12 and its output 12 are alive together.
  CHECK(memory_needed(model, all_layers(model)) == Bytes(weights + 2 * 28));
  CHECK(memory_needed(model, all_layers(model), {100, 3}) == Bytes(weights + 200 * 28));
  CHECK(memory_needed(model, std::vector{model.output()}, {100, 3}) == Bytes(56 + 2 * (100 * 4 + 3 * 7)));
  CHECK(memory_needed(model, std::vector{LayerId(0)}, {100, 3}) == Bytes(56 + 100 * (4 + 8)));
}

TEST_CASE("a wrong transformer is told by place") {
  auto const wrong = [](std::string const& config) { return problems_of("name: \"m\" " + config); };
  std::string const rest = " vocabulary: 9 max_context_tokens: 8 }";
  CHECK(wrong("") == "m: neither 'parts' nor 'transformer' is given");
  CHECK(wrong("input_shape: 1 parts { layer { name: \"a\" op { flatten {} } } } transformer { layers: 1 width: 4 heads: 2 "
              "ff_width: 3" +
              rest) == "m:1:74: both 'parts' and 'transformer' are given");
  CHECK(wrong("input_shape: 1 input_type: FP32 transformer { layers: 1 width: 4 heads: 2 ff_width: 3" + rest) ==
        "m:1:11: both 'input_shape' and 'transformer' are given (the input of a transformer is token ids)\n"
        "m:1:26: both 'input_type' and 'transformer' are given (the input of a transformer is token ids)");
  CHECK(wrong("parts { layer { name: \"a\" op { flatten {} } } }") == "m: field 'input_shape' is missing");
  CHECK(wrong("transformer { layers: 1 width: 4 heads: 3 kv_heads: 2 ff_width: 3" + rest) ==
        "m:1:44: heads is 3 (it must divide the width 4 where head_width is not given)\n"
        "m:1:53: kv_heads is 2 (it must divide heads, which is 3)");
  CHECK(wrong("transformer { layers: 1 width: 4 heads: 2" + rest) == "m:1:11: neither 'ff_width' nor 'experts' is given");
  CHECK(wrong("transformer { layers: 1 width: 4 heads: 2 ff_width: 3 experts { count: 2 active: 3 ff_width: 1 }" + rest) ==
        "m:1:65: both 'ff_width' and 'experts' are given\nm:1:84: active is 3 (must be at most count, which is 2)");
  CHECK(wrong("transformer { layers: 1 width: 4 heads: 2 ff_width: 3 encoder: true tied_head: true" + rest) ==
        "m:1:79: an encoder cannot have a tied head (it ends in a pooler)");
  CHECK(wrong("transformer { layers: 1000 width: 1048576 heads: 2 ff_width: 16777216" + rest) ==
        "m:1:11: the model is too large (it has more than 2^53 parameters)");
}

TEST_CASE("what people read about a token model is computed from it") {
  CHECK(transformer_text(model_of(small("weight_type: INT4"))) ==
        "context     at most 16 tokens\n"
        "weights     40 bytes of fp16\n"
        "weights     160 bytes of int4\n"
        "KV cache    24 bytes per token, fp16\n"
        "flop        768 per token, 80 per token it attends to, 56 per sequence\n"
        "prefill     16 tokens: 23224 flop, 10416 bytes\n"
        "decode      the token at context 16: 2104 flop, 1206 bytes\n");
}
