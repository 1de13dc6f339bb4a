#include "privacy/leakage_write.hpp"

#include <catch2/catch.hpp>

#include "privacy/leakage_catalog.hpp"
#include "privacy/leakage_load.hpp"

using namespace coinfer;

TEST_CASE("A written leakage table documents its columns, quotes what needs it and leaves empty what is not known") {
  LeakageRow row;
  row.model = "m";
  row.dataset = "d";
  row.cut = "block \"5\", 1-based";
  row.protection = Protection::noised;
  row.attack = "a";
  row.knowledge = Knowledge::black_box;
  row.metric = "mse";
  row.scale = "per_element_peak_1";
  row.value = 0.1;
  row.source = {"A, B 2020", Grade::published};
  std::string const text = leakage_table_csv(std::vector<LeakageRow>{row});
  std::string const header = "\n" + std::string(leakage_table_header()) + "\n";
  auto const at = text.find(header);
  REQUIRE(at != std::string::npos);
  CHECK(text.substr(at + header.size()) ==
        "m,d,\"block \"\"5\"\", 1-based\",noised,a,black_box,mse,per_element_peak_1,0.1,,,\"A, B 2020\",PUBLISHED\n");
  for (LeakageColumn const& column : leakage_columns()) {
    CHECK(text.substr(0, at).find("\n# " + column.name + ": " + column.meaning) != std::string::npos);
  }
}

TEST_CASE("The shipped tables, written and read again, are the same figures") {
  Diagnostics diagnostics;
  auto const shipped = load_leakage_catalog(std::nullopt, diagnostics);
  LeakageTables again;
  load_leakage_table("again.csv", leakage_table_csv(shipped.rows()), again, diagnostics);
  CHECK(diagnostics.text().empty());
  REQUIRE(again.rows().size() == shipped.rows().size());
  for (std::size_t i = 0; i < again.rows().size(); ++i) {
    LeakageRow const& a = shipped.rows()[i];
    LeakageRow const& b = again.rows()[i];
    CHECK(again.same_key(a) == &b);
    CHECK((a.scale == b.scale && a.value == b.value && a.spread == b.spread && a.n == b.n));
    CHECK((a.source.citation == b.source.citation && a.source.grade == b.source.grade));
  }
}
