#include "privacy/class_radius.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "sim/base/errors.hpp"
#include "tests/unit/privacy/npy_samples.hpp"

using namespace coinfer;

namespace {

template <class Scalar>
CutRadius radius_of(std::string const& descr, std::string const& shape, std::vector<Scalar> const& values,
                    std::vector<std::int64_t> const& labels, RadiusResources resources = {}) {
  NpyFolder const folder;
  Diagnostics diagnostics;
  auto const file = NpyFile::open(folder.write("z.npy", descr, shape, values), diagnostics);
  CHECK(diagnostics.text().empty());
  REQUIRE(file);
  auto result = class_radius(*file, group_labels(labels), diagnostics, resources);
  CHECK(diagnostics.text().empty());
  REQUIRE(result);
  return *result;
}

/// Values of `classes` classes around means of their own, all shifted by `offset`; labels in no order.
struct Sample {
  std::vector<double> values;
  std::vector<std::int64_t> labels;
  std::size_t columns = 0;
  [[nodiscard]] std::string shape() const {
    return "(" + std::to_string(labels.size()) + ", " + std::to_string(columns) + ")";
  }
};

Sample sample(std::size_t rows, std::size_t columns, int classes, double offset) {
  Sample result;
  result.columns = columns;
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < rows; ++i) {
    auto const label = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(classes));
    result.labels.push_back(label);
    for (std::size_t j = 0; j < columns; ++j) {
      double const mean = static_cast<double>(label) * (j % 2 == 0 ? 0.5 : -0.25);
      result.values.push_back(offset + mean + normal(random));
    }
  }
  return result;
}

/// The same by definition, in long double: means first, then distances.
struct TwoPasses {
  double mean_radius2 = 0;
  double within = 0;
  double inter = 0;
  double global = 0;
};

TwoPasses two_passes(Sample const& data, ClassLabels const& labels) {
  using Row = std::vector<long double>;
  std::size_t const n = data.labels.size();
  std::vector<Row> means(labels.labels.size(), Row(data.columns));
  Row mean(data.columns);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < data.columns; ++j) {
      long double const value = data.values[i * data.columns + j];
      means[labels.class_of[i]][j] += value / static_cast<long double>(labels.counts[labels.class_of[i]]);
      mean[j] += value / static_cast<long double>(n);
    }
  }
  std::vector<long double> squares(means.size());
  long double global = 0;
  long double inter = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < data.columns; ++j) {
      long double const value = data.values[i * data.columns + j];
      long double const own = value - means[labels.class_of[i]][j];
      squares[labels.class_of[i]] += own * own;
      global += (value - mean[j]) * (value - mean[j]);
    }
  }
  TwoPasses result;
  for (std::size_t c = 0; c < means.size(); ++c) {
    for (std::size_t j = 0; j < data.columns; ++j) inter += (means[c][j] - mean[j]) * (means[c][j] - mean[j]);
    result.mean_radius2 += static_cast<double>(squares[c] / static_cast<long double>(labels.counts[c] * means.size()));
    result.within += static_cast<double>(squares[c] / static_cast<long double>(n));
  }
  result.inter = static_cast<double>(inter / static_cast<long double>(means.size()));
  result.global = static_cast<double>(global / static_cast<long double>(n));
  return result;
}

}  // namespace

TEST_CASE("Class radii of a few samples are those computed by hand") {
  // Class 3: (0,0), (2,4): mean (1,2), squares 5 and 5. Class 8: (5,-1) alone. Class 9: (1,1), (1,3), (4,2): mean (2,2),
  // squares 2, 2, 4. The mean of all is (13/6, 9/6).
  CutRadius const cut = radius_of<std::int32_t>("<i4", "(6, 2)", {0, 0, 5, -1, 1, 1, 2, 4, 1, 3, 4, 2}, {3, 8, 9, 3, 9, 9});
  CHECK(cut.samples == 6);
  CHECK(cut.dimension == 2);
  REQUIRE(cut.classes.size() == 3);
  CHECK(cut.classes[0].label == 3);
  CHECK(cut.classes[0].samples == 2);
  CHECK(cut.classes[0].radius2 == Approx(5));
  CHECK(cut.classes[1].radius2 == 0);
  CHECK(cut.classes[2].radius2 == Approx(8.0 / 3));
  CHECK(cut.single_sample_classes() == 1);
  CHECK(cut.mean_radius2 == Approx(23.0 / 9));
  CHECK(cut.radius2_per_dimension() == Approx(23.0 / 18));
  CHECK(cut.within_class_variance == Approx(3));
  // Squared distances of the means from (13/6, 9/6): (49+9)/36, (289+225)/36, (1+9)/36.
  CHECK(cut.inter_class_distance2 == Approx(582.0 / 108));
  // Squares 0+0+25+1+1+1+4+16+1+9+16+4 = 78 over 6, less (169+81)/36.
  CHECK(cut.global_variance == Approx(13 - 250.0 / 36));
  CHECK(cut.radius2_per_global_variance() == Approx(cut.mean_radius2 / cut.global_variance));
}

TEST_CASE("Activations that do not vary have radius 0 and no ratio to their variance") {
  CutRadius const cut = radius_of<std::uint8_t>("|u1", "(3, 1, 2)", {4, 5, 4, 5, 4, 5}, {0, 1, 1});
  CHECK(cut.mean_radius2 == 0);
  CHECK(cut.global_variance == 0);
  CHECK(cut.inter_class_distance2 == 0);
  CHECK_FALSE(cut.radius2_per_global_variance());
}

TEST_CASE("Every element type gives the same radii where it holds the values exactly") {
  std::vector<double> const values = {0, 1.5, -2, 7, 0.25, 3};
  std::vector<std::int64_t> const labels = {0, 0, 0, 1, 1, 1};
  CutRadius const expected = radius_of("<f8", "(6,)", values, labels);
  CHECK(radius_of("<f4", "(6,)", std::vector<float>(values.begin(), values.end()), labels).mean_radius2 ==
        expected.mean_radius2);
  std::vector<Eigen::half> halves;
  for (double const value : values) halves.push_back(Eigen::half(value));
  CHECK(radius_of("<f2", "(6,)", halves, labels).mean_radius2 == expected.mean_radius2);
  CHECK(radius_of("<i8", "(4,)", std::vector<std::int64_t>{-3, 5, 1, 1}, {0, 0, 1, 1}).mean_radius2 == 8);
}

TEST_CASE("Class radii equal those of two passes, with and without a large common offset") {
  for (double const offset : {0.0, 1e6}) {
    Sample const data = sample(400, 37, 5, offset);
    TwoPasses const expected = two_passes(data, group_labels(data.labels));
    CutRadius const cut = radius_of("<f8", data.shape(), data.values, data.labels);
    // With the offset the values themselves have an error of 1e-10 of their scatter: the mean cannot be better.
    double const tolerance = offset == 0 ? 1e-13 : 1e-11;
    CHECK(std::abs(cut.mean_radius2 / expected.mean_radius2 - 1) < tolerance);
    CHECK(std::abs(cut.within_class_variance / expected.within - 1) < tolerance);
    CHECK(std::abs(cut.global_variance / expected.global - 1) < tolerance);
    CHECK(std::abs(cut.inter_class_distance2 / expected.inter - 1) < 10 * tolerance);
    CHECK(cut.mean_radius2 == Approx(37).epsilon(0.05));
  }
}

TEST_CASE("The bits of class radii do not depend on threads, on how much is read at once, or on the room for means") {
  // Ten pieces of columns, the last one narrow; classes of very different size.
  Sample data = sample(60, 4700, 6, 3);
  std::fill_n(data.labels.begin(), 30, 2);
  CutRadius const whole = radius_of("<f8", data.shape(), data.values, data.labels, {.threads = 1});
  TwoPasses const expected = two_passes(data, group_labels(data.labels));
  CHECK(whole.mean_radius2 == Approx(expected.mean_radius2).epsilon(1e-13));
  CHECK(whole.inter_class_distance2 == Approx(expected.inter).epsilon(1e-13));
  std::size_t const row = 4700 * sizeof(double);
  std::size_t const all_means = std::size_t{1} << 20;
  for (unsigned const threads : {1, 2, 3}) {
    for (std::size_t const chunk : {row, 7 * row, 59 * row, std::size_t{0}}) {
      // All means, those of a class, those of a class in two pieces of columns, none: at least one piece is taken.
      for (std::size_t const means : {all_means, all_means / 8, std::size_t{30000}, std::size_t{0}}) {
        INFO(threads << " threads, chunks of " << chunk << " bytes, " << means << " bytes for means");
        CutRadius const cut = radius_of("<f8", data.shape(), data.values, data.labels, {means, chunk, threads});
        CHECK(cut.mean_radius2 == whole.mean_radius2);
        CHECK(cut.within_class_variance == whole.within_class_variance);
        CHECK(cut.global_variance == whole.global_variance);
        CHECK(cut.inter_class_distance2 == whole.inter_class_distance2);
      }
    }
  }
}

TEST_CASE("Of many values that are no numbers the first in the file is named, whatever thread comes on it") {
  Sample data = sample(40, 4700, 5, 0);
  auto const spoil = [&](std::size_t row, std::size_t column) { data.values[row * 4700 + column] = std::nan(""); };
  spoil(7, 4600);
  spoil(8, 0);
  spoil(30, 2400);
  NpyFolder const folder;
  Diagnostics diagnostics;
  auto const file = NpyFile::open(folder.write("z.npy", "<f8", data.shape(), data.values), diagnostics);
  REQUIRE(file);
  for (std::size_t const means : {std::size_t{1} << 20, std::size_t{0}}) {
    Diagnostics found;
    CHECK_FALSE(class_radius(*file, group_labels(data.labels), found, {means, 0, 2}));
    CHECK(found.text() == file->name() + ": value 4600 of sample 7 is NaN (both count from 0)");
  }
}

TEST_CASE("A file that becomes shorter while threads read it is an error of the input") {
  Sample const data = sample(40, 4700, 5, 0);
  NpyFolder const folder;
  Diagnostics diagnostics;
  auto const path = folder.write("z.npy", "<f8", data.shape(), data.values);
  auto const file = NpyFile::open(path, diagnostics);
  REQUIRE(file);
  std::filesystem::resize_file(path, 128 + 20 * 4700 * sizeof(double));
  CHECK_THROWS_AS(class_radius(*file, group_labels(data.labels), diagnostics, {.threads = 2}), InputError);
}

TEST_CASE("A value that is no number, too large a value and a missing label are told with their place") {
  NpyFolder const folder;
  double const infinity = std::numeric_limits<double>::infinity();
  auto const problem = [&](std::vector<double> const& values, std::vector<std::int64_t> const& labels,
                           RadiusResources resources = {}) {
    Diagnostics diagnostics;
    auto const file = NpyFile::open(folder.write("z.npy", "<f8", "(3, 2)", values), diagnostics);
    REQUIRE(file);
    CHECK_FALSE(class_radius(*file, group_labels(labels), diagnostics, resources));
    return diagnostics.text().substr(folder.path().string().size() + 1);
  };
  CHECK(problem({0, 1, 2, 3, 4, std::nan("")}, {0, 0, 1}) == "z.npy: value 1 of sample 2 is NaN (both count from 0)");
  CHECK(problem({0, 1, -infinity, 3, 4, 5}, {0, 0, 1}) == "z.npy: value 0 of sample 1 is infinite (both count from 0)");
  RadiusResources narrow;
  narrow.means_bytes = 0;
  narrow.chunk_bytes = sizeof(double);
  CHECK(problem({0, 1, 2, infinity, 4, 5}, {0, 0, 1}, narrow) ==
        "z.npy: value 1 of sample 1 is infinite (both count from 0)");
  CHECK(problem({0, 1, 1e200, 3, 4, 5}, {0, 0, 1}) == "z.npy: the sums of its squares exceed a double");
  CHECK(problem({0, 0, 1.3e154, 0, -1.3e154, 0}, {0, 0, 0}) == "z.npy: the sums of its squares exceed a double");
  CHECK(problem({0, 1, 2, 3, 4, 5}, {0, 0}) == "z.npy: has 3 samples (there are 2 labels)");
}
