#include "privacy/leakage_catalog.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "privacy/leakage_load.hpp"
#include "privacy/score.hpp"

using namespace coinfer;

namespace {

/// Figures in privacy/catalog/: 10 GPZ, 90 He et al., 8 of a split language model, 24 of other language models, 16 under
/// noise, 3 Talaria.
/// Published figures that are shipped, beside those of our own measurement.
constexpr std::size_t published = 151;

std::size_t shipped_rows() {
  Diagnostics diagnostics;
  return load_leakage_catalog(std::nullopt, diagnostics).rows().size();
}

/// The only row of that description; a test fails where there is none or more than one.
LeakageRow const& only(LeakageTables const& tables, std::string const& model, std::string const& dataset,
                       std::string const& cut, std::string const& attack, std::string const& metric) {
  std::vector<std::string> const cuts = {cut};
  auto rows = tables.find(model, dataset, cuts, Protection::clear);
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](LeakageRow const* row) { return row->attack != attack || row->metric != metric; }),
             rows.end());
  REQUIRE(rows.size() == 1);
  return *rows[0];
}

/// A folder of its own for one test, removed with it.
struct ScratchFolder {
  ScratchFolder() : path(std::filesystem::temp_directory_path() / ("coinfer_leakage_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path / "privacy");
  }
  ~ScratchFolder() { std::filesystem::remove_all(path); }
  void write(std::string const& name, std::string const& rows) const {
    std::ofstream(path / "privacy" / name) << leakage_table_header() << '\n' << rows;
  }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("The tables of some models are the rows of those models in the whole tables") {
  Diagnostics diagnostics;
  LeakageTables const whole = load_leakage_catalog(std::nullopt, diagnostics);
  std::set<std::string, std::less<>> models;
  for (LeakageRow const& row : whole.rows()) models.insert(row.model);
  REQUIRE(models.size() > 5);
  std::size_t rows = 0;
  for (std::string const& model : models) {
    LeakageTables const some = load_leakage_of({model, "nobody's"}, std::nullopt, diagnostics);
    auto at = some.rows().begin();
    for (LeakageRow const& row : whole.rows()) {
      if (row.model != model) continue;
      REQUIRE(at != some.rows().end());
      CHECK((at->where.line == row.where.line && at->where.file == row.where.file));
      CHECK((at->model == model && at->cut == row.cut && at->value == row.value && at->attack == row.attack));
      ++at;
    }
    CHECK(at == some.rows().end());
    rows += some.rows().size();
  }
  CHECK(rows == whole.rows().size());
  CHECK(diagnostics.text().empty());
}

TEST_CASE("The shipped leakage tables load without a problem") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  CHECK(diagnostics.text().empty());
  auto const ours = std::count_if(tables.rows().begin(), tables.rows().end(),
                                  [](LeakageRow const& row) { return row.dataset == "digits"; });
  CHECK(tables.rows().size() == published + static_cast<std::size_t>(ours));
  CHECK(ours > 0);
}

TEST_CASE("The Golden Partition Zone figures are there with their scales and grade") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  struct Figure {
    char const *model, *cut, *attack, *metric;
    double value;
  };
  std::vector<Figure> const figures = {
      {"ir152_64px", "block 40", "inversion_network", "mse", 0.018},
      {"ir152_64px", "block 40", "inversion_network", "psnr_db", 22.17},
      {"ir152_64px", "block 50", "inversion_network", "mse", 0.057},
      {"ir152_64px", "block 50", "inversion_network", "psnr_db", 17.22},
      {"ir152_64px", "block 40", "inversion_network_dropout_concat", "mse", 0.014},
      {"ir152_64px", "block 50", "inversion_network_dropout_concat", "mse", 0.052},
      {"ir152_64px", "block 50", "inversion_network_attention", "mse", 0.051},
      {"ir152_64px", "block 40", "inversion_network_all_ir152_inverse", "mse", 0.012},
      {"vgg19_bn_64px", "block 30", "inversion_network", "mse", 0.066},
      {"vgg19_bn_64px", "block 39", "inversion_network", "mse", 0.137},
  };
  for (Figure const& figure : figures) {
    LeakageRow const& row = only(tables, figure.model, "cifar10", figure.cut, figure.attack, figure.metric);
    CHECK(row.value == figure.value);
    CHECK(row.scale == (row.metric == "mse" ? "sum_over_channels_peak_1" : "peak_1"));
    CHECK(row.knowledge == Knowledge::black_box);
    CHECK(row.source.grade == Grade::secondary);
    bool const inferred = row.source.citation.find("the data set is inferred") != std::string::npos;
    CHECK(inferred == (row.model == "vgg19_bn_64px"));
  }
}

TEST_CASE("Figures known only inexactly are not in the shipped tables") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  std::vector<std::string> const block_48 = {"block 48"};
  CHECK(tables.find("ir152_64px", "cifar10", block_48, Protection::clear).empty());
  std::vector<std::string> const block_50 = {"block 50"};
  CHECK(tables.find("ir152_64px", "cifar10", block_50, Protection::clear).size() == 4);
}

TEST_CASE("The He et al. 2019 figures are there with their scales, knowledge and grade") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  std::string const mnist = "he2019_mnist_cnn";
  std::string const cifar = "he2019_cifar10_cnn";
  CHECK(only(tables, mnist, "mnist", "conv1", "white_box", "psnr_db").value == 39.69);
  CHECK(only(tables, mnist, "mnist", "ReLU2", "black_box_random_set", "ssim").value == 0.4310);
  CHECK(only(tables, cifar, "cifar10", "conv11", "black_box_same_set", "psnr_db").value == 49.88);
  CHECK(only(tables, cifar, "cifar10", "ReLU22", "query_free_other_set_same_net", "psnr_db").value == 11.51);
  CHECK(only(tables, cifar, "cifar10", "ReLU32", "query_free_other_set_other_net", "ssim").value == 0.0793);
  CHECK(only(tables, cifar, "cifar10", "ReLU32", "shadow_model_with_queries", "psnr_db").value == 12.61);
  std::size_t rows = 0;
  for (LeakageRow const& row : tables.rows()) {
    if (row.model != mnist && row.model != cifar) continue;
    ++rows;
    CHECK(row.scale == (row.metric == "psnr_db" ? "peak_255" : "ratio"));
    CHECK(row.source.grade == Grade::measured);
    bool const query_free = row.attack.starts_with("query_free");
    CHECK((row.knowledge == Knowledge::query_free) == query_free);
    CHECK((row.knowledge == Knowledge::white_box) == (row.attack == "white_box"));
  }
  CHECK(rows == 90);
}

TEST_CASE("The tokens recovered from a split Mistral 7B are there by the block after which it is cut, counted from 0") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  struct Figure {
    char const* cut;
    double top1, top5;
  };
  std::vector<Figure> const figures = {
      {"block1", 0.588, 0.620}, {"block3", 0.443, 0.498}, {"block5", 0.448, 0.566}, {"block7", 0.348, 0.462}};
  for (Figure const& figure : figures) {
    LeakageRow const& top1 = only(tables, "mistral_7b", "split_inference_samples", figure.cut, "mlp_per_position",
                                  "token_reconstruction_accuracy");
    CHECK(top1.value == figure.top1);
    CHECK(top1.knowledge == Knowledge::black_box);
    CHECK(top1.source.grade == Grade::measured);
    CHECK(top1.source.citation.find("a lower bound") != std::string::npos);
    CHECK(only(tables, "mistral_7b", "split_inference_samples", figure.cut, "mlp_per_position", "token_top5_accuracy")
              .value == figure.top5);
  }
}

TEST_CASE("A cloud that runs blocks 2 to 29 of Mistral 7B is scored on both ends of its range") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  Exposure entering;
  entering.domain = "cloud operator";
  entering.workload = "chat";
  entering.model = "mistral_7b";
  entering.dataset = "split_inference_samples";
  entering.tensor = "block1";
  entering.place = "device:cloud";
  entering.count = 5;
  Exposure leaving = entering;
  leaving.tensor = "block29";
  std::vector<Exposure> const exposures = {entering, leaving};
  auto const scores = score(Adversary{"cloud", {"cloud operator"}, Knowledge::white_box}, exposures, tables);
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].metric == "token_reconstruction_accuracy");
  CHECK(scores[0].value == 0.588);
  CHECK(scores[0].tensor == "block1");
  CHECK(scores[1].metric == "token_top5_accuracy");
  CHECK(scores[1].value == 0.62);
  CHECK(scores[2].status == ScoreStatus::not_measured);
  CHECK(scores[2].tensor == "block29");
}

TEST_CASE("Talaria's average stands under a name of its own, with and without masks") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  std::vector<std::string> const masked = {"block0.attn_norm", "masked linear inputs"};
  auto const with = tables.find("talaria_average", "talaria_average", masked, Protection::masked);
  REQUIRE(with.size() == 1);
  CHECK(with[0]->value == 0.0134);
  CHECK(with[0]->source.grade == Grade::published);
  CHECK(only(tables, "talaria_average", "talaria_average", "linear inputs", "token_inference_average",
             "token_reconstruction_accuracy")
            .value == 0.975);
  CHECK(tables.find("llama_3_8b", "talaria_average", masked, Protection::masked).empty());
}

TEST_CASE("No shipped figure under noise is joined with a cut that does not say how much") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  std::size_t noised = 0;
  for (LeakageRow const& row : tables.rows()) {
    if (row.protection != Protection::noised) continue;
    ++noised;
    bool const says = row.cut.find("epsilon") != std::string::npos || row.cut.find("s.d.") != std::string::npos;
    CHECK(says);
  }
  CHECK(noised == 13);
}

TEST_CASE("An extra folder adds its leakage tables in the order of their names") {
  ScratchFolder const folder;
  folder.write("leakage_b.csv", "m,d,c,clear,second,white_box,mse,peak_1,1,,,A,MEASURED\n");
  folder.write("leakage_a.csv", "m,d,c,clear,first,white_box,mse,peak_1,1,,,A,MEASURED\n");
  folder.write("notes.csv", "not a leakage table\n");
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(folder.path, diagnostics);
  CHECK(diagnostics.text().empty());
  REQUIRE(tables.rows().size() == shipped_rows() + 2);
  CHECK(tables.rows()[shipped_rows()].attack == "first");
  CHECK(tables.rows()[shipped_rows() + 1].attack == "second");
}

TEST_CASE("An extra folder cannot replace a shipped figure") {
  ScratchFolder const folder;
  folder.write("leakage_mine.csv",
               "ir152_64px,cifar10,block 50,clear,inversion_network,black_box,psnr_db,peak_1,18,,,A,MEASURED\n");
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(folder.path, diagnostics);
  std::string const file = (folder.path / "privacy" / "leakage_mine.csv").string();
  CHECK(diagnostics.text() ==
        file +
            ":2:78: the same figure is 17.22 at privacy/catalog/leakage_gpz.csv:16 (equal model, data set, cut, "
            "protection, attack, knowledge and metric)");
  CHECK(tables.rows().size() == shipped_rows());
}

TEST_CASE("An extra folder without leakage tables adds nothing") {
  ScratchFolder const folder;
  Diagnostics diagnostics;
  CHECK(load_leakage_catalog(folder.path / "elsewhere", diagnostics).rows().size() == shipped_rows());
  CHECK(diagnostics.text().empty());
}

TEST_CASE("A cloud that sees IR-152 at block 50 is scored with the strongest published attack of each metric") {
  Diagnostics diagnostics;
  auto const tables = load_leakage_catalog(std::nullopt, diagnostics);
  Exposure exposure;
  exposure.domain = "cloud operator";
  exposure.workload = "photos";
  exposure.model = "ir152_64px";
  exposure.dataset = "cifar10";
  exposure.tensor = "body50.add";
  exposure.tensor_names = {"body50.add", "block 50"};
  exposure.place = "device:cloud";
  exposure.count = 1000;
  std::vector<Exposure> const exposures = {exposure};
  auto const scores = score(Adversary{"cloud", {"cloud operator"}, Knowledge::black_box}, exposures, tables);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].metric == "mse");
  CHECK(scores[0].value == 0.051);
  CHECK(scores[0].attack == "inversion_network_attention");
  CHECK(scores[1].metric == "psnr_db");
  CHECK(scores[1].value == 17.22);
  CHECK(scores[1].grade == Grade::secondary);
  CHECK(scores[1].exposures == 1000);
}
