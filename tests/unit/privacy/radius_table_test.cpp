#include "privacy/radius_table.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

std::vector<RadiusRow> rows() {
  CutRadius radius;
  radius.samples = 3;
  radius.dimension = 2;
  radius.classes = {{-4, 1, 0}, {7, 2, 3}};
  radius.mean_radius2 = 1.5;
  radius.within_class_variance = 2;
  radius.inter_class_distance2 = 0.5;
  radius.global_variance = 3;
  CutRadius constant;
  constant.samples = 3;
  constant.dimension = 4;
  constant.classes = {{0, 3, 0}};
  return {{"block, \"1\"", Grouping::predicted, radius}, {"block_2", Grouping::labels, constant}};
}

std::string problem(std::string const& text) {
  Diagnostics diagnostics;
  static_cast<void>(load_radius_profiles("r.csv", text, diagnostics));
  return diagnostics.text();
}

std::string const head = "cut,grouped_by,dimension,radius2\n";

}  // namespace

TEST_CASE("A radius table leaves empty what is absent and quotes what needs it") {
  std::string const text = radius_table_csv(rows(), std::nullopt);
  std::string const header(radius_table_header());
  std::string const table = text.substr(text.find(header) + header.size());
  CHECK(text.rfind("# ", 0) == 0);
  // ln(2 pi e 1.5) + ..., D/2 = 1; the label entropy is ln 3 - (2/3) ln 2.
  CHECK(table.rfind("\n\"block, \"\"1\"\"\",predicted,3,2,2,1,1.5,0.75,0.5,2,0.5,3,3.24334", 0) == 0);
  CHECK(table.find("\nblock_2,labels,3,4,1,0,0,0,,0,0,0,,,0,\n") != std::string::npos);
  std::string const with_input = radius_table_csv(rows(), InputEntropy{10, 1});
  CHECK(with_input.find(",5.75665") != std::string::npos);
}

TEST_CASE("The table of classes has a row for each class") {
  CHECK(class_table_csv(rows()) ==
        "cut,grouped_by,label,samples,radius2\n\"block, \"\"1\"\"\",predicted,-4,1,0\n"
        "\"block, \"\"1\"\"\",predicted,7,2,3\nblock_2,labels,0,3,0\n");
}

TEST_CASE("A written radius table reads back as the profiles it was made from") {
  Diagnostics diagnostics;
  auto const read = load_radius_profiles("r.csv", radius_table_csv(rows(), std::nullopt), diagnostics);
  auto const made = profiles_of(rows());
  CHECK(diagnostics.text().empty());
  REQUIRE(read.size() == 2);
  REQUIRE(made.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(read[i].grouped_by == made[i].grouped_by);
    CHECK(read[i].cuts == made[i].cuts);
    CHECK(read[i].radius2 == made[i].radius2);
    CHECK(read[i].radius2_per_dimension == made[i].radius2_per_dimension);
  }
  CHECK(read[0].grouped_by == "labels");
  CHECK(read[1].cuts == std::vector<std::string>{"block, \"1\""});
  CHECK(read[1].radius2_per_dimension == std::vector<double>{0.75});
}

TEST_CASE("A radius table that cannot be used says where") {
  CHECK(problem("cut,radius2\na,1\n") ==
        "r.csv: no column 'grouped_by' (class radii have cut, grouped_by, dimension and radius2)\n"
        "r.csv: no column 'dimension' (class radii have cut, grouped_by, dimension and radius2)");
  CHECK(problem(head) == "r.csv: holds no cut");
  CHECK(problem(head + "a,label,4,1\n") == "r.csv:2:3: unknown grouped_by 'label' did you mean 'labels'?");
  CHECK(problem(head + "a,labels,0,1\n") == "r.csv:2:10: dimension '0' is not a number of at least 1");
  CHECK(problem(head + "a,labels,4,-1\n") == "r.csv:2:12: radius2 '-1' is not a finite number of at least 0");
  CHECK(problem(head + "a,labels,4,nan\n") == "r.csv:2:12: radius2 'nan' is not a finite number of at least 0");
  CHECK(problem(head + ",labels,4,1\n") == "r.csv:2:1: 'cut' is empty");
  CHECK(problem(head + "a,labels,4,1\na,predicted,4,1\na,labels,4,1\n") ==
        "r.csv:4:1: cut 'a' is there twice, grouped by labels");
}
