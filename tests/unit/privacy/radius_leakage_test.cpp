#include "privacy/radius_leakage.hpp"

#include <catch2/catch.hpp>

#include "privacy/leakage_load.hpp"
#include "privacy/leakage_write.hpp"

using namespace coinfer;

namespace {

/// Two values a sample: R_c^2 = 1.5 over classes, a within-class variance of 2, a global variance of 3.
RadiusRow varied(Grouping grouping) {
  CutRadius radius;
  radius.samples = 3;
  radius.dimension = 2;
  radius.classes = {{-4, 1, 0}, {7, 2, 3}};
  radius.mean_radius2 = 1.5;
  radius.within_class_variance = 2;
  radius.global_variance = 3;
  return {"block_1", grouping, radius};
}

RadiusRow constant() {
  CutRadius radius;
  radius.samples = 3;
  radius.dimension = 4;
  radius.classes = {{0, 3, 0}};
  return {"block_2", Grouping::labels, radius};
}

RadiusSubject const subject = {"m", "d", Protection::noised, {"us", Grade::measured}};

}  // namespace

TEST_CASE("Class radii become figures of a leakage table with their scales, without an attacker's knowledge") {
  auto const rows = leakage_rows({varied(Grouping::predicted)}, InputEntropy{10, 1}, subject);
  struct Figure {
    char const *metric, *scale;
    double value;
  };
  // ln(2 pi e) = 2.8378770664, D/2 = 1; ln 1.5, ln 1; the least bound on h(Z) is the feature level's.
  std::vector<Figure> const figures = {{"rc2", "sum_over_dimensions", 1.5},
                                       {"rc2_per_dimension", "mean_over_dimensions", 0.75},
                                       {"rc2_per_global_variance", "ratio", 0.5},
                                       {"feature_entropy_bound_nat", "nat_of_activation_unit", 3.2433421745},
                                       {"decision_entropy_bound_nat", "nat_of_activation_unit", 2.8378770664},
                                       {"input_ambiguity_bound_nat", "nat", 5.7566578255}};
  REQUIRE(rows.size() == figures.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].metric == figures[i].metric);
    CHECK(rows[i].scale == figures[i].scale);
    CHECK(rows[i].value == Approx(figures[i].value).epsilon(1e-9));
    CHECK(rows[i].attack == "statistic_by_prediction");
    CHECK(rows[i].knowledge == Knowledge::query_free);
    CHECK(rows[i].protection == Protection::noised);
    CHECK(rows[i].model == "m");
    CHECK(rows[i].dataset == "d");
    CHECK(rows[i].cut == "block_1");
    CHECK(rows[i].n == 3);
    CHECK_FALSE(rows[i].spread);
    // The last one rests on what the user said of the input, too.
    bool const last = i + 1 == rows.size();
    CHECK(rows[i].source.citation == (last ? "us; with H(X) = 10 and kappa = 1 nat as given" : "us"));
    CHECK((rows[i].source.grade == Grade::derived) == last);
  }
}

TEST_CASE("Activations that do not vary have radii of 0 and neither ratio nor entropy bounds, nobody guesses H(X)") {
  auto const rows = leakage_rows({constant()}, InputEntropy{10, 1}, subject);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].value == 0);
  CHECK(rows[1].metric == "rc2_per_dimension");
  CHECK(rows[0].attack == "statistic_by_label");
  CHECK(leakage_rows({varied(Grouping::labels)}, std::nullopt, subject).size() == 5);
}

TEST_CASE("What class radii write is a leakage table that can be imported") {
  auto const rows =
      leakage_rows({varied(Grouping::labels), constant(), varied(Grouping::predicted)}, InputEntropy{10, 1}, subject);
  LeakageTables tables;
  Diagnostics diagnostics;
  load_leakage_table("t.csv", leakage_table_csv(rows), tables, diagnostics);
  CHECK(diagnostics.text().empty());
  CHECK(tables.rows().size() == 14);
}
