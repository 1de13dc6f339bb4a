// Composition of draws against what can be written by hand, and against the exact curve of randomised response.
#include "privacy/composition.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace coinfer;

namespace {

constexpr CompositionTheorem theorems[] = {CompositionTheorem::sequential, CompositionTheorem::advanced,
                                           CompositionTheorem::renyi};

Mechanism noisy_max(double epsilon) { return {MechanismKind::report_noisy_max, epsilon, {}}; }
Mechanism exponential(double epsilon) { return {MechanismKind::exponential, epsilon, {}}; }

/// Total epsilon of `count` equal draws.
double total(CompositionTheorem theorem, Mechanism const& mechanism, std::uint64_t count, double delta) {
  return Composition({mechanism}, delta).epsilon(theorem, std::vector{count}).value();
}

/// The least delta at which `count` randomised responses of `epsilon` are (total, delta)-DP: the sum of (p - q)+ over their
/// binomial, with p = e^epsilon / (1 + e^epsilon) and q' = e^total q. No mechanism composes worse (Kairouz, Oh &
/// Viswanath 2015, theorem 3.3).
double exact_delta(double epsilon, int count, double total) {
  long double const truth = 1 / (1 + std::exp(-static_cast<long double>(epsilon)));
  long double delta = 0;
  for (int i = 0; i <= count; ++i) {
    long double const ways = std::lgamma(count + 1.0L) - std::lgamma(i + 1.0L) - std::lgamma(count - i + 1.0L);
    long double const here = ways + i * std::log(truth) + (count - i) * std::log(1 - truth);
    long double const there = ways + i * std::log(1 - truth) + (count - i) * std::log(truth);
    delta += std::max(0.0L, std::exp(here) - std::exp(total + there));
  }
  return static_cast<double>(delta);
}

}  // namespace

TEST_CASE("plain composition is the sum of the budgets of all draws") {
  Composition const both({noisy_max(0.5), exponential(2)}, std::nullopt);
  CHECK(both.epsilon(CompositionTheorem::sequential, std::vector<std::uint64_t>{3, 4}) == 9.5);
  CHECK(both.epsilon(CompositionTheorem::sequential, std::vector<std::uint64_t>{0, 0}) == 0.0);
  CHECK_FALSE(both.epsilon(CompositionTheorem::advanced, std::vector<std::uint64_t>{3, 4}));
  CHECK(both.reason_against(CompositionTheorem::renyi) == "no delta is given");
}

TEST_CASE("a budget per unit of distance adds up by the plain sum, and not with budgets of words") {
  Mechanism const per_distance{MechanismKind::metric, 3, std::nullopt};
  Mechanism const of_a_word{MechanismKind::metric, 3, 0.5};
  CHECK(of_a_word.epsilon_of_draw() == 1.5);
  Composition const plain({per_distance}, 1e-6);
  CHECK(plain.epsilon(CompositionTheorem::sequential, std::vector<std::uint64_t>{5}) == 15.0);
  CHECK_FALSE(plain.epsilon(CompositionTheorem::renyi, std::vector<std::uint64_t>{5}));
  CHECK(plain.reason_against(CompositionTheorem::advanced) ==
        "a budget per unit of distance adds up by the plain sum only");
  Composition const mixed({per_distance, of_a_word}, 1e-6);
  CHECK_FALSE(mixed.epsilon(CompositionTheorem::sequential, std::vector<std::uint64_t>{1, 1}));
  CHECK(total(CompositionTheorem::renyi, of_a_word, 1000, 1e-6) ==
        total(CompositionTheorem::renyi, exponential(1.5), 1000, 1e-6));
}

TEST_CASE("advanced composition of 100 draws of 0.1 at 1e-6, by hand") {
  // S = 1, T = 10 tanh(0.05), ln(1/delta) = 6 ln 10 = 13.815510557964274; ln(e + 1e6) = 13.815513276...
  double const by_hand = 10 * std::tanh(0.05) + std::sqrt(2 * 13.815510557964274);
  CHECK(total(CompositionTheorem::advanced, noisy_max(0.1), 100, 1e-6) == Approx(by_hand).epsilon(1e-14));
  // 50 of 0.1 and 13 of 0.2: S = 0.5 + 0.52. With 12 of 0.2, S = 0.98 < 1, and ln(e + sqrt(S)/delta) is the smaller one.
  Composition const two({noisy_max(0.1), noisy_max(0.2)}, 1e-6);
  CHECK(*two.epsilon(CompositionTheorem::advanced, std::vector<std::uint64_t>{50, 13}) ==
        Approx(5 * std::tanh(0.05) + 2.6 * std::tanh(0.1) + std::sqrt(2 * 1.02 * 13.815510557964274)).epsilon(1e-14));
  double const spread = std::log(std::exp(1) + std::sqrt(0.98) * 1e6);
  CHECK(*two.epsilon(CompositionTheorem::advanced, std::vector<std::uint64_t>{50, 12}) ==
        Approx(5 * std::tanh(0.05) + 2.4 * std::tanh(0.1) + std::sqrt(2 * 0.98 * spread)).epsilon(1e-14));
  // One draw is never worth more than its own budget.
  CHECK(total(CompositionTheorem::advanced, noisy_max(0.1), 1, 1e-6) == 0.1);
}

TEST_CASE("the Renyi divergence of a draw is that of randomised response, for small and large budgets") {
  // Order 2, epsilon = ln 3: the answers have odds 3:1, so the sum is 9/4 / 3 + 1/4 ... = (3/4)^2/(1/4) + (1/4)^2/(3/4).
  CHECK(renyi_divergence(noisy_max(std::log(3.0)), 2) == Approx(std::log(9.0 / 4 + 1.0 / 12)).epsilon(1e-14));
  CHECK(renyi_divergence(noisy_max(1e-9), 8) == Approx(4e-18).epsilon(1e-12));  // a epsilon^2 / 2
  CHECK(renyi_divergence(noisy_max(3), 1e6) == Approx(3).epsilon(1e-5));        // the plain budget at order infinity
  CHECK(renyi_divergence(noisy_max(1e6), 1.5) == Approx(1e6));
  for (double const epsilon : {1e-7, 1e-3, 0.3, 1.0, 4.0, 60.0}) {
    double before = 0;
    for (double const order : renyi_orders()) {
      double const divergence = renyi_divergence(noisy_max(epsilon), order);
      CAPTURE(epsilon, order);
      REQUIRE(divergence <= std::min(epsilon, order * epsilon * epsilon / 2) * (1 + 1e-12));
      REQUIRE(divergence >= before * (1 - 1e-9));
      before = divergence;
      // Where the formula with sinh can be computed as it stands, it says the same.
      if (order * epsilon > 0.1 && order * epsilon < 10 && order > 1.1 && epsilon > 1e-4) {
        double const sinhs =
            std::log((std::sinh(order * epsilon) - std::sinh((order - 1) * epsilon)) / std::sinh(epsilon)) / (order - 1);
        REQUIRE(divergence == Approx(sinhs).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("a bounded range quarters the divergence of small budgets") {
  CHECK(renyi_divergence(exponential(0.01), 4) == Approx(4 * 1e-4 / 8).epsilon(1e-14));
  CHECK(renyi_divergence(exponential(8), 4) == renyi_divergence(noisy_max(8), 4));  // 4 * 64 / 8 would be more than 8
}

TEST_CASE("Renyi composition lies at most 0.4 % above the closed form of concentrated privacy") {
  // rho-zCDP gives rho + 2 sqrt(rho ln(1/delta)) (Bun & Steinke 2016, proposition 1.3); the sharper conversion is below it.
  double const delta = 1e-6;
  for (std::uint64_t const draws : {100ULL, 10'000ULL, 1'000'000ULL}) {
    double const rho = static_cast<double>(draws) * 1e-4 / 8;
    double const closed = rho + 2 * std::sqrt(rho * -std::log(delta));
    CAPTURE(draws);
    double const composed = total(CompositionTheorem::renyi, exponential(0.01), draws, delta);
    CHECK(composed <= std::min(closed * 1.004, static_cast<double>(draws) * 0.01));
    CHECK(composed >= rho);
  }
}

TEST_CASE("no theorem promises more than the exact composition keeps, and Renyi is close to it") {
  for (auto const& [epsilon, count] : {std::pair{0.1, 100}, {0.05, 1000}, {1.0, 30}, {0.5, 200}}) {
    for (double const delta : {1e-3, 1e-6, 1e-9}) {
      CAPTURE(epsilon, count, delta);
      for (CompositionTheorem const theorem : theorems) {
        double const spent = total(theorem, noisy_max(epsilon), static_cast<std::uint64_t>(count), delta);
        CAPTURE(to_string(theorem), spent);
        CHECK(exact_delta(epsilon, count, spent) <= delta);
        CHECK(spent <= epsilon * count);
      }
      double const renyi = total(CompositionTheorem::renyi, noisy_max(epsilon), static_cast<std::uint64_t>(count), delta);
      CHECK(renyi <= total(CompositionTheorem::advanced, noisy_max(epsilon), static_cast<std::uint64_t>(count), delta));
      // A fifth less would be a lie, so little is given away.
      CHECK(exact_delta(epsilon, count, 0.8 * renyi) > delta);
    }
  }
}

TEST_CASE("composition is stable from one draw of 1e-12 to 1e9 draws of 8, and grows with every draw") {
  for (double const epsilon : {1e-12, 1e-6, 0.01, 1.0, 8.0}) {
    Composition const composition({noisy_max(epsilon)}, 1e-9);
    for (CompositionTheorem const theorem : theorems) {
      double before = 0;
      for (std::uint64_t draws = 1; draws <= 1'000'000'000; draws *= 10) {
        CAPTURE(epsilon, draws, to_string(theorem));
        double const spent = *composition.epsilon(theorem, std::vector{draws});
        REQUIRE(std::isfinite(spent));
        REQUIRE(spent >= before);
        REQUIRE(spent <= static_cast<double>(draws) * epsilon);
        before = spent;
      }
    }
  }
  // 1e9 draws of 1e-6: S = 1e-3, T = 5e-4.
  CHECK(total(CompositionTheorem::advanced, noisy_max(1e-6), 1'000'000'000, 1e-9) ==
        Approx(5e-4 + std::sqrt(2e-3 * std::log(std::exp(1) + std::sqrt(1e-3) * 1e9))).epsilon(1e-9));
}

TEST_CASE("enormous budgets stay enormous") {
  double const huge = std::numeric_limits<double>::max() / 4;
  for (CompositionTheorem const theorem : theorems) {
    CHECK(total(theorem, noisy_max(huge), 2, 1e-6) == Approx(2 * huge));
  }
}
