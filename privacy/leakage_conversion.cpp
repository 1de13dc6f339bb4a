#include "privacy/leakage_conversion.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "sim/base/portable_math.hpp"

namespace coinfer {

namespace {

constexpr double ln_10 = 2.302585092994045684;
/// Beyond it 10^(-p/10) leaves what `portable_exp` takes.
constexpr double largest_psnr_db = 3000;

/// One normalisation of the MSE of images: peak^2 m, summed over channels or not.
struct MseScale {
  std::string_view name;
  double peak2;
  bool sums_over_channels;
};

constexpr std::array<MseScale, 4> mse_scales = {{{"per_element_peak_1", 1, false},
                                                 {"per_element_peak_255", 255.0 * 255.0, false},
                                                 {"sum_over_channels_peak_1", 1, true},
                                                 {"sum_over_channels_peak_255", 255.0 * 255.0, true}}};

/// PSNR is free of the peak: it cancels against that of the MSE.
constexpr std::array<std::string_view, 2> psnr_scales = {"peak_1_of_mean_mse", "peak_255_of_mean_mse"};

MseScale const* find_mse_scale(std::string_view name) {
  auto const* const found =
      std::find_if(mse_scales.begin(), mse_scales.end(), [&](MseScale const& scale) { return scale.name == name; });
  return found == mse_scales.end() ? nullptr : found;
}

bool is_psnr_of_mean(std::string_view scale) {
  return std::find(psnr_scales.begin(), psnr_scales.end(), scale) != psnr_scales.end();
}

std::string on(std::string_view metric, std::string_view scale) {
  return std::string(metric) + " on '" + std::string(scale) + "'";
}

/// One conversion under way.
class Conversion {
 public:
  Conversion(LeakageRow const& row, std::string_view metric, std::string_view scale, ConversionFacts const& facts,
             std::string& why_not)
      : row_(row), metric_(metric), scale_(scale), facts_(facts), why_not_(why_not) {}

  std::optional<LeakageRow> result() {
    LeakageRow to = row_;
    to.metric = metric_;
    to.scale = scale_;
    bool const from_psnr = row_.metric == "psnr_db";
    bool const to_psnr = metric_ == "psnr_db";
    if ((!from_psnr && row_.metric != "mse") || (!to_psnr && metric_ != "mse")) return unknown();
    if (from_psnr && !can_leave_psnr()) return std::nullopt;
    MseScale const* const from_mse = from_psnr ? mse_scales.data() : find_mse_scale(row_.scale);
    MseScale const* const to_mse = to_psnr ? mse_scales.data() : find_mse_scale(scale_);
    if (from_mse == nullptr || to_mse == nullptr || (to_psnr && !is_psnr_of_mean(scale_))) return unknown();
    if (!(from_psnr && to_psnr)) {  // else the value stays
      if (from_psnr) to.value = portable_exp(-row_.value / 10 * ln_10);
      if (!rescale(to, *from_mse, *to_mse)) return std::nullopt;
      if (to_psnr && !take_logarithm(to)) return std::nullopt;
    }
    if (!std::isfinite(to.value)) return refuse("the value leaves the range of numbers");
    to.source.grade = std::max(row_.source.grade, Grade::derived);
    to.source.citation = "converted from " + row_.metric + " on " + row_.scale + channels_used_ + ": " + to.source.citation;
    return to;
  }

 private:
  std::nullopt_t refuse(std::string why) {
    why_not_ = std::move(why);
    return std::nullopt;
  }

  std::nullopt_t unknown() {
    return refuse(on(row_.metric, row_.scale) + " is not converted to " + on(metric_, scale_) +
                  ": no exact relation is known");
  }

  bool can_leave_psnr() {
    if (!is_psnr_of_mean(row_.scale)) {
      refuse(on(row_.metric, row_.scale) +
             " is averaged over images or batches, and a mean of logarithms does not give the MSE back");
      return false;
    }
    if (metric_ == "mse" && row_.spread) {
      refuse("a psnr_db with a spread is a mean over runs, and a mean of logarithms does not give the MSE back");
      return false;
    }
    if (metric_ == "mse" && std::abs(row_.value) > largest_psnr_db) {
      refuse("the value leaves the range of numbers");
      return false;
    }
    return true;
  }

  /// From one normalisation to the other; factors that both have cancel, so that nothing is rounded twice.
  bool rescale(LeakageRow& to, MseScale const& from_scale, MseScale const& to_scale) {
    double up = 1;
    double down = 1;
    if (from_scale.peak2 != to_scale.peak2) {
      up *= to_scale.peak2;
      down *= from_scale.peak2;
    }
    if (from_scale.sums_over_channels != to_scale.sums_over_channels) {
      if (!facts_.channels) {
        refuse("the number of channels is not known, and '" +
               std::string(to_scale.sums_over_channels ? to_scale.name : from_scale.name) + "' sums over them");
        return false;
      }
      assert(*facts_.channels >= 1);
      (to_scale.sums_over_channels ? up : down) *= static_cast<double>(*facts_.channels);
      channels_used_ = " with " + std::to_string(*facts_.channels) + (*facts_.channels == 1 ? " channel" : " channels");
    }
    to.value = to.value * up / down;
    if (to.spread) to.spread = *to.spread * up / down;
    return true;
  }

  bool take_logarithm(LeakageRow& to) {
    if (!(to.value > 0)) {
      refuse("the PSNR of an MSE of 0 is no number");
      return false;
    }
    to.value = 0 - 10 * (portable_log(to.value) / ln_10);  // not minus zero
    to.spread = std::nullopt;
    return true;
  }

  LeakageRow const& row_;
  std::string_view metric_;
  std::string_view scale_;
  ConversionFacts const& facts_;
  std::string& why_not_;
  std::string channels_used_;
};

}  // namespace

std::optional<LeakageRow> convert(LeakageRow const& row, std::string_view metric, std::string_view scale,
                                  ConversionFacts const& facts, std::string& why_not) {
  if (row.metric == metric && row.scale == scale) return row;
  return Conversion(row, metric, scale, facts, why_not).result();
}

}  // namespace coinfer
