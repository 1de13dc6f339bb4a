#include "privacy/leakage_selection.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

LeakageRow row(std::string model, std::string cut, std::string metric, std::string scale, double value) {
  LeakageRow result;
  result.model = std::move(model);
  result.dataset = "d";
  result.cut = std::move(cut);
  result.attack = "inversion";
  result.metric = std::move(metric);
  result.scale = std::move(scale);
  result.value = value;
  return result;
}

std::vector<LeakageRow> const rows = {
    row("m", "a", "mse", "sum_over_channels_peak_1", 0.3), row("m", "a", "psnr_db", "peak_1", 11),
    row("m", "b", "mse", "sum_over_channels_peak_1", 0.03), row("n", "a", "psnr_db", "peak_1_of_mean_mse", 20),
    row("n", "b", "ssim", "ratio", 0.5)};

ConvertedRows converted(char const* metric, char const* scale, std::optional<std::uint64_t> channels) {
  return convert_rows(rows, metric, scale, [&](LeakageRow const&) { return ConversionFacts{channels}; });
}

}  // namespace

TEST_CASE("Rows are chosen by model, data set and metric together") {
  CHECK(select_rows(rows, {}).size() == 5);
  CHECK(select_rows(rows, {"m", "", ""}).size() == 3);
  CHECK(select_rows(rows, {"m", "d", "mse"}).size() == 2);
  CHECK(select_rows(rows, {"m", "other", "mse"}).empty());
}

TEST_CASE("Each model and data set lists its metrics with their scales and its cuts once") {
  auto const subjects = subjects_of(rows);
  REQUIRE(subjects.size() == 2);
  CHECK(subjects[0].model == "m");
  CHECK(subjects[0].dataset == "d");
  CHECK(subjects[0].rows == 3);
  CHECK(subjects[0].metrics == std::vector<std::string>{"mse (sum_over_channels_peak_1)", "psnr_db (peak_1)"});
  CHECK(subjects[0].cuts == std::vector<std::string>{"a", "b"});
  CHECK(subjects[1].rows == 2);
}

TEST_CASE("Rows are brought onto one scale where that is exact, and the others say why they are not") {
  auto const element = converted("mse", "per_element_peak_1", 3);
  REQUIRE(element.rows.size() == 3);
  CHECK(element.rows[0].value == Approx(0.1));
  CHECK(element.rows[1].value == Approx(0.01));
  CHECK(element.rows[2].model == "n");
  CHECK(element.rows[2].value == Approx(0.01));
  CHECK(element.refused.empty());  // the averaged PSNR says what an MSE says already
  auto const unknown = converted("mse", "per_element_peak_1", std::nullopt);
  CHECK(unknown.rows.size() == 1);
  CHECK(
      unknown.refused ==
      std::vector<std::string>{
          "2 rows of model 'm' and data set 'd': the number of channels is not known, and 'sum_over_channels_peak_1' sums "
          "over them",
          "1 row of model 'm' and data set 'd': psnr_db on 'peak_1' is averaged over images or batches, and a mean of "
          "logarithms does not give the MSE back"});
}

TEST_CASE("An averaged PSNR does not stand in the way of the one that follows from the MSE") {
  auto const psnr = converted("psnr_db", "peak_1_of_mean_mse", 3);
  REQUIRE(psnr.rows.size() == 3);
  CHECK(psnr.rows[0].value == Approx(10));
  CHECK(psnr.rows[1].value == Approx(20));
  CHECK(psnr.rows[2].value == 20);
  CHECK(psnr.refused.size() == 1);
}

TEST_CASE("Metrics that never become another are left out without a word") {
  auto const ssim = converted("ssim", "ratio", std::nullopt);
  CHECK(ssim.rows.size() == 1);
  CHECK(ssim.refused.empty());
}
