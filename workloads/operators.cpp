#include "workloads/operators.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

#include "workloads/plane_operators.hpp"

namespace coinfer {

namespace {

using Op = proto::Operator;

WorkOrProblem batch_norm_work(Shape const& input) {
  if (input.sizes.size() != 3 && input.sizes.size() != 1) {
    return shape_problem("batch norm", "[channels, height, width] or [width]", input);
  }
  OperatorWork work;
  work.kind = "batch norm";
  work.output = input;
  work.parameters = saturating_product(2, input.sizes[0]);
  work.flop = saturating_product(2, input.elements());
  return work;
}

WorkOrProblem layer_norm_work(Shape const& input) {
  OperatorWork work;
  work.kind = "layer norm";
  work.output = input;
  work.parameters = saturating_product(2, input.sizes.back());
  work.flop = saturating_product(8, input.elements());
  return work;
}

WorkOrProblem activation_work(Op::Activation const& op, Shape const& input) {
  OperatorWork work;
  std::uint64_t flop_per_element = 8;
  switch (op.function()) {
    case Op::Activation::RELU:
      work.kind = "relu", flop_per_element = 1;
      break;
    case Op::Activation::RELU6:
      work.kind = "relu6", flop_per_element = 1;
      break;
    case Op::Activation::PRELU:
      work.kind = "prelu", flop_per_element = 1;
      break;
    case Op::Activation::GELU:
      work.kind = "gelu";
      break;
    case Op::Activation::SILU:
      work.kind = "silu";
      break;
    case Op::Activation::SIGMOID:
      work.kind = "sigmoid";
      break;
    case Op::Activation::SOFTMAX:
      work.kind = "softmax";
      break;
    case Op::Activation::FUNCTION_UNSET:
      assert(false && "check_rules refuses an activation without a function");
  }
  work.output = input;
  work.flop = saturating_product(flop_per_element, input.elements());
  // One slope per channel of an image, per feature of anything else.
  if (op.function() == Op::Activation::PRELU) {
    work.parameters = input.sizes.size() == 3 ? input.sizes.front() : input.sizes.back();
  }
  return work;
}

WorkOrProblem linear_work(Op::Linear const& op, Shape const& input) {
  if (input.sizes.size() > 2) return shape_problem("linear", "[tokens, width] or [width]", input);
  std::uint64_t const in = input.sizes.back();
  std::uint64_t const out = op.out_features();
  bool const bias = !op.has_bias() || op.bias();
  OperatorWork work;
  work.kind = "linear";
  work.output = input;
  work.output.sizes.back() = out;
  work.parameters = saturating_sum(saturating_product(in, out), bias ? out : 0);
  work.macs = saturating_product(work.output.elements(), in);
  work.flop = saturating_product(2, work.macs);
  work.weight_dependent = true;
  return work;
}

WorkOrProblem add_work(std::span<Shape const> inputs) {
  if (inputs.size() < 2) return problem("add needs at least two inputs, got 1");
  for (Shape const& shape : inputs) {
    if (shape != inputs[0]) {
      return problem("add needs inputs of one shape, got " + to_string(inputs[0]) + " and " + to_string(shape));
    }
  }
  OperatorWork work;
  work.kind = "add";
  work.output = inputs[0];
  work.flop = saturating_product(inputs.size() - 1, inputs[0].elements());
  return work;
}

WorkOrProblem concat_work(std::span<Shape const> inputs) {
  if (inputs.size() < 2) return problem("concat needs at least two inputs, got 1");
  OperatorWork work;
  work.kind = "concat";
  work.output = inputs[0];
  for (Shape const& shape : inputs.subspan(1)) {
    if (!std::equal(shape.sizes.begin() + 1, shape.sizes.end(), inputs[0].sizes.begin() + 1, inputs[0].sizes.end())) {
      return problem("concat needs inputs that agree after the first dimension, got " + to_string(inputs[0]) + " and " +
                     to_string(shape));
    }
    work.output.sizes[0] = saturating_sum(work.output.sizes[0], shape.sizes[0]);
  }
  return work;
}

WorkOrProblem embedding_work(Op::Embedding const& op, Shape const& input) {
  if (input.sizes.size() != 1) return shape_problem("embedding", "[tokens]", input);
  OperatorWork work;
  work.kind = "embedding";
  work.output = Shape{{input.sizes[0], op.width()}};
  work.parameters = saturating_product(op.vocabulary(), op.width());
  // A table may be longer than the sentence: one row per token is read.
  work.parameters_read = std::min(work.parameters, work.output.elements());
  work.weight_dependent = true;
  return work;
}

WorkOrProblem attention_work(Op::Attention const& op, Shape const& input) {
  if (input.sizes.size() != 2) return shape_problem("attention", "[tokens, width]", input);
  std::uint64_t const tokens = input.sizes[0];
  std::uint64_t const width = input.sizes[1];
  std::uint64_t const heads = op.heads();
  std::uint64_t const kv_heads = op.has_kv_heads() ? op.kv_heads() : heads;
  if (heads % kv_heads != 0) {
    return problem("kv_heads is " + std::to_string(kv_heads), "it must divide heads, which is " + std::to_string(heads));
  }
  if (!op.has_head_width() && width % heads != 0) {
    return problem("heads is " + std::to_string(heads),
                   "it must divide the width " + std::to_string(width) + " where head_width is not given");
  }
  std::uint64_t const head_width = op.has_head_width() ? op.head_width() : width / heads;
  std::uint64_t const query_width = saturating_product(heads, head_width);
  std::uint64_t const kv_width = saturating_product(kv_heads, head_width);
  bool const bias = !op.has_bias() || op.bias();
  // Query and output project width <-> query_width; key and value project width -> kv_width.
  std::uint64_t const projections =
      saturating_product(width, saturating_sum(saturating_product(2, query_width), saturating_product(2, kv_width)));
  std::uint64_t const biases = saturating_sum(saturating_sum(query_width, saturating_product(2, kv_width)), width);
  OperatorWork work;
  work.kind = "attention";
  work.output = input;
  work.parameters = saturating_sum(projections, bias ? biases : 0);
  work.macs = saturating_sum(saturating_product(tokens, projections), saturating_product(2, tokens, tokens, query_width));
  work.flop = saturating_product(2, work.macs);
  work.weight_dependent = true;
  return work;
}

WorkOrProblem first_token_work(Shape const& input) {
  if (input.sizes.size() != 2) return shape_problem("take_first_token", "[tokens, width]", input);
  OperatorWork work;
  work.kind = "first token";
  work.output = Shape{{input.sizes[1]}};
  return work;
}

WorkOrProblem view_work(std::string kind, Shape output) {
  OperatorWork work;
  work.kind = std::move(kind);
  work.output = std::move(output);
  return work;
}

WorkOrProblem dispatch(Op const& op, std::span<Shape const> inputs) {
  if (op.op_case() == Op::kAdd) return add_work(inputs);
  if (op.op_case() == Op::kConcat) return concat_work(inputs);
  if (inputs.size() != 1) {
    return problem("this operator needs one input, got " + std::to_string(inputs.size()),
                   "only add and concat join tensors");
  }
  Shape const& input = inputs[0];
  switch (op.op_case()) {
    case Op::kConvolution:
      return convolution_work(op.convolution(), input);
    case Op::kBatchNorm:
      return batch_norm_work(input);
    case Op::kLayerNorm:
      return layer_norm_work(input);
    case Op::kActivation:
      return activation_work(op.activation(), input);
    case Op::kPool:
      return pool_work(op.pool(), input);
    case Op::kLinear:
      return linear_work(op.linear(), input);
    case Op::kFlatten:
      return view_work("flatten", Shape{{input.elements()}});
    case Op::kDropout:
      return view_work("dropout", input);
    case Op::kPatchEmbedding:
      return patch_embedding_work(op.patch_embedding(), input);
    case Op::kEmbedding:
      return embedding_work(op.embedding(), input);
    case Op::kAttention:
      return attention_work(op.attention(), input);
    case Op::kTakeFirstToken:
      return first_token_work(input);
    case Op::kPadding:
      return padding_work(op.padding(), input);
    default:
      break;
  }
  assert(false && "check_rules refuses an operator without a kind");
  return problem("the operator is empty");
}

std::optional<Diagnostic> size_problem(OperatorWork const& work) {
  struct Named {
    char const* what;
    std::uint64_t count;
  };
  for (auto const& [what, count] :
       {Named{"output values", work.output.elements()}, Named{"parameters", work.parameters},
        Named{"multiply-accumulates", work.macs}, Named{"flop", work.flop}, Named{"input values", work.values_read}}) {
    if (count > largest_exact_count) {
      return problem("the layer is too large", std::string("it has more than 2^53 ") + what);
    }
  }
  return std::nullopt;
}

}  // namespace

std::variant<OperatorWork, Diagnostic> operator_work(proto::Operator const& op, std::span<Shape const> inputs) {
  WorkOrProblem result = dispatch(op, inputs);
  auto* const work = std::get_if<OperatorWork>(&result);
  if (work == nullptr) return result;
  bool const is_view = op.has_flatten() || op.has_dropout();
  if (!is_view) {
    work->values_written = work->output.elements();
    for (Shape const& shape : inputs) work->values_read = saturating_sum(work->values_read, shape.elements());
    if (op.has_take_first_token()) work->values_read = work->values_written;
  }
  if (!op.has_embedding()) work->parameters_read = work->parameters;
  if (auto wrong = size_problem(*work)) return *std::move(wrong);
  return result;
}

}  // namespace coinfer
