#include "privacy/transition.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace coinfer;

namespace {

std::vector<std::size_t> cuts_of(std::vector<double> const& radius2) { return locate_by_relative_drop(radius2).cuts; }

std::optional<std::size_t> change_of(std::vector<double> const& radius2) { return locate_by_change_point(radius2).cut; }

using Cuts = std::vector<std::size_t>;

}  // namespace

TEST_CASE("Relative drops are taken against the cut before, and none after a radius of 0") {
  std::vector<double> const radius2 = {8, 6, 9, 0, 0};
  DropTransition const found = locate_by_relative_drop(radius2);
  REQUIRE(found.drops.size() == 5);
  CHECK_FALSE(found.drops[0]);
  CHECK(found.drops[1] == 0.25);
  CHECK(found.drops[2] == -0.5);
  CHECK(found.drops[3] == 1);
  CHECK_FALSE(found.drops[4]);
}

TEST_CASE("The published procedure names the cut after the largest drop") {
  CHECK(cuts_of({100, 95, 90, 30, 28, 27, 26}) == Cuts{3});
  CHECK(locate_by_relative_drop(std::vector<double>{100, 95, 90, 30, 28}).is_there);
}

TEST_CASE("The published procedure names a second edge where a drop between the two largest is large") {
  // Drops 0.6, 0.025, 0.49: nothing between; 0.5, 0.28, 0.5: a zone; 0.6, -0.5, 0.5: magnitude counts; 0.4, 0.8:
  // neighbours.
  CHECK(cuts_of({100, 40, 39, 20}) == Cuts{1});
  CHECK(cuts_of({100, 50, 36, 18}) == Cuts{1, 3});
  CHECK(cuts_of({100, 40, 60, 30}) == Cuts{1, 3});
  CHECK(cuts_of({100, 60, 12}) == Cuts{2});
  // Drops 0.5, then 0.21 or 0.19, then about 0.75: the threshold lies between.
  CHECK(cuts_of({100, 50, 39.5, 10}) == Cuts{1, 3});
  CHECK(cuts_of({100, 50, 40.5, 10}) == Cuts{3});
}

TEST_CASE("A profile that is flat or grows has no transition by relative drops") {
  DropTransition const flat = locate_by_relative_drop(std::vector<double>{10, 9.9, 10, 9.8, 9.9});
  CHECK_FALSE(flat.is_there);
  CHECK(flat.cuts == Cuts{3});
  DropTransition const growing = locate_by_relative_drop(std::vector<double>{1, 2, 3});
  CHECK_FALSE(growing.is_there);
  CHECK(growing.cuts.empty());
  CHECK(cuts_of({}).empty());
  CHECK(cuts_of({5}).empty());
}

TEST_CASE("The change point is the first cut of a planted lower level, wherever it is planted") {
  for (std::size_t planted = 1; planted < 8; ++planted) {
    std::vector<double> radius2;
    for (std::size_t cut = 0; cut < 8; ++cut) {
      radius2.push_back((cut < planted ? 4.0 : 0.4) * (cut % 2 == 0 ? 1.05 : 0.95));
    }
    CHECK(change_of(radius2) == planted);
  }
}

TEST_CASE("The change point's factor is that of geometric means, and its advantage the criterion's") {
  ChangePoint const found = locate_by_change_point(std::vector<double>{2, 8, 4, 1, 1});
  CHECK(found.best_split == 3);
  CHECK(found.factor == Approx(0.25));
  // In units of (ln 2)^2: constant 6.8, line 6.8 - 25/10 = 4.3, step 2; each over 5, and 1, 2, 3 times ln 5. The line is
  // the better rival.
  CHECK(found.advantage == Approx(5 * std::log(4.3 / 2) - std::log(5)));
  CHECK_FALSE(found.cut);
}

TEST_CASE("There is no change point in a flat, a steadily falling or a rising profile") {
  CHECK_FALSE(change_of({1, 1, 1, 1, 1, 1}));
  CHECK_FALSE(change_of({1, 1.05, 0.98, 1.02, 0.95, 1.01, 0.97, 0.96}));
  CHECK_FALSE(change_of({1, 0.7, 0.49, 0.343, 0.24, 0.168, 0.118, 0.082}));
  std::vector<double> const rising = {0.1, 0.1, 0.1, 0.1, 3, 3, 3, 3};
  ChangePoint const found = locate_by_change_point(rising);
  CHECK_FALSE(found.cut);
  CHECK(found.best_split == 4);
  CHECK(found.factor == Approx(30));
}

TEST_CASE("The change point needs five cuts above 0") {
  CHECK_FALSE(locate_by_change_point(std::vector<double>{4, 4, 0.4, 0.4}).best_split);
  CHECK_FALSE(locate_by_change_point(std::vector<double>{4, 4, 4, 0.4, 0, 0.4, 0.4}).best_split);
  CHECK(change_of({4, 4.1, 3.9, 0.4, 0.41, 0}) == 3);
  CHECK(change_of({1e-300, 1e-300, 1e-300, 1e300, 1e300}) == std::nullopt);
}
