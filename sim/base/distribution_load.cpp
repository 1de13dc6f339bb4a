#include "sim/base/distribution_load.hpp"

#include <cassert>

#include "sim/base/field_rules.hpp"
#include "sim/base/number_format.hpp"

namespace coinfer {

void check_distribution(proto::Distribution const& distribution, Where const& where, Diagnostics& diagnostics) {
  if (distribution.kind_case() == proto::Distribution::KIND_NOT_SET) {
    diagnostics.add(where.here(), none_given(*proto::Distribution::descriptor()->FindOneofByName("kind")));
  }
  if (distribution.has_uniform() && distribution.uniform().low() > distribution.uniform().high()) {
    proto::Distribution::Uniform const& uniform = distribution.uniform();
    diagnostics.add(where.child("uniform").field("high"), "high is " + shortest(uniform.high()),
                    "must be at least low, which is " + shortest(uniform.low()));
  }
}

Distribution load_distribution(proto::Distribution const& distribution) {
  switch (distribution.kind_case()) {
    case proto::Distribution::kConstant:
      return Constant{distribution.constant().value()};
    case proto::Distribution::kExponential:
      return Exponential{distribution.exponential().mean()};
    case proto::Distribution::kUniform:
      return Uniform{distribution.uniform().low(), distribution.uniform().high()};
    case proto::Distribution::kGamma:
      return Gamma{distribution.gamma().mean(), distribution.gamma().cv()};
    case proto::Distribution::kLogNormal:
      return LogNormal{distribution.log_normal().median(), distribution.log_normal().sigma()};
    case proto::Distribution::KIND_NOT_SET:
      break;
  }
  assert(false && "the message was not checked");
  return Constant{0};
}

}  // namespace coinfer
