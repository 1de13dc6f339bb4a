#include "workloads/plane_operators.hpp"

#include <optional>

namespace coinfer {

namespace {

constexpr std::string_view planes = "[channels, height, width]";

std::string square(std::uint64_t side) { return std::to_string(side) + "x" + std::to_string(side); }

// Output side of a sliding window: floor((input + 2 padding - kernel) / stride) + 1.
std::uint64_t windows(std::uint64_t input, std::uint64_t kernel, std::uint64_t stride, std::uint64_t padding) {
  return (input + 2 * padding - kernel) / stride + 1;
}

std::optional<Diagnostic> kernel_problem(Shape const& input, std::uint64_t kernel, std::uint64_t padding) {
  std::uint64_t const height = input.sizes[1] + 2 * padding;
  std::uint64_t const width = input.sizes[2] + 2 * padding;
  if (kernel <= height && kernel <= width) return std::nullopt;
  return problem("kernel " + square(kernel) + " is larger than the padded input " + to_string(Shape{{height, width}}));
}

// Sum of the window lengths of adaptive pooling along one side: window i reads floor(i*in/out) to ceil((i+1)*in/out).
std::uint64_t adaptive_reads(std::uint64_t in, std::uint64_t out) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < out; ++i) sum += ((i + 1) * in + out - 1) / out - i * in / out;
  return sum;
}

}  // namespace

WorkOrProblem convolution_work(proto::Operator::Convolution const& op, Shape const& input) {
  if (input.sizes.size() != 3) return shape_problem("convolution", planes, input);
  std::uint64_t const in = input.sizes[0];
  std::uint64_t const out = op.out_channels();
  std::uint64_t const kernel = op.kernel();
  std::uint64_t const stride = op.has_stride() ? op.stride() : 1;
  std::uint64_t const groups = op.has_groups() ? op.groups() : 1;
  if (in % groups != 0 || out % groups != 0) {
    return problem("groups is " + std::to_string(groups),
                   "it must divide the " + std::to_string(in) + " input and " + std::to_string(out) + " output channels");
  }
  if (auto wrong = kernel_problem(input, kernel, op.padding())) return *std::move(wrong);
  OperatorWork work;
  work.kind = (groups > 1 && groups == in ? "depthwise conv " : groups > 1 ? "grouped conv " : "conv ") + square(kernel);
  work.output = Shape{
      {out, windows(input.sizes[1], kernel, stride, op.padding()), windows(input.sizes[2], kernel, stride, op.padding())}};
  std::uint64_t const window = saturating_product(in / groups, kernel, kernel);
  work.parameters = saturating_sum(saturating_product(out, window), op.bias() ? out : 0);
  work.macs = saturating_product(work.output.elements(), window);
  work.flop = saturating_product(2, work.macs);
  work.weight_dependent = true;
  return work;
}

WorkOrProblem pool_work(proto::Operator::Pool const& op, Shape const& input) {
  if (input.sizes.size() != 3) return shape_problem("pool", planes, input);
  if (int{op.has_kernel()} + int{op.global()} + int{op.has_output_size()} != 1) {
    return problem("pool takes one of kernel, global and output_size");
  }
  std::uint64_t const channels = input.sizes[0];
  std::uint64_t const height = input.sizes[1];
  std::uint64_t const width = input.sizes[2];
  std::string const kind = op.kind() == proto::Operator::Pool::MAX ? "max pool" : "average pool";
  OperatorWork work;
  if (op.global()) {
    work.kind = "global " + kind;
    work.output = Shape{{channels, 1, 1}};
    work.flop = input.elements();
  } else if (op.has_output_size()) {
    std::uint64_t const side = op.output_size();
    work.kind = "adaptive " + kind + " " + square(side);
    work.output = Shape{{channels, side, side}};
    work.flop = saturating_product(channels, adaptive_reads(height, side), adaptive_reads(width, side));
  } else {
    std::uint64_t const kernel = op.kernel();
    std::uint64_t const stride = op.has_stride() ? op.stride() : kernel;
    if (auto wrong = kernel_problem(input, kernel, op.padding())) return *std::move(wrong);
    work.kind = kind + " " + square(kernel);
    work.output =
        Shape{{channels, windows(height, kernel, stride, op.padding()), windows(width, kernel, stride, op.padding())}};
    work.flop = saturating_product(work.output.elements(), kernel, kernel);
  }
  return work;
}

WorkOrProblem padding_work(proto::Operator::Padding const& op, Shape const& input) {
  if (input.sizes.size() != 3) return shape_problem("padding", planes, input);
  std::uint64_t const added = 2 * std::uint64_t{op.amount()};
  OperatorWork work;
  work.kind = "padding";
  work.output = Shape{{input.sizes[0], input.sizes[1] + added, input.sizes[2] + added}};
  return work;
}

WorkOrProblem patch_embedding_work(proto::Operator::PatchEmbedding const& op, Shape const& input) {
  if (input.sizes.size() != 3) return shape_problem("patch embedding", planes, input);
  std::uint64_t const patch = op.patch();
  if (input.sizes[1] % patch != 0 || input.sizes[2] % patch != 0) {
    return problem("patch is " + std::to_string(patch), "it must divide the height and width of " + to_string(input));
  }
  std::uint64_t const width = op.width();
  std::uint64_t const patches = saturating_product(input.sizes[1] / patch, input.sizes[2] / patch);
  bool const class_token = !op.has_class_token() || op.class_token();
  std::uint64_t const tokens = saturating_sum(patches, class_token ? 1 : 0);
  std::uint64_t const window = saturating_product(input.sizes[0], patch, patch);
  OperatorWork work;
  work.kind = "patch embedding " + square(patch);
  work.output = Shape{{tokens, width}};
  // Projection, its bias, one position per token, and the class token itself.
  work.parameters = saturating_sum(saturating_product(width, window), width);
  work.parameters = saturating_sum(work.parameters, saturating_product(tokens, width));
  if (class_token) work.parameters = saturating_sum(work.parameters, width);
  work.macs = saturating_product(patches, width, window);
  work.flop = saturating_product(2, work.macs);
  work.weight_dependent = true;
  return work;
}

}  // namespace coinfer
