#include "tests/unit/privacy/score_samples.hpp"

using namespace coinfer;
using namespace coinfer::scores;

TEST_CASE("A measured cut is scored with its row's value, scale, attack, grade and citation") {
  auto const scores = score_of({seen_cut()}, mse_row);
  REQUIRE(scores.size() == 1);
  PrivacyScore const& row = scores[0];
  CHECK(row.adversary == "cloud");
  CHECK(row.workload == "photos");
  CHECK(row.tensor == "relu3");
  CHECK(row.place == "device:cloud");
  CHECK(row.metric == "mse");
  CHECK(row.scale == "peak_1");
  CHECK(row.value == 0.5);
  CHECK(row.reason.empty());
  CHECK(to_string(row.status) == "measured");
  CHECK(row.grade == Grade::published);
  CHECK(row.citation == "Someone 2020");
  CHECK(row.attack == "inversion");
  CHECK(row.exposures == 1);
}

TEST_CASE("A cut is joined with its table by name or by alias") {
  std::string const alias_row = "m,d,block 9,clear,inversion,black_box,mse,peak_1,0.25,,,A,MEASURED\n";
  CHECK(score_of({seen_cut()}, alias_row)[0].value == 0.25);
  Exposure nameless = seen_cut();
  nameless.tensor_names.clear();
  CHECK(score_of({nameless}, mse_row)[0].value == 0.5);
  CHECK_FALSE(score_of({nameless}, alias_row)[0].value);
}

TEST_CASE("A row of another model, data set, cut or protection says nothing about a cut") {
  std::string const rows =
      "m2,d,relu3,clear,inversion,black_box,mse,peak_1,0.5,,,A,MEASURED\n"
      "m,d2,relu3,clear,inversion,black_box,mse,peak_1,0.5,,,A,MEASURED\n"
      "m,d,relu2,clear,inversion,black_box,mse,peak_1,0.5,,,A,MEASURED\n"
      "m,d,relu4,clear,inversion,black_box,mse,peak_1,0.5,,,A,MEASURED\n"
      "m,d,relu3,transport_encrypted,inversion,black_box,mse,peak_1,0.5,,,A,MEASURED\n";
  auto const row = only_reason(score_of({seen_cut()}, rows));
  CHECK(row.reason == "not measured: no row for model 'm', dataset 'd', cut 'relu3', protection 'clear'");
  CHECK(row.tensor == "relu3");
  CHECK(row.place == "device:cloud");
  CHECK(row.exposures == 1);
  CHECK(row.metric.empty());
}

TEST_CASE("A workload that names no data set is not measured") {
  Exposure exposure = seen_cut();
  exposure.dataset.clear();
  auto const row = only_reason(score_of({exposure}, mse_row));
  CHECK(row.reason == "not measured: the workload names no data set");
  CHECK(to_string(row.status) == "not_measured");
}

TEST_CASE("The raw input seen in the clear outranks every other exposure") {
  auto const row = only_reason(score_of({seen_cut(), seen_tensor("output"), seen_tensor("input")}, mse_row));
  CHECK(row.metric == "input");
  CHECK(row.tensor == "input");
  CHECK(row.reason == "the raw input itself was seen in the clear; no attack is needed");
  CHECK(to_string(row.status) == "raw_input");
  CHECK(row.exposures == 1);
}

TEST_CASE("The raw input seen as ciphertext does not outrank a cut seen in the clear") {
  Exposure input = seen_tensor("input");
  input.protection = Protection::transport_encrypted;
  auto const scores = score_of({input, seen_cut()}, mse_row);
  REQUIRE(scores.size() == 1);
  CHECK(scores[0].metric == "mse");
}

TEST_CASE("Who sees only ciphertext learns nothing that a table could score") {
  Exposure cut = seen_cut();
  cut.protection = Protection::transport_encrypted;
  Exposure output = seen_tensor("output");
  output.protection = Protection::transport_encrypted;
  output.count = 3;
  std::string const encrypted_row = "m,d,relu3,transport_encrypted,inversion,black_box,mse,peak_1,0.5,,,A,MEASURED\n";
  auto const row = only_reason(score_of({cut, output}, encrypted_row));
  CHECK(row.reason == "only ciphertext was seen");
  CHECK(to_string(row.status) == "ciphertext_only");
  CHECK(row.tensor == "output");
  CHECK(row.exposures == 3);
}

TEST_CASE("Who sees only outputs is not covered by any table") {
  auto const row = only_reason(score_of({seen_tensor("output")}, mse_row));
  CHECK(row.reason == "not measured: no table covers outputs");
  CHECK(to_string(row.status) == "not_measured");
  CHECK(row.tensor == "output");
  CHECK(score_of({seen_tensor("output"), seen_cut()}, mse_row)[0].metric == "mse");
}

TEST_CASE("An adversary that saw nothing of a workload gets a row that says so") {
  Exposure elsewhere = seen_cut();
  elsewhere.domain = "user";
  Exposure never = seen_cut();
  never.count = 0;
  for (Exposure const& exposure : {elsewhere, never}) {
    auto const row = only_reason(score_of({exposure}, mse_row));
    CHECK(row.reason == "this adversary saw nothing of workload 'photos'");
    CHECK(row.tensor.empty());
    CHECK(row.exposures == 0);
  }
}

TEST_CASE("A cut of which only statistics are known has them as values, and is not measured") {
  std::string const rows = "m,d,relu3,clear,statistic_by_label,query_free,rc2,sum_over_dimensions,7,,,A,MEASURED\n";
  auto const scores = score_of({seen_cut()}, rows);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].metric == "rc2");
  CHECK(scores[0].value == 7);
  CHECK(scores[1].status == ScoreStatus::not_measured);
  CHECK(scores[1].reason ==
        "not measured: no attack on model 'm', dataset 'd', cut 'relu3', protection 'clear', only statistics of it");
  CHECK(score_of({seen_cut()}, rows + mse_row).size() == 2);
}

TEST_CASE("Workloads are scored apart, in the order given, also those without any exposure") {
  Exposure other = seen_tensor("input");
  other.workload = "speech";
  Exposure const cut = seen_cut();
  std::vector<Exposure> const exposures = {cut, other};
  std::vector<UserExposures> const workloads = {{"idle", "phone", true, {}, {}}, {"speech", "phone", true, {}, {}}};
  auto const scores = score(cloud, exposures, tables_of(mse_row), workloads);
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].reason == "this adversary saw nothing of workload 'idle'");
  CHECK(to_string(scores[0].status) == "nothing_seen");
  CHECK(scores[1].workload == "speech");
  CHECK(scores[1].metric == "input");
  CHECK(scores[2].workload == "photos");
  CHECK(scores[2].value == 0.5);
}

TEST_CASE("The strongest attack is the lowest error and the highest similarity") {
  auto const scores = score_of({seen_cut()},
                               "m,d,relu3,clear,weak,black_box,mse,peak_1,0.5,,,A,MEASURED\n"
                               "m,d,block 9,clear,strong,black_box,mse,peak_1,0.25,,,A,MEASURED\n"
                               "m,d,relu3,clear,weak,black_box,ssim,ratio,0.1,,,A,MEASURED\n"
                               "m,d,relu3,clear,strong,black_box,ssim,ratio,0.9,,,B,DERIVED\n"
                               "m,d,relu3,clear,middle,black_box,ssim,ratio,0.5,,,A,MEASURED\n"
                               "m,d,relu3,clear,strong,black_box,psnr_db,peak_1,20,,,A,MEASURED\n"
                               "m,d,relu3,clear,weak,black_box,psnr_db,peak_1,10,,,A,MEASURED\n");
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].metric == "mse");
  CHECK(scores[0].value == 0.25);
  CHECK(scores[0].attack == "strong");
  CHECK(scores[1].metric == "psnr_db");
  CHECK(scores[1].value == 20.0);
  CHECK(scores[2].metric == "ssim");
  CHECK(scores[2].value == 0.9);
  CHECK(scores[2].citation == "B");
  CHECK(scores[2].grade == Grade::derived);
}

TEST_CASE("Of equally strong attacks the one loaded first is named") {
  auto const scores = score_of({seen_cut()},
                               "m,d,relu3,clear,first,black_box,mse,peak_1,0.5,,,A,MEASURED\n"
                               "m,d,relu3,clear,second,black_box,mse,peak_1,0.5,,,A,MEASURED\n");
  REQUIRE(scores.size() == 1);
  CHECK(scores[0].attack == "first");
}

TEST_CASE("An adversary uses only attacks that need at most its knowledge") {
  std::string const rows =
      "m,d,relu3,clear,a,white_box,mse,peak_1,0.1,,,A,MEASURED\n"
      "m,d,relu3,clear,a,black_box,mse,peak_1,0.2,,,A,MEASURED\n"
      "m,d,relu3,clear,a,query_free,mse,peak_1,0.3,,,A,MEASURED\n";
  auto const strongest = [&](Knowledge knowledge) {
    return score_of({seen_cut()}, rows, Adversary{"cloud", {"cloud operator"}, knowledge})[0].value;
  };
  CHECK(strongest(Knowledge::white_box) == 0.1);
  CHECK(strongest(Knowledge::black_box) == 0.2);
  CHECK(strongest(Knowledge::query_free) == 0.3);
}

TEST_CASE("A cut measured only with attacks beyond the adversary's knowledge is not measured") {
  auto const row =
      only_reason(score_of({seen_cut()}, mse_row, Adversary{"cloud", {"cloud operator"}, Knowledge::query_free}));
  CHECK(row.reason ==
        "not measured: no row with an attack that knowledge 'query_free' allows for model 'm', dataset 'd', cut 'relu3', "
        "protection "
        "'clear'");
}

TEST_CASE("Colluding trust domains pool what they see, summed over places") {
  Exposure link = seen_cut();
  link.domain = "network operator";
  link.place = "link:access";
  link.count = 5;
  Exposure encrypted = link;
  encrypted.protection = Protection::transport_encrypted;
  encrypted.count = 100;
  Exposure const at_cloud = seen_cut();
  auto const both = score_of({at_cloud, link, encrypted}, mse_row,
                             Adversary{"both", {"network operator", "cloud operator"}, Knowledge::white_box});
  REQUIRE(both.size() == 1);
  CHECK(both[0].exposures == 6);
  CHECK(both[0].place == "link:access");
  auto const alone = score_of({at_cloud, link, encrypted}, mse_row);
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].exposures == 1);
  CHECK(alone[0].place == "device:cloud");
}

TEST_CASE("Over several measured cuts the worst one is named, metric by metric") {
  Exposure early = seen_tensor("relu1");
  early.count = 7;
  auto const scores =
      score_of({seen_cut(), early}, mse_row +
                                        "m,d,relu1,clear,inversion,black_box,mse,peak_1,0.125,,,A,MEASURED\n"
                                        "m,d,relu1,clear,inversion,black_box,ssim,ratio,0.25,,,A,MEASURED\n"
                                        "m,d,relu3,clear,inversion,black_box,ssim,ratio,0.5,,,A,MEASURED\n");
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].metric == "mse");
  CHECK(scores[0].tensor == "relu1");
  CHECK(scores[0].value == 0.125);
  CHECK(scores[0].exposures == 7);
  CHECK(scores[1].metric == "ssim");
  CHECK(scores[1].tensor == "relu3");
  CHECK(scores[1].exposures == 1);
}

TEST_CASE("An unmeasured cut beside a measured one is reported, since it may be the worse one") {
  auto const scores = score_of({seen_cut(), seen_tensor("relu1")}, mse_row);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].value == 0.5);
  CHECK_FALSE(scores[1].value);
  CHECK(scores[1].metric.empty());
  CHECK(scores[1].tensor == "relu1");
  CHECK(scores[1].reason == "not measured: no row for model 'm', dataset 'd', cut 'relu1', protection 'clear'");
}

TEST_CASE("A cut that lacks a metric which another cut has is reported under that metric") {
  auto const scores =
      score_of({seen_cut(), seen_tensor("relu1")}, mse_row +
                                                       "m,d,relu1,clear,inversion,black_box,ssim,ratio,0.25,,,A,MEASURED\n"
                                                       "m,d,relu3,clear,inversion,black_box,ssim,ratio,0.5,,,A,MEASURED\n");
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].metric == "mse");
  CHECK(scores[1].metric == "ssim");
  CHECK_FALSE(scores[2].value);
  CHECK(scores[2].metric == "mse");
  CHECK(scores[2].tensor == "relu1");
  CHECK(scores[2].reason ==
        "not measured: no row of metric 'mse' for model 'm', dataset 'd', cut 'relu1', protection 'clear'");
}

TEST_CASE("Two scales of one metric are never compared") {
  Exposure other_model = seen_cut();
  other_model.model = "m2";
  auto const scores = score_of({seen_cut(), other_model},
                               mse_row + "m2,d,relu3,clear,inversion,black_box,mse,per_element_peak_1,0.1,,,A,MEASURED\n");
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].scale == "peak_1");
  CHECK(scores[0].value == 0.5);
  CHECK(scores[1].scale == "per_element_peak_1");
  CHECK(scores[1].value == 0.1);
}

TEST_CASE("The accuracy of the task is utility and never a privacy score") {
  auto const row =
      only_reason(score_of({seen_cut()}, "m,d,relu3,clear,none,query_free,task_accuracy,ratio,0.9,,,A,MEASURED\n"));
  CHECK(row.reason == "not measured: no row for model 'm', dataset 'd', cut 'relu3', protection 'clear'");
}
