#include "tests/unit/privacy/score_samples.hpp"

using namespace coinfer;
using namespace coinfer::scores;

TEST_CASE("What a mechanism made is scored with the largest budget of one draw, beside what tables say of it") {
  Exposure noised = seen_tensor("embedding");
  noised.protection = Protection::noised;
  noised.epsilon = 2.0;
  noised.epsilon_scale = "report_noisy_max_one_draw";
  Exposure weaker = noised;
  weaker.place = "link:access";
  weaker.epsilon = 8.0;
  weaker.count = 3;
  auto const scores = score_of({noised, weaker}, mse_row);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].metric == "epsilon_per_word");
  CHECK(scores[0].scale == "report_noisy_max_one_draw");
  CHECK(scores[0].status == ScoreStatus::measured);
  CHECK(scores[0].value == 8.0);
  CHECK(scores[0].grade == Grade::derived);
  CHECK(scores[0].attack == "any");
  CHECK(scores[0].citation ==
        "the budget of one draw as configured; those of further words and requests add up and are not counted");
  CHECK(scores[0].exposures == 4);
  CHECK(scores[1].reason == "not measured: no row for model 'm', dataset 'd', cut 'embedding', protection 'noised'");

  auto const joined = score_of({noised}, "m,d,embedding,noised,nearest,black_box,token_f1,ratio,0.5,,,A,MEASURED\n");
  REQUIRE(joined.size() == 2);
  CHECK(joined[0].metric == "token_f1");
  CHECK(joined[0].value == 0.5);
  CHECK(joined[1].value == 2.0);
}

TEST_CASE("A budget says nothing of a tensor that is seen as ciphertext or in the clear") {
  Exposure exposure = seen_tensor("embedding");
  exposure.epsilon = 2.0;
  CHECK(only_reason(score_of({exposure}, mse_row)).status == ScoreStatus::not_measured);
  exposure.protection = Protection::transport_encrypted;
  CHECK(only_reason(score_of({exposure}, mse_row)).status == ScoreStatus::ciphertext_only);
}

TEST_CASE("Masked values are scored by masked rows alone, and sealed ones are ciphertext") {
  Exposure exposure = seen_cut();
  exposure.protection = Protection::masked;
  CHECK(only_reason(score_of({exposure}, mse_row)).reason ==
        "not measured: no row for model 'm', dataset 'd', cut 'relu3', protection 'masked'");
  CHECK(score_of({exposure}, "m,d,relu3,masked,inversion,black_box,mse,peak_1,0.75,,,A,MEASURED\n")[0].value == 0.75);
  exposure.protection = Protection::sealed;
  CHECK(only_reason(score_of({exposure}, mse_row)).status == ScoreStatus::ciphertext_only);
}

TEST_CASE("The answer of a token model seen in the clear is told beside everything else") {
  Exposure answer = seen_tensor("output");
  answer.output_is_answer = true;
  answer.count = 4;
  auto const alone = only_reason(score_of({answer}, mse_row));
  CHECK(alone.metric == "output");
  CHECK(to_string(alone.status) == "raw_output");
  CHECK(alone.reason == "the answer itself was seen in the clear; no attack is needed");
  CHECK(alone.exposures == 4);

  auto const with_cut = score_of({answer, seen_cut()}, mse_row);
  REQUIRE(with_cut.size() == 2);
  CHECK(with_cut[0].value == 0.5);
  CHECK(with_cut[1].status == ScoreStatus::raw_output);

  auto const with_input = score_of({answer, seen_tensor("input"), seen_cut()}, mse_row);
  REQUIRE(with_input.size() == 2);
  CHECK(with_input[0].status == ScoreStatus::raw_input);
  CHECK(with_input[1].status == ScoreStatus::raw_output);

  answer.protection = Protection::sealed;
  CHECK(only_reason(score_of({answer}, mse_row)).status == ScoreStatus::ciphertext_only);
}

TEST_CASE("Very many cuts without a value share one row") {
  std::vector<Exposure> exposures;
  for (std::size_t i = 0; i < listed_cuts; ++i) {
    exposures.push_back(seen_tensor("cut" + std::to_string(i)));
    exposures.back().protection = Protection::masked;
    exposures.back().count = 10;
  }
  CHECK(score_of(exposures, mse_row).size() == listed_cuts);
  exposures.push_back(exposures.back());
  exposures.back().tensor = "last";
  Exposure const clear = seen_tensor("relu1");
  exposures.push_back(clear);
  auto const scores = score_of(exposures, mse_row);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].tensor == "cut0");
  CHECK(scores[0].reason ==
        "not measured: no row for model 'm', dataset 'd', cut 'cut0', protection 'masked' (and 8 more cuts)");
  CHECK(scores[0].exposures == 90);
  CHECK(scores[1].tensor == "relu1");
  CHECK(scores[1].exposures == 1);
}

TEST_CASE("Tables are looked up under the model that the exposure names") {
  Exposure exposure = seen_tensor("block0.attn_norm");
  exposure.tensor_names.emplace_back("masked linear inputs");
  exposure.protection = Protection::masked;
  std::string const rows = "paper_average,d,masked linear inputs,masked,a,white_box,token_f1,ratio,0.5,,,A,PUBLISHED\n";
  CHECK(only_reason(score_of({exposure}, rows)).status == ScoreStatus::not_measured);
  exposure.model = "paper_average";
  CHECK(score_of({exposure}, rows)[0].value == 0.5);
}
