#include "scenarios/frontier/leakage_answer.hpp"

#include <catch2/catch.hpp>

namespace coinfer {

namespace {

PrivacyScore value_of(std::string const& metric, double value, std::string const& scale = "s") {
  PrivacyScore score;
  score.adversary = "eve";
  score.workload = "w";
  score.tensor = "a";
  score.metric = metric;
  score.scale = scale;
  score.status = ScoreStatus::measured;
  score.value = value;
  return score;
}

PrivacyScore without(ScoreStatus status, std::string const& metric = "", std::string const& tensor = "a") {
  PrivacyScore score;
  score.adversary = "eve";
  score.workload = "w";
  score.tensor = tensor;
  score.metric = metric;
  score.status = status;
  score.reason = "because";
  return score;
}

LeakageAnswer ask(std::string const& metric, std::vector<PrivacyScore> const& scores, std::string const& scale = "s") {
  return leakage_answer({"eve", metric, scale, true}, scores);
}

}  // namespace

TEST_CASE("The answer is the value of that metric and scale, and of that adversary") {
  PrivacyScore other = value_of("mse", 9);
  other.adversary = "mallory";
  std::vector<PrivacyScore> const scores = {other, value_of("ssim", 0.1), value_of("mse", 7, "t"), value_of("mse", 8)};
  CHECK(ask("mse", scores).value == 8.0);
  CHECK(ask("mse", scores, "t").value == 7.0);
  CHECK(ask("psnr_db", scores).status == ScoreStatus::not_measured);
  CHECK(ask("psnr_db", scores).reason == "not measured: no value of metric 'psnr_db'");
}

TEST_CASE("What is worse than a value stands in its place") {
  PrivacyScore const value = value_of("mse", 8);
  CHECK(ask("mse", {value, without(ScoreStatus::not_measured, "", "b")}).status == ScoreStatus::not_measured);
  CHECK(ask("mse", {value, without(ScoreStatus::not_measured, "mse", "b")}).status == ScoreStatus::not_measured);
  CHECK(ask("mse", {value, without(ScoreStatus::not_measured, "ssim", "b")}).value == 8.0);
  CHECK(ask("mse", {without(ScoreStatus::raw_input, "input")}).status == ScoreStatus::raw_input);
  CHECK(ask("mse", {without(ScoreStatus::nothing_seen)}).status == ScoreStatus::nothing_seen);
  CHECK(ask("mse", {without(ScoreStatus::ciphertext_only)}).status == ScoreStatus::ciphertext_only);
}

TEST_CASE("Answers that were seen are said beside what is known of the input") {
  PrivacyScore const answers = without(ScoreStatus::raw_output, "output", "output");
  LeakageAnswer const beside = ask("mse", {value_of("mse", 8), answers});
  CHECK(beside.value == 8.0);
  CHECK(beside.answer_seen);
  CHECK(ask("mse", {answers}).status == ScoreStatus::raw_output);
  CHECK_FALSE(ask("mse", {value_of("mse", 8)}).answer_seen);
}

TEST_CASE("A budget holds without a measured attack on the same tensor, and says nothing of another") {
  PrivacyScore const budget = value_of("epsilon_per_word", 2);
  PrivacyScore const same = without(ScoreStatus::not_measured);
  CHECK(ask("epsilon_per_word", {budget, same}).value == 2.0);
  CHECK_FALSE(ask("epsilon_per_word", {budget, same, without(ScoreStatus::not_measured, "", "b")}).value);
  CHECK_FALSE(ask("mse", {budget, same}).value);
}

TEST_CASE("Questions are those with a value, by adversary and in the order of the metrics") {
  std::vector<std::string> const adversaries = {"eve", "mallory"};
  std::vector<PrivacyScore> const scores = {value_of("ssim", 0.1), value_of("mse", 8), value_of("mse", 8, "a"),
                                            value_of("rc2", 70), without(ScoreStatus::not_measured, "psnr_db")};
  auto const names = [](std::vector<LeakageQuestion> const& questions) {
    std::vector<std::string> all;
    for (LeakageQuestion const& one : questions) all.push_back(one.adversary + " " + one.metric + " " + one.scale);
    return all;
  };
  CHECK(names(leakage_questions(adversaries, scores, {})) ==
        std::vector<std::string>{"eve mse a", "eve mse s", "eve ssim s", "mallory  "});
  std::vector<std::string> const radius = {"rc2"};
  CHECK(names(leakage_questions(std::span(adversaries).first(1), scores, radius)) == std::vector<std::string>{"eve rc2 s"});
  std::vector<std::string> const wanted = {"psnr_db", "mse"};
  CHECK(names(leakage_questions(adversaries, scores, wanted)) ==
        std::vector<std::string>{"eve mse a", "eve mse s", "eve psnr_db ", "mallory mse ", "mallory psnr_db "});
}

}  // namespace coinfer
