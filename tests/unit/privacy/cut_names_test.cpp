// Tables are joined with cuts by name and alias, never by position. The scripts of the Golden Partition Zone work count
// blocks from 1 where they attack and from 0 where they identify, so that their candidate 26 is block 27
// (arXiv 2506.15412): whoever joined by number would take the row of another cut.
#include <algorithm>

#include "privacy/protocols/wire.hpp"
#include "tests/unit/privacy/score_samples.hpp"
#include "workloads/model_catalog.hpp"
#include "workloads/model_load.hpp"

using namespace coinfer;

namespace {

Model catalog_model(std::string const& name) {
  ModelCatalog const catalog;
  Located<proto::Model> const* entry = catalog.find_model(name);
  REQUIRE(entry != nullptr);
  Diagnostics diagnostics;
  auto model = load_model(entry->message, entry->where(), diagnostics);
  REQUIRE(model.has_value());
  return std::move(*model);
}

/// What the cloud sees of VGG19 where the cut of that name or alias crosses, named as every protocol names what it sends.
Exposure seen_at(std::string const& cut) {
  static Model const vgg = catalog_model("vgg19_bn_64px");
  std::vector<LayerId> const tensor = {vgg.find(cut).value()};
  Exposure exposure = scores::seen_cut();
  exposure.model = "vgg19_bn_64px";
  exposure.dataset = "cifar10";
  exposure.tensor_names = names_of(vgg, tensor);
  exposure.tensor = exposure.tensor_names.front();
  return exposure;
}

std::string row(std::string const& cut, std::string const& value) {
  return "vgg19_bn_64px,cifar10," + cut + ",clear,inversion,black_box,mse,peak_1," + value + ",,,Someone 2025,PUBLISHED\n";
}

/// The value a cut is scored with, or nothing where no row was joined.
std::optional<double> joined(std::string const& cut, std::string const& rows) {
  auto const scores = scores::score_of({seen_at(cut)}, rows);
  REQUIRE(scores.size() == 1);
  CHECK((scores[0].status == ScoreStatus::measured) == scores[0].value.has_value());
  return scores[0].value;
}

}  // namespace

TEST_CASE("A cut at block 27, counted from 1, takes no row of the candidate 26, counted from 0, that is the same place") {
  for (std::string const cut :
       {"26", "27", "block 26", "block26", "block 28", "block_27", "Block 27", "block 027", "candidate 26"}) {
    INFO(cut);
    CHECK_FALSE(joined("block 27", row(cut, "0.1")).has_value());
  }
  // Only what the catalogue calls it; whoever imports that candidate says which block it is.
  for (std::string const& name : seen_at("block 27").tensor_names) CHECK(joined("block 27", row(name, "0.1")) == 0.1);
  std::vector<std::string> const names = seen_at("block 27").tensor_names;
  CHECK(std::count(names.begin(), names.end(), "block 27") == 1);
  CHECK(joined("block 27", row("26", "0.1") + row("block 27", "0.2") + row("block 28", "0.3")) == 0.2);
}

TEST_CASE("A row under a bare number is joined with no cut of the model") {
  Model const vgg = catalog_model("vgg19_bn_64px");
  std::string rows;
  for (int number = 0; number <= 60; ++number) rows += row(std::to_string(number), "0.1");
  std::size_t cuts = 0;
  for (Layer const& layer : vgg.layers()) {
    CHECK_FALSE(joined(layer.name, rows).has_value());
    ++cuts;
  }
  CHECK(cuts > 53);
  CHECK_FALSE(joined("block 30", row("30", "0.1")).has_value());
}

TEST_CASE("Where rows stand in a table changes nothing, and neither do rows before them") {
  std::vector<std::string> rows = {row("block 20", "0.2"), row("block 27", "0.27"), row("block 30", "0.3"),
                                   row("block 39", "0.39")};
  std::sort(rows.begin(), rows.end());
  do {
    std::string table;
    for (std::string const& line : rows) table += line;
    CHECK(joined("block 20", table) == 0.2);
    CHECK(joined("block 27", table) == 0.27);
    CHECK(joined("block 30", table) == 0.3);
    CHECK(joined("block 39", table) == 0.39);
    CHECK_FALSE(joined("block 28", table).has_value());
    CHECK(joined("block 30", row("block 1", "0.01") + table) == 0.3);
  } while (std::next_permutation(rows.begin(), rows.end()));
}

TEST_CASE("A row follows the name of its cut: under another name it is another cut's") {
  CHECK(joined("block 30", row("block 30", "0.3")) == 0.3);
  CHECK_FALSE(joined("block 30", row("block 27", "0.3")).has_value());
  CHECK(joined("block 27", row("block 27", "0.3")) == 0.3);
}
