#include "workloads/operators.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/base/text_proto.hpp"

using namespace coinfer;

namespace {

std::variant<OperatorWork, Diagnostic> result_of(std::string const& text, std::vector<Shape> const& inputs) {
  Located<proto::Operator> located;
  Diagnostics diagnostics;
  INFO(text);
  REQUIRE(parse_text_proto("op", text, located, diagnostics));
  return operator_work(located.message, inputs);
}

OperatorWork work_of(std::string const& text, std::vector<Shape> const& inputs) {
  auto const result = result_of(text, inputs);
  REQUIRE(std::holds_alternative<OperatorWork>(result));
  return std::get<OperatorWork>(result);
}

std::string problem_of(std::string const& text, std::vector<Shape> const& inputs) {
  auto const result = result_of(text, inputs);
  REQUIRE(std::holds_alternative<Diagnostic>(result));
  auto const& wrong = std::get<Diagnostic>(result);
  return wrong.why.empty() ? wrong.problem : wrong.problem + " (" + wrong.why + ")";
}

}  // namespace

TEST_CASE("a convolution has the output, parameters and work of its window") {
  auto const work =
      work_of("convolution { out_channels: 8 kernel: 3 stride: 2 padding: 1 bias: true }", {Shape{{4, 9, 7}}});
  CHECK(work.kind == "conv 3x3");
  CHECK(to_string(work.output) == "8x5x4");
  CHECK(work.parameters == 8 * 4 * 9 + 8);
  CHECK(work.macs == 8 * 5 * 4 * 4 * 9);
  CHECK(work.flop == 2 * work.macs);
  CHECK(work.values_read == 4 * 9 * 7);
  CHECK(work.values_written == 8 * 5 * 4);
  CHECK(work.parameters_read == work.parameters);
  CHECK(work.weight_dependent);
}

TEST_CASE("a depthwise convolution reads one channel per output channel") {
  auto const work = work_of("convolution { out_channels: 6 kernel: 3 padding: 1 groups: 6 }", {Shape{{6, 4, 4}}});
  CHECK(work.kind == "depthwise conv 3x3");
  CHECK(work.parameters == 6 * 9);
  CHECK(work.macs == 6 * 16 * 9);
  auto const grouped = work_of("convolution { out_channels: 8 kernel: 1 groups: 2 }", {Shape{{4, 4, 4}}});
  CHECK(grouped.kind == "grouped conv 1x1");
  CHECK(grouped.parameters == 8 * 2);
}

TEST_CASE("normalisations have two parameters per channel or width and work element by element") {
  auto const batch = work_of("batch_norm {}", {Shape{{4, 3, 3}}});
  CHECK(batch.parameters == 8);
  CHECK(batch.flop == 2 * 36);
  CHECK(batch.macs == 0);
  CHECK_FALSE(batch.weight_dependent);
  CHECK(work_of("batch_norm {}", {Shape{{512}}}).parameters == 1024);
  auto const layer = work_of("layer_norm {}", {Shape{{257, 128}}});
  CHECK(layer.parameters == 256);
  CHECK(layer.flop == 8 * 257 * 128);
  CHECK(layer.output == Shape{{257, 128}});
}

TEST_CASE("an activation costs one or eight flop per element and only PReLU has parameters") {
  Shape const image{{4, 3, 3}};
  auto const flop = [&](std::string const& function) {
    return work_of("activation { function: " + function + " }", {image}).flop;
  };
  CHECK(flop("RELU") == 36);
  CHECK(flop("RELU6") == 36);
  CHECK(flop("PRELU") == 36);
  CHECK(flop("GELU") == 8 * 36);
  CHECK(flop("SILU") == 8 * 36);
  CHECK(flop("SIGMOID") == 8 * 36);
  CHECK(flop("SOFTMAX") == 8 * 36);
  CHECK(work_of("activation { function: PRELU }", {image}).parameters == 4);
  CHECK(work_of("activation { function: PRELU }", {Shape{{5, 7}}}).parameters == 7);
  CHECK(work_of("activation { function: RELU }", {image}).parameters == 0);
}

TEST_CASE("a pool is sized by its kernel, by the plane or by its output") {
  auto const sliding = work_of("pool { kind: MAX kernel: 3 stride: 2 padding: 1 }", {Shape{{2, 8, 6}}});
  CHECK(sliding.kind == "max pool 3x3");
  CHECK(to_string(sliding.output) == "2x4x3");
  CHECK(sliding.flop == 2 * 4 * 3 * 9);
  CHECK(to_string(work_of("pool { kind: MAX kernel: 2 }", {Shape{{2, 9, 9}}}).output) == "2x4x4");
  auto const global = work_of("pool { kind: AVERAGE global: true }", {Shape{{2, 8, 6}}});
  CHECK(global.kind == "global average pool");
  CHECK(to_string(global.output) == "2x1x1");
  CHECK(global.flop == 2 * 8 * 6);
  // Five columns in three windows: [0,2), [1,4), [3,5), so 7 reads along each side.
  auto const adaptive = work_of("pool { kind: AVERAGE output_size: 3 }", {Shape{{2, 5, 5}}});
  CHECK(to_string(adaptive.output) == "2x3x3");
  CHECK(adaptive.flop == 2 * 7 * 7);
}

TEST_CASE("a linear layer works on the last dimension") {
  auto const rows = work_of("linear { out_features: 10 }", {Shape{{7, 4}}});
  CHECK(to_string(rows.output) == "7x10");
  CHECK(rows.parameters == 4 * 10 + 10);
  CHECK(rows.macs == 7 * 4 * 10);
  CHECK(rows.flop == 2 * 7 * 4 * 10);
  CHECK(work_of("linear { out_features: 10 bias: false }", {Shape{{4}}}).parameters == 40);
}

TEST_CASE("add and concat join tensors") {
  Shape const image{{4, 3, 3}};
  auto const sum = work_of("add {}", {image, image, image});
  CHECK(sum.output == image);
  CHECK(sum.flop == 2 * 36);
  CHECK(sum.values_read == 3 * 36);
  auto const joined = work_of("concat {}", {image, Shape{{2, 3, 3}}});
  CHECK(to_string(joined.output) == "6x3x3");
  CHECK(joined.flop == 0);
}

TEST_CASE("flatten and dropout move nothing, padding and the first token do") {
  auto const flat = work_of("flatten {}", {Shape{{4, 3, 3}}});
  CHECK(to_string(flat.output) == "36");
  CHECK(flat.values_read + flat.values_written + flat.flop == 0);
  auto const dropout = work_of("dropout {}", {Shape{{4, 3, 3}}});
  CHECK(to_string(dropout.output) == "4x3x3");
  CHECK(dropout.values_read + dropout.values_written + dropout.flop == 0);
  auto const padded = work_of("padding { amount: 3 }", {Shape{{3, 224, 224}}});
  CHECK(to_string(padded.output) == "3x230x230");
  CHECK(padded.values_written == 3 * 230 * 230);
  CHECK(padded.flop == 0);
  auto const token = work_of("take_first_token {}", {Shape{{257, 128}}});
  CHECK(to_string(token.output) == "128");
  CHECK(token.values_read == 128);
}

TEST_CASE("patches become tokens with positions and a class token") {
  auto const work = work_of("patch_embedding { patch: 4 width: 128 }", {Shape{{3, 64, 64}}});
  CHECK(to_string(work.output) == "257x128");
  CHECK(work.parameters == 128 * 48 + 128 + 257 * 128 + 128);
  CHECK(work.macs == 256 * 128 * 48);
  auto const bare = work_of("patch_embedding { patch: 4 width: 128 class_token: false }", {Shape{{3, 64, 64}}});
  CHECK(to_string(bare.output) == "256x128");
  CHECK(bare.parameters == 128 * 48 + 128 + 256 * 128);
}

TEST_CASE("an embedding reads one row per token of its table") {
  auto const work = work_of("embedding { vocabulary: 1000 width: 16 }", {Shape{{5}}});
  CHECK(to_string(work.output) == "5x16");
  CHECK(work.parameters == 16'000);
  CHECK(work.parameters_read == 5 * 16);
  CHECK(work.macs == 0);
  CHECK(work.flop == 0);
}

TEST_CASE("attention counts four projections, scores and mixing") {
  auto const full = work_of("attention { heads: 8 }", {Shape{{257, 128}}});
  CHECK(full.output == Shape{{257, 128}});
  CHECK(full.parameters == 4 * 128 * 128 + 4 * 128);
  CHECK(full.macs == 257 * 4 * 128 * 128 + 2 * 257 * 257 * 128);
  CHECK(full.flop == 2 * full.macs);
  // Width 64, query width 4 * 16 = 64, key and value width 2 * 16 = 32.
  auto const grouped = work_of("attention { heads: 4 kv_heads: 2 bias: false }", {Shape{{10, 64}}});
  CHECK(grouped.parameters == 64 * (2 * 64 + 2 * 32));
  CHECK(grouped.macs == 10 * 64 * (2 * 64 + 2 * 32) + 2 * 10 * 10 * 64);
  // The width of a head may be free of the width of a token: query width 4 * 32 = 128.
  auto const wide = work_of("attention { heads: 4 head_width: 32 }", {Shape{{10, 64}}});
  CHECK(wide.parameters == 64 * 4 * 128 + 3 * 128 + 64);
}

TEST_CASE("operators refuse shapes that do not fit them") {
  CHECK(problem_of("convolution { out_channels: 8 kernel: 3 }", {Shape{{512, 10}}}) ==
        "convolution needs [channels, height, width], got 512x10");
  CHECK(problem_of("convolution { out_channels: 8 kernel: 3 groups: 3 }", {Shape{{4, 9, 9}}}) ==
        "groups is 3 (it must divide the 4 input and 8 output channels)");
  CHECK(problem_of("convolution { out_channels: 8 kernel: 7 padding: 1 }", {Shape{{4, 4, 9}}}) ==
        "kernel 7x7 is larger than the padded input 6x11");
  CHECK(problem_of("batch_norm {}", {Shape{{257, 128}}}) ==
        "batch norm needs [channels, height, width] or [width], got 257x128");
  CHECK(problem_of("pool { kind: MAX kernel: 2 }", {Shape{{8}}}) == "pool needs [channels, height, width], got 8");
  CHECK(problem_of("pool { kind: MAX kernel: 3 }", {Shape{{8, 2, 2}}}) == "kernel 3x3 is larger than the padded input 2x2");
  CHECK(problem_of("pool { kind: MAX }", {Shape{{8, 2, 2}}}) == "pool takes one of kernel, global and output_size");
  CHECK(problem_of("pool { kind: MAX kernel: 2 global: true }", {Shape{{8, 2, 2}}}) ==
        "pool takes one of kernel, global and output_size");
  CHECK(problem_of("padding { amount: 1 }", {Shape{{8, 2}}}) == "padding needs [channels, height, width], got 8x2");
  CHECK(problem_of("linear { out_features: 1 }", {Shape{{8, 2, 2}}}) ==
        "linear needs [tokens, width] or [width], got 8x2x2");
  CHECK(problem_of("add {}", {Shape{{8, 2, 2}}}) == "add needs at least two inputs, got 1");
  CHECK(problem_of("add {}", {Shape{{64, 8, 8}}, Shape{{64, 4, 4}}}) ==
        "add needs inputs of one shape, got 64x8x8 and 64x4x4");
  CHECK(problem_of("concat {}", {Shape{{64, 8, 8}}}) == "concat needs at least two inputs, got 1");
  CHECK(problem_of("concat {}", {Shape{{64, 8, 8}}, Shape{{64, 4, 4}}}) ==
        "concat needs inputs that agree after the first dimension, got 64x8x8 and 64x4x4");
  CHECK(problem_of("flatten {}", {Shape{{2}}, Shape{{2}}}) ==
        "this operator needs one input, got 2 (only add and concat join tensors)");
  CHECK(problem_of("patch_embedding { patch: 5 width: 8 }", {Shape{{3, 64, 64}}}) ==
        "patch is 5 (it must divide the height and width of 3x64x64)");
  CHECK(problem_of("patch_embedding { patch: 5 width: 8 }", {Shape{{64}}}) ==
        "patch embedding needs [channels, height, width], got 64");
  CHECK(problem_of("embedding { vocabulary: 9 width: 8 }", {Shape{{3, 64}}}) == "embedding needs [tokens], got 3x64");
  CHECK(problem_of("attention { heads: 8 }", {Shape{{3, 64, 64}}}) == "attention needs [tokens, width], got 3x64x64");
  CHECK(problem_of("attention { heads: 8 kv_heads: 3 }", {Shape{{3, 64}}}) ==
        "kv_heads is 3 (it must divide heads, which is 8)");
  CHECK(problem_of("attention { heads: 7 }", {Shape{{3, 64}}}) ==
        "heads is 7 (it must divide the width 64 where head_width is not given)");
  CHECK(problem_of("take_first_token {}", {Shape{{64}}}) == "take_first_token needs [tokens, width], got 64");
}

TEST_CASE("sizes beyond 2^53 are refused, also where they would wrap around") {
  CHECK(problem_of("padding { amount: 4294967295 }", {Shape{{8, 2, 2}}}) ==
        "the layer is too large (it has more than 2^53 output values)");
  CHECK(problem_of("convolution { out_channels: 4294967295 kernel: 4294967295 padding: 4294967295 }",
                   {Shape{{3, 64, 64}}}) == "the layer is too large (it has more than 2^53 output values)");
  CHECK(problem_of("linear { out_features: 4294967295 }", {Shape{{4194305}}}) ==
        "the layer is too large (it has more than 2^53 parameters)");
  CHECK(problem_of("linear { out_features: 4194304 }", {Shape{{1048576, 4194304}}}) ==
        "the layer is too large (it has more than 2^53 multiply-accumulates)");
  CHECK(problem_of("pool { kind: MAX kernel: 4294967295 padding: 4294967295 stride: 1 }", {Shape{{1, 1, 1}}}) ==
        "the layer is too large (it has more than 2^53 output values)");
  CHECK(problem_of("layer_norm {}", {Shape{{largest_exact_count}}}) ==
        "the layer is too large (it has more than 2^53 parameters)");
  CHECK(problem_of("activation { function: GELU }", {Shape{{largest_exact_count}}}) ==
        "the layer is too large (it has more than 2^53 flop)");
}
