#include "workloads/model_catalog.hpp"

#include <fstream>

#include "sim/base/errors.hpp"
#include "tests/unit/workloads/test_models.hpp"
#include "workloads/cut.hpp"

using namespace coinfer;
using coinfer::test::catalog_model;

TEST_CASE("every model of the catalogue loads and has cuts from its input to its output") {
  ModelCatalog const catalog;
  CHECK(catalog.model_names().size() >= 7);
  for (auto const& name : catalog.model_names()) {
    INFO(name);
    Model const model = catalog_model(name);
    CHECK(model.name() == name);
    CHECK_FALSE(model.sources().empty());
    auto const cuts = single_tensor_cuts(model);
    CHECK(cuts.front().name == "input");
    CHECK(cuts.back().layers == std::vector<LayerId>{model.output()});
  }
}

TEST_CASE("catalogue models have the parameters that their sources publish") {
  CHECK(catalog_model("vgg19_bn_64px").parameters() == 45'250'378);
  CHECK(catalog_model("ir152_64px").parameters() == 62'091'978);
  CHECK(catalog_model("resnet50_224px").parameters() == 25'557'032);
  CHECK(catalog_model("vgg16_224px").parameters() == 138'357'544);
  CHECK(catalog_model("mobilenet_v2_224px").parameters() == 3'504'872);
  // Keras counts the two running statistics of each of its 26,560 normalised channels as parameters too.
  CHECK(catalog_model("resnet50_keras_224px").parameters() == 25'636'712 - 2 * 26'560);
}

TEST_CASE("the vision transformer keeps 257 tokens of 128 values after every block") {
  Model const model = catalog_model("vit_64px");
  for (int block = 1; block <= 6; ++block) {
    auto const id = model.find("block" + std::to_string(block));
    REQUIRE(id.has_value());
    CHECK(to_string(model.shape(*id)) == "257x128");
    CHECK(model.shape(*id).elements() == 32'896);
  }
}
