#include "privacy/entropy_bounds.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

/// Two values for each of four samples: one of class 0, three of class 1.
CutRadius cut(double global_variance, double within_class_variance) {
  CutRadius result;
  result.samples = 4;
  result.dimension = 2;
  result.classes = {{0, 1, 0}, {1, 3, within_class_variance * 4 / 3}};
  result.global_variance = global_variance;
  result.within_class_variance = within_class_variance;
  return result;
}

/// ln(2 pi e) / 2: the entropy of a Gaussian of variance 1.
constexpr double unit_gaussian = 1.4189385332046727;

}  // namespace

TEST_CASE("The bound on entropy is that of a Gaussian, and absent where nothing varies") {
  CHECK(*gaussian_entropy_bound(1, 1) == Approx(unit_gaussian).epsilon(1e-14));
  CHECK(*gaussian_entropy_bound(4, 0.25) == Approx(4 * (unit_gaussian - 0.6931471805599453)).epsilon(1e-14));
  CHECK(*gaussian_entropy_bound(2, 1e308) == Approx(2 * (unit_gaussian + 354.59810432)).epsilon(1e-9));
  CHECK_FALSE(gaussian_entropy_bound(4, 0));
}

TEST_CASE("Feature and decision level differ by the variance they use, divided by the dimension") {
  CutRadius const layer = cut(2, 0.5);
  CHECK(*feature_entropy_bound(layer) == Approx(2 * unit_gaussian));
  CHECK(*decision_entropy_bound(layer) == Approx(2 * (unit_gaussian - 0.6931471805599453)));
  CHECK_FALSE(decision_entropy_bound(cut(2, 0)));
}

TEST_CASE("The entropy of labels is that of their shares") {
  CHECK(label_entropy(cut(1, 1)) == Approx(0.5623351446188083).epsilon(1e-14));
  CutRadius one;
  one.samples = 3;
  one.classes = {{5, 3, 1}};
  CHECK(label_entropy(one) == 0);
}

TEST_CASE("What classes add to the entropy is no more than that of their labels") {
  // Far apart: the decision level and H(Y) bound it better; close: the feature level does.
  CHECK(*representation_entropy_bound(cut(200, 0.5)) == Approx(*decision_entropy_bound(cut(200, 0.5)) + 0.5623351446));
  CHECK(*representation_entropy_bound(cut(0.6, 0.5)) == *feature_entropy_bound(cut(0.6, 0.5)));
  CHECK(*representation_entropy_bound(cut(2, 0)) == *feature_entropy_bound(cut(2, 0)));
  CHECK_FALSE(representation_entropy_bound(cut(0, 0)));
}

TEST_CASE("Nothing bounds the ambiguity of an input whose entropy nobody gave") {
  CHECK(*input_ambiguity_bound(InputEntropy{10, 2}, 3.5) == 4.5);
  CHECK(*input_ambiguity_bound(InputEntropy{1, 0}, 3.5) == -2.5);
  CHECK_FALSE(input_ambiguity_bound(std::nullopt, 3.5));
  CHECK_FALSE(input_ambiguity_bound(InputEntropy{10, 2}, std::nullopt));
}
