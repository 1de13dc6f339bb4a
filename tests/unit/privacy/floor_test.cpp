// Which floors a run keeps, on scores written by hand.
#include "privacy/floor.hpp"

#include <catch2/catch.hpp>

#include "privacy/leakage_metric.hpp"

using namespace coinfer;

namespace {

/// What "cloud" can do against the cut "relu3" of workload "photos".
PrivacyScore measured(double value, std::string const& scale = "per_element_peak_1", std::string const& metric = "mse") {
  PrivacyScore score;
  score.adversary = "cloud";
  score.workload = "photos";
  score.tensor = "relu3";
  score.metric = metric;
  score.scale = scale;
  score.status = ScoreStatus::measured;
  score.value = value;
  score.attack = "inversion";
  return score;
}

PrivacyScore without(ScoreStatus status, std::string const& reason, std::string const& metric = "") {
  PrivacyScore score = measured(0, "", metric);
  score.status = status;
  score.value = std::nullopt;
  score.attack = "";
  score.reason = reason;
  return score;
}

PrivacyScore of(std::string const& adversary, std::string const& workload, PrivacyScore score) {
  score.adversary = adversary;
  score.workload = workload;
  return score;
}

/// A bound that holds whatever the attack.
PrivacyScore budget(double value, std::string const& scale, std::string const& metric = "epsilon") {
  PrivacyScore score = measured(value, scale, metric);
  score.attack = "any";
  return score;
}

PrivacyFloor mse(double bound, std::string const& scale = "") {
  return {.adversary = "", .workload = "", .metric = "mse", .scale = scale, .bound = bound};
}

PrivacyFloor allowing(PrivacyFloor floor) {
  floor.allow_unmeasured = true;
  return floor;
}

FloorVerdict verdict(PrivacyFloor const& floor, std::vector<PrivacyScore> const& scores,
                     std::optional<std::uint64_t> channels = std::nullopt) {
  return decide(floor, scores, [&](std::string const&) { return ConversionFacts{channels}; });
}

std::string const where = " (adversary 'cloud', workload 'photos')";

}  // namespace

TEST_CASE("A floor is kept up to its bound and missed beyond it, in the direction of the metric") {
  FloorVerdict const at = verdict(mse(0.05), {measured(0.05)});
  CHECK(at.kept);
  CHECK(at.value == 0.05);
  CHECK(at.scale == "per_element_peak_1");
  CHECK(at.reason == "mse is 0.05 for 'relu3' by inversion" + where);
  FloorVerdict const below = verdict(mse(0.05), {measured(0.049)});
  CHECK_FALSE(below.kept);
  CHECK(below.reason == "mse is 0.049 for 'relu3' by inversion" + where);
  PrivacyFloor ssim = mse(0.3);
  ssim.metric = "ssim";
  CHECK(verdict(ssim, {measured(0.3, "ratio", "ssim")}).kept);
  CHECK_FALSE(verdict(ssim, {measured(0.31, "ratio", "ssim")}).kept);
}

TEST_CASE("The worst adversary and the worst workload decide, unless the floor names one") {
  std::vector<PrivacyScore> const scores = {of("cloud", "photos", measured(0.2)), of("network", "photos", measured(0.3)),
                                            of("cloud", "faces", measured(0.1))};
  CHECK(verdict(mse(0.05), scores).value == 0.1);
  PrivacyFloor floor = mse(0.15);
  CHECK_FALSE(verdict(floor, scores).kept);
  floor.workload = "photos";
  CHECK(verdict(floor, scores).kept);
  CHECK(verdict(floor, scores).value == 0.2);
  floor.bound = 0.25;
  CHECK_FALSE(verdict(floor, scores).kept);
  floor.adversary = "network";
  CHECK(verdict(floor, scores).kept);
}

TEST_CASE("What nobody measured is not kept, and says so, whatever else was measured") {
  std::string const reason = "not measured: no row for model 'm'";
  FloorVerdict const alone = verdict(mse(0.05), {without(ScoreStatus::not_measured, reason)});
  CHECK_FALSE(alone.kept);
  CHECK_FALSE(alone.value.has_value());
  CHECK(alone.reason == reason + where);
  // A cut without the metric may be the worse one.
  FloorVerdict const beside = verdict(mse(0.05), {measured(0.5), without(ScoreStatus::not_measured, reason, "mse")});
  CHECK_FALSE(beside.kept);
  CHECK(beside.value == 0.5);
  CHECK(beside.reason == reason + where);
  // That of another metric is another question.
  CHECK(verdict(mse(0.05), {measured(0.5), without(ScoreStatus::not_measured, reason, "ssim")}).kept);
  FloorVerdict const other = verdict(mse(0.05), {measured(0.5, "ratio", "ssim"), measured(20, "peak_1", "psnr_db")});
  CHECK_FALSE(other.kept);
  CHECK(other.reason == "not measured: nobody measured mse for the cut 'relu3', but ssim, psnr_db" + where);
}

TEST_CASE("Unmeasured may be allowed, and then is told, a figure beside it still has to keep the bound") {
  std::string const reason = "not measured: no row for model 'm'";
  FloorVerdict const passed = verdict(allowing(mse(0.05)), {without(ScoreStatus::not_measured, reason)});
  CHECK(passed.kept);
  CHECK(passed.reason == "unmeasured is allowed: " + reason + where);
  FloorVerdict const beyond =
      verdict(allowing(mse(0.05)), {measured(0.01), without(ScoreStatus::not_measured, reason, "mse")});
  CHECK_FALSE(beyond.kept);
  CHECK(beyond.value == 0.01);
}

TEST_CASE("The input or the answer itself keeps no floor, and is not unmeasured") {
  for (ScoreStatus const status : {ScoreStatus::raw_input, ScoreStatus::raw_output}) {
    FloorVerdict const missed = verdict(allowing(mse(0.05)), {measured(0.5), without(status, "it was seen", "input")});
    CHECK_FALSE(missed.kept);
    CHECK(missed.reason == "it was seen" + where);
  }
}

TEST_CASE("Nothing seen, and nothing but ciphertext, keeps every floor") {
  for (ScoreStatus const status : {ScoreStatus::nothing_seen, ScoreStatus::ciphertext_only}) {
    FloorVerdict const kept = verdict(mse(0.05), {without(status, "only so much was seen")});
    CHECK(kept.kept);
    CHECK_FALSE(kept.value.has_value());
    CHECK(kept.reason == "only so much was seen" + where);
  }
}

TEST_CASE("Of several reasons the gravest stands first, and the others are counted") {
  std::vector<PrivacyScore> const scores = {of("cloud", "a", measured(0.01)),
                                            of("cloud", "b", without(ScoreStatus::not_measured, "not measured: no row")),
                                            of("cloud", "c", without(ScoreStatus::raw_input, "the input was seen"))};
  CHECK(verdict(mse(0.05), scores).reason == "the input was seen (adversary 'cloud', workload 'c'), and 2 more");
  CHECK(verdict(mse(0.005), scores).reason == "the input was seen (adversary 'cloud', workload 'c'), and 1 more");
}

TEST_CASE("A figure on another scale counts where it converts exactly, and else does not") {
  // 0.06 summed over 3 channels is 0.02 per element.
  FloorVerdict const converted = verdict(mse(0.02, "per_element_peak_1"), {measured(0.06, "sum_over_channels_peak_1")}, 3);
  CHECK(converted.kept);
  CHECK(converted.value == 0.02);
  CHECK(converted.scale == "per_element_peak_1");
  CHECK(converted.reason == "mse is 0.02 for 'relu3' by inversion, converted from mse on sum_over_channels_peak_1" + where);
  CHECK_FALSE(verdict(mse(0.021, "per_element_peak_1"), {measured(0.06, "sum_over_channels_peak_1")}, 3).kept);
  FloorVerdict const unknown = verdict(mse(0.02, "per_element_peak_1"), {measured(0.06, "sum_over_channels_peak_1")});
  CHECK_FALSE(unknown.kept);
  CHECK_FALSE(unknown.value.has_value());
  CHECK(unknown.reason ==
        "not measured on scale 'per_element_peak_1': the number of channels is not known, and "
        "'sum_over_channels_peak_1' sums over them" +
            where);
  FloorVerdict const invented = verdict(mse(0.02, "per_furlong"), {measured(0.06)});
  CHECK(invented.reason ==
        "not measured on scale 'per_furlong': mse on 'per_element_peak_1' is not converted to mse on "
        "'per_furlong': no exact relation is known" +
            where);
  CHECK(verdict(allowing(mse(0.02, "per_furlong")), {measured(0.06)}).kept);
}

TEST_CASE("A mean squared error answers for the PSNR of its mean, with its gaps, the mean of PSNRs does not") {
  PrivacyFloor psnr = mse(20.5, "peak_1_of_mean_mse");
  psnr.metric = "psnr_db";
  std::vector<PrivacyScore> scores = {measured(0.01), measured(25, "peak_1", "psnr_db")};
  CHECK(verdict(psnr, scores).kept);
  CHECK(verdict(psnr, scores).value == Approx(20).epsilon(1e-12));
  psnr.bound = 19.5;
  CHECK_FALSE(verdict(psnr, scores).kept);
  psnr.bound = 20.5;
  scores.push_back(without(ScoreStatus::not_measured, "not measured: no row of metric 'mse'", "mse"));
  CHECK_FALSE(verdict(psnr, scores).kept);
  CHECK_FALSE(verdict(psnr, {measured(10, "peak_1", "psnr_db")}).kept);
  CHECK_FALSE(verdict(mse(0.001, "per_element_peak_1"), {measured(10, "peak_1_of_mean_mse", "psnr_db")}).kept);
}

TEST_CASE("Without a scale, figures must have one: several are named and not compared") {
  std::vector<PrivacyScore> const scores = {of("cloud", "a", measured(0.5)),
                                            of("cloud", "b", measured(0.5, "sum_over_channels_peak_1"))};
  FloorVerdict const several = verdict(allowing(mse(0.05)), scores);
  CHECK_FALSE(several.kept);
  CHECK_FALSE(several.value.has_value());
  CHECK(several.reason ==
        "the figures of mse are on several scales, and the floor names none: 'per_element_peak_1', "
        "'sum_over_channels_peak_1' (adversary 'cloud', workload 'a')");
}

TEST_CASE("A budget holds whatever the attack: it needs no measured one, on its own scale and for its own tensor") {
  PrivacyFloor floor = mse(4, "per_user_sequential");
  floor.metric = "epsilon";
  PrivacyScore const no_row = without(ScoreStatus::not_measured, "not measured: no row");
  std::vector<PrivacyScore> scores = {budget(3, "per_user_sequential"), budget(9, "per_user_renyi"), no_row};
  FloorVerdict const kept = verdict(floor, scores);
  CHECK(kept.kept);
  CHECK(kept.value == 3);
  CHECK(kept.reason == "epsilon is 3 for 'relu3', of the words that its mechanism draws for" + where);
  floor.scale = "per_user_renyi";
  CHECK_FALSE(verdict(floor, scores).kept);
  floor.scale = "per_user_sequential";
  // That a theorem says nothing is no gap on the scale of another.
  PrivacyScore no_theorem = without(ScoreStatus::not_measured, "not computed: no delta", "epsilon");
  no_theorem.scale = "per_user_advanced";
  scores.insert(scores.begin(), no_theorem);
  CHECK(verdict(floor, scores).kept);
  floor.scale = "per_user_advanced";
  CHECK(verdict(floor, scores).reason == "not computed: no delta" + where);
  floor.scale = "per_user_sequential";
  scores.back().tensor = "another cut, without noise";
  CHECK_FALSE(verdict(floor, scores).kept);
}

TEST_CASE("An answer seen in the clear leaves a budget as it is, and alone tells nothing of one") {
  PrivacyFloor floor = mse(4);
  floor.metric = "epsilon";
  PrivacyScore const answer = without(ScoreStatus::raw_output, "the answer was seen", "output");
  CHECK(verdict(floor, {budget(3, "per_user_sequential"), answer}).kept);
  CHECK_FALSE(verdict(floor, {answer}).kept);
}

TEST_CASE("A floor is told with what it names") {
  PrivacyFloor floor = mse(0.05);
  CHECK(to_text(floor) == "mse of at least 0.05");
  floor = {.adversary = "cloud", .workload = "photos", .metric = "psnr_db", .scale = "peak_1", .bound = 20};
  CHECK(to_text(floor) == "psnr_db of at most 20 (peak_1) against 'cloud', workload 'photos'");
}
