#include "privacy/leakage_conversion.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

LeakageRow row(std::string metric, std::string scale, double value) {
  LeakageRow result;
  result.model = "m";
  result.dataset = "d";
  result.cut = "block 50";
  result.attack = "inversion_network";
  result.metric = std::move(metric);
  result.scale = std::move(scale);
  result.value = value;
  result.n = 7;
  result.source = {"Somebody 2020", Grade::secondary};
  return result;
}

/// What comes out, or the reason why nothing does.
struct Converted {
  std::optional<LeakageRow> row;
  std::string why_not;
};

Converted to(LeakageRow const& from, std::string const& metric, std::string const& scale,
             std::optional<std::uint64_t> channels = std::nullopt) {
  Converted result;
  result.row = convert(from, metric, scale, ConversionFacts{channels}, result.why_not);
  return result;
}

}  // namespace

TEST_CASE("A figure that is on the scale already comes back as it is") {
  auto const same = to(row("ssim", "ratio", 0.5), "ssim", "ratio");
  REQUIRE(same.row);
  CHECK(same.row->value == 0.5);
  CHECK(same.row->source.citation == "Somebody 2020");
  CHECK(same.row->source.grade == Grade::secondary);
}

TEST_CASE("An MSE between peaks changes by 255 squared, its spread with it, and says where it comes from") {
  LeakageRow from = row("mse", "per_element_peak_1", 2);
  from.spread = 0.5;
  auto const large = to(from, "mse", "per_element_peak_255");
  REQUIRE(large.row);
  CHECK(large.row->value == 130050);
  CHECK(large.row->spread == 32512.5);
  CHECK(large.row->n == 7);
  CHECK(large.row->cut == "block 50");
  CHECK(large.row->scale == "per_element_peak_255");
  CHECK(large.row->source.grade == Grade::derived);
  CHECK(large.row->source.citation == "converted from mse on per_element_peak_1: Somebody 2020");
  auto const back = to(*large.row, "mse", "per_element_peak_1");
  REQUIRE(back.row);
  CHECK(back.row->value == 2);
}

TEST_CASE("A sum over channels is divided by their number, which is never guessed") {
  LeakageRow const from = row("mse", "sum_over_channels_peak_1", 0.057);
  auto const element = to(from, "mse", "per_element_peak_1", 3);
  REQUIRE(element.row);
  CHECK(element.row->value == 0.057 / 3);
  CHECK(element.row->source.citation == "converted from mse on sum_over_channels_peak_1 with 3 channels: Somebody 2020");
  CHECK(to(from, "mse", "per_element_peak_255", 1).row->value == Approx(0.057 * 65025).epsilon(1e-15));
  CHECK(to(row("mse", "per_element_peak_255", 65025), "mse", "sum_over_channels_peak_1", 3).row->value == 3);
  CHECK(to(from, "mse", "sum_over_channels_peak_255").row->value == 0.057 * 65025);
  auto const unknown = to(from, "mse", "per_element_peak_1");
  CHECK_FALSE(unknown.row);
  CHECK(unknown.why_not == "the number of channels is not known, and 'sum_over_channels_peak_1' sums over them");
  CHECK(to(row("mse", "per_element_peak_1", 1), "mse", "sum_over_channels_peak_255").why_not ==
        "the number of channels is not known, and 'sum_over_channels_peak_255' sums over them");
}

TEST_CASE("The published MSE of 0.057 over three channels is the published PSNR of 17.2 dB, to what averaging does") {
  auto const deep = to(row("mse", "sum_over_channels_peak_1", 0.057), "psnr_db", "peak_1_of_mean_mse", 3);
  REQUIRE(deep.row);
  CHECK(deep.row->value == Approx(17.2124640).epsilon(1e-8));  // 10 log10(1/0.019)
  CHECK(to(row("mse", "per_element_peak_1", 0.01), "psnr_db", "peak_1_of_mean_mse").row->value ==
        Approx(20).epsilon(1e-15));
  CHECK(to(row("mse", "per_element_peak_255", 65025), "psnr_db", "peak_255_of_mean_mse").row->value == 0);
}

TEST_CASE("The spread of an MSE says nothing about that of its PSNR") {
  LeakageRow from = row("mse", "per_element_peak_1", 0.01);
  from.spread = 0.001;
  CHECK_FALSE(to(from, "psnr_db", "peak_1_of_mean_mse").row->spread);
}

TEST_CASE("The PSNR of a mean MSE gives it back, whatever the peak") {
  LeakageRow from = row("psnr_db", "peak_255_of_mean_mse", 30);
  CHECK(to(from, "mse", "per_element_peak_1").row->value == Approx(0.001).epsilon(1e-14));
  CHECK(to(from, "mse", "sum_over_channels_peak_255", 3).row->value == Approx(195.075).epsilon(1e-14));
  CHECK(to(from, "psnr_db", "peak_1_of_mean_mse").row->value == 30);
  from.value = 1e9;
  CHECK(to(from, "mse", "per_element_peak_1").why_not == "the value leaves the range of numbers");
  from.value = 30;
  from.spread = 1;
  CHECK(to(from, "psnr_db", "peak_1_of_mean_mse").row->spread == 1);
  CHECK(to(from, "mse", "per_element_peak_1").why_not ==
        "a psnr_db with a spread is a mean over runs, and a mean of logarithms does not give the MSE back");
}

TEST_CASE("A PSNR averaged over images or batches is not converted") {
  for (char const* scale : {"peak_1", "peak_255"}) {
    auto const refused = to(row("psnr_db", scale, 22.17), "mse", "per_element_peak_1");
    CHECK_FALSE(refused.row);
    CHECK(refused.why_not ==
          "psnr_db on '" + std::string(scale) +
              "' is averaged over images or batches, and a mean of logarithms does not give the MSE back");
  }
  CHECK(to(row("mse", "per_element_peak_1", 1), "psnr_db", "peak_1").why_not ==
        "mse on 'per_element_peak_1' is not converted to psnr_db on 'peak_1': no exact relation is known");
}

TEST_CASE("Nothing else is converted") {
  CHECK(to(row("ssim", "ratio", 0.5), "ssim", "percent").why_not ==
        "ssim on 'ratio' is not converted to ssim on 'percent': no exact relation is known");
  CHECK(to(row("ssim", "ratio", 0.5), "mse", "per_element_peak_1").why_not ==
        "ssim on 'ratio' is not converted to mse on 'per_element_peak_1': no exact relation is known");
  CHECK(to(row("mse", "per_word", 0.5), "mse", "per_element_peak_1").why_not ==
        "mse on 'per_word' is not converted to mse on 'per_element_peak_1': no exact relation is known");
  CHECK(to(row("mse", "per_element_peak_1", 0), "psnr_db", "peak_1_of_mean_mse").why_not ==
        "the PSNR of an MSE of 0 is no number");
  CHECK(to(row("mse", "per_element_peak_255", 1e305), "mse", "sum_over_channels_peak_255", 1000000).why_not ==
        "the value leaves the range of numbers");
}

TEST_CASE("A conversion makes no figure more trustworthy") {
  LeakageRow from = row("mse", "per_element_peak_1", 1);
  from.source.grade = Grade::assumed;
  CHECK(to(from, "mse", "per_element_peak_255").row->source.grade == Grade::assumed);
}
