#include "workloads/model_catalog.hpp"

#include <unistd.h>

#include <filesystem>
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
  CHECK(catalog_model("resnet18_224px").parameters() == 11'689'512);
  CHECK(catalog_model("alexnet_224px").parameters() == 61'100'840);
  // Keras counts the two running statistics of each of its 26,560 normalised channels as parameters too.
  CHECK(catalog_model("resnet50_keras_224px").parameters() == 25'636'712 - 2 * 26'560);
}

TEST_CASE("every number of a catalogue model has a source") {
  ModelCatalog const catalog;
  for (auto const& name : catalog.model_names()) {
    INFO(name);
    auto const& message = catalog.find_model(name)->message;
    CHECK(uncovered_numbers(message, field_sources_of(message.sources())).empty());
  }
  auto const& vit = catalog.find_model("vit_64px")->message;
  auto const sources = field_sources_of(vit.sources());
  auto const grade_of = [&](char const* path) { return find_source(sources, path)->source.grade; };
  CHECK(grade_of("parts[0].layer.op.patch_embedding.patch") == Grade::derived);
  CHECK(grade_of("parts[0].layer.op.patch_embedding.width") == Grade::derived);
  CHECK(grade_of("parts[1].block.repeat") == Grade::derived);
  CHECK(grade_of("parts[1].block.layers[attention].op.attention.heads") == Grade::derived);
  CHECK(grade_of("parts[1].block.layers[mlp2].op.linear.out_features") == Grade::derived);
  CHECK(grade_of("parts[1].block.layers[attention].op.attention.head_width") == Grade::assumed);
  CHECK(grade_of("parts[1].block.layers[mlp1].op.linear.out_features") == Grade::assumed);
  CHECK(grade_of("parts[1].block.layers[norm1]") == Grade::assumed);
  CHECK(grade_of("parts[1].block.layers[gelu]") == Grade::assumed);
  CHECK(grade_of("parts[3].layer.op.take_first_token") == Grade::assumed);
  CHECK(grade_of("parts[4].layer.op.linear.out_features") == Grade::assumed);
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

namespace {

// A catalogue folder with one file in workloads/, removed with the object.
class CatalogFolder {
 public:
  CatalogFolder(std::string const& name, std::string const& content)
      : path_(std::filesystem::temp_directory_path() / ("coinfer_catalog_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_ / "workloads");
    std::ofstream(path_ / "workloads" / name) << content;
  }
  ~CatalogFolder() { std::filesystem::remove_all(path_); }
  CatalogFolder(CatalogFolder const&) = delete;
  CatalogFolder& operator=(CatalogFolder const&) = delete;
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

constexpr char const* tiny = R"(input_shape: 4 parts { layer { name: "a" op { flatten {} } } })";

}  // namespace

TEST_CASE("a folder adds models and traces and replaces those of its name") {
  CatalogFolder const folder("model_vgg16_224px.textproto", std::string("name: \"vgg16_224px\" ") + tiny);
  std::ofstream(folder.path() / "workloads" / "trace_mine.csv") << "model\n";
  ModelCatalog const catalog(folder.path());
  CHECK(catalog.find_model("vgg16_224px")->message.parts_size() == 1);
  CHECK(catalog.model_names() == ModelCatalog().model_names());
  REQUIRE(catalog.find_trace("mine") != nullptr);
  CHECK(catalog.find_trace("mine")->content == "model\n");
  CHECK(catalog.trace_names() == std::vector<std::string>{"mine", "scission_resnet50"});
  CHECK(catalog.find_model("vgg20") == nullptr);
  CHECK(catalog.find_trace("vgg20") == nullptr);
}

TEST_CASE("a broken model file of a folder is told by place when it is asked for") {
  CatalogFolder const folder("model_mine.textproto", std::string("name: \"yours\" ") + tiny);
  std::string const file = (folder.path() / "workloads" / "model_mine.textproto").string();
  ModelCatalog const catalog(folder.path());
  CHECK_THROWS_WITH(
      catalog.find_model("mine"),
      file + ":1:1: the model is named 'yours', its file is named for 'mine' (a model is found by the name of its file)");
  std::ofstream(file) << "name: \"mine\" input_shape: 0 parts {}";
  CHECK_THROWS_WITH(catalog.find_model("mine"), file + ":1:14: input_shape is 0 (must be at least 1)\n" + file +
                                                    ":1:29: none of 'layer', 'block' is given");
  CHECK_THROWS_WITH(ModelCatalog(std::filesystem::path("/nowhere")),
                    "/nowhere: is not a folder (the catalogue is looked for there)");
}
