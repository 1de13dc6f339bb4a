#include "privacy/transition_of_tables.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

struct Figure {
  std::string cut;
  double value;
  std::string metric = "rc2";
  std::string attack = "statistic_by_label";
  Grade grade = Grade::measured;
};

LeakageTables tables_of(std::vector<Figure> const& figures) {
  LeakageTables tables;
  for (Figure const& figure : figures) {
    LeakageRow row;
    row.model = "m";
    row.dataset = "d";
    row.cut = figure.cut;
    row.attack = figure.attack;
    row.knowledge = Knowledge::query_free;
    row.metric = figure.metric;
    row.scale = figure.metric == "rc2" ? "sum_over_dimensions" : "mean_over_dimensions";
    row.value = figure.value;
    row.source = {"us", figure.grade};
    tables.add(row);
  }
  return tables;
}

/// Six cuts with both metrics; from `tight` on ten times tighter. Each has 100 values.
std::vector<Figure> six(std::size_t tight, std::string const& attack) {
  std::vector<Figure> figures;
  for (std::size_t cut = 0; cut < 6; ++cut) {
    double const mean = cut < tight ? 1 : 0.1;
    std::string const name = "block" + std::to_string(cut);
    figures.push_back({name, 100 * mean, "rc2", attack});
    figures.push_back({name, mean, "rc2_per_dimension", attack});
  }
  return figures;
}

std::vector<CutInOrder> blocks(std::size_t count) {
  std::vector<CutInOrder> cuts;
  for (std::size_t cut = 0; cut < count; ++cut) {
    cuts.push_back({"block" + std::to_string(cut), {"block " + std::to_string(cut + 1)}});
  }
  return cuts;
}

}  // namespace

TEST_CASE("A transition is located in tables by both methods, for each statistic of its own") {
  auto figures = six(3, "statistic_by_prediction");
  for (Figure const& figure : six(6, "statistic_by_label")) figures.push_back(figure);
  auto const found = transitions_of_tables(tables_of(figures), "m", "d", blocks(6));
  REQUIRE(found.size() == 2);
  CHECK(found[0].statistic == "statistic_by_prediction");
  CHECK(found[0].profile.cuts.size() == 6);
  CHECK(found[0].unmeasured.empty());
  CHECK(found[0].located.by_drop == TransitionAnswer::located);
  CHECK(found[0].located.drop.cuts == std::vector<std::size_t>{3});
  CHECK(found[0].located.by_change_point == TransitionAnswer::located);
  CHECK(found[0].located.change_point.cut == 3u);
  CHECK(found[1].statistic == "statistic_by_label");
  CHECK(found[1].located.by_drop == TransitionAnswer::none);
  CHECK(found[1].located.by_change_point == TransitionAnswer::none);
}

TEST_CASE("No R_c^2 measured is not the answer that there is no transition") {
  auto const cuts = blocks(6);
  CHECK(transitions_of_tables(tables_of({{"block0", 0.1, "ssim", "inversion"}}), "m", "d", cuts).empty());
  CHECK(transitions_of_tables(tables_of(six(3, "s")), "m", "other", cuts).empty());
  CHECK(transitions_of_tables(tables_of(six(3, "s")), "other", "d", cuts).empty());
  CHECK(transitions_of_tables(tables_of({{"elsewhere", 1}}), "m", "d", cuts).empty());
  auto const one = transitions_of_tables(tables_of({{"block0", 1}}), "m", "d", cuts);
  REQUIRE(one.size() == 1);
  CHECK(one[0].located.by_drop == TransitionAnswer::not_measured);
  CHECK(one[0].located.by_change_point == TransitionAnswer::not_measured);
}

TEST_CASE("Cuts join tables by name or alias, in the order of the model and never in that of the rows") {
  auto const tables = tables_of({{"block 3", 1}, {"block0", 9}, {"block 2", 8}});
  auto const found = transitions_of_tables(tables, "m", "d", blocks(4));
  REQUIRE(found.size() == 1);
  CHECK(found[0].profile.cuts == std::vector<std::string>{"block0", "block1", "block2"});
  CHECK(found[0].profile.radius2 == std::vector<double>{9, 8, 1});
  CHECK(found[0].profile.radius2_per_dimension.empty());
  CHECK(found[0].unmeasured == std::vector<std::string>{"block3"});
  CHECK(found[0].located.drop.cuts == std::vector<std::size_t>{2});
}

TEST_CASE("A cut that lacks one of the two metrics is told and left out of the profile") {
  auto figures = six(3, "s");
  figures.erase(figures.begin() + 3);  // block1 without R_c^2/D
  auto const found = transitions_of_tables(tables_of(figures), "m", "d", blocks(6));
  REQUIRE(found.size() == 1);
  CHECK(found[0].unmeasured == std::vector<std::string>{"block1"});
  CHECK(found[0].profile.cuts.size() == 5);
  CHECK(found[0].profile.radius2.size() == 5);
}

TEST_CASE("A located transition has the weakest grade of its figures") {
  auto const found = transitions_of_tables(
      tables_of({{"block0", 9}, {"block1", 1, "rc2", "statistic_by_label", Grade::secondary}}), "m", "d", blocks(2));
  REQUIRE(found.size() == 1);
  CHECK(found[0].grade == Grade::secondary);
}

TEST_CASE("Without a model the cuts stand in the order in which the rows first name them") {
  auto const tables = tables_of({{"b", 9}, {"a", 1}, {"b", 1, "rc2_per_dimension"}, {"z", 0.5, "ssim", "inversion"}});
  auto const cuts = cuts_in_order_of_rows(tables, "m", "d");
  REQUIRE(cuts.size() == 2);
  CHECK(cuts[0].name == "b");
  CHECK(cuts[1].name == "a");
}
