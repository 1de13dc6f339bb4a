// Operators on the planes of an image: convolution, pooling, padding, patches.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "workloads/operators.hpp"

namespace coinfer {

using WorkOrProblem = std::variant<OperatorWork, Diagnostic>;

/// The place is filled in by whoever knows it.
inline Diagnostic problem(std::string what, std::string why = {}) { return {{}, std::move(what), std::move(why), {}}; }

/// "OPERATOR needs NEEDED, got 512x10".
inline Diagnostic shape_problem(std::string_view op, std::string_view needed, Shape const& got) {
  return problem(std::string(op) + " needs " + std::string(needed) + ", got " + to_string(got));
}

/// Each takes its one input.
WorkOrProblem convolution_work(proto::Operator::Convolution const& op, Shape const& input);
WorkOrProblem pool_work(proto::Operator::Pool const& op, Shape const& input);
WorkOrProblem padding_work(proto::Operator::Padding const& op, Shape const& input);
WorkOrProblem patch_embedding_work(proto::Operator::PatchEmbedding const& op, Shape const& input);

}  // namespace coinfer
