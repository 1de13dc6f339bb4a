// Mean and scatter of the samples of a class, and of the means of all classes, gathered one after the other.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace coinfer {

/// Moves a mean towards a sample, mean += weight (sample - mean), and returns |sample - mean|^2 of the mean as it was: not
/// finite where a value is not. Every operation is one of IEEE double in an order that is written here, with eight partial
/// sums over the columns, so that the bits depend neither on the compiler's optimisation nor on the width of its vectors.
template <class Scalar>
double move_mean(std::span<double> mean, Scalar const* sample, double weight) {
  constexpr std::size_t lanes = 8;
  using Lanes = Eigen::Array<double, lanes, 1>;
  Lanes sums = Lanes::Zero();
  std::size_t i = 0;
  for (; i + lanes <= mean.size(); i += lanes) {
    Eigen::Map<Lanes> means(&mean[i]);
    Lanes const delta = Eigen::Map<Eigen::Array<Scalar, lanes, 1> const>(sample + i).template cast<double>() - means;
    sums += delta * delta;
    means += delta * weight;
  }
  for (Eigen::Index lane = 0; i < mean.size(); ++i, ++lane) {
    double const delta = static_cast<double>(sample[i]) - mean[i];
    sums[lane] += delta * delta;
    mean[i] += delta * weight;
  }
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

/// The samples of one class in some columns, by Welford's recursion (1962, Technometrics 4(3)): with n samples,
///   delta = z - mean,  mean += delta / n,  squares += |delta|^2 (n - 1) / n.
class ClassMoments {
 public:
  explicit ClassMoments(std::size_t columns) : mean_(columns) {}

  [[nodiscard]] std::vector<double> const& mean() const { return mean_; }
  /// Sum over the samples of |z - mean|^2.
  [[nodiscard]] double squares() const { return squares_; }

  /// Adds a sample, as many values as there are columns; its squared distance from the mean before it.
  template <class Scalar>
  double add(Scalar const* sample) {
    double const before = static_cast<double>(samples_++);
    double const weight = 1 / (before + 1);
    double const distance2 = move_mean(std::span(mean_), sample, weight);
    squares_ += distance2 * (before * weight);
    return distance2;
  }

 private:
  std::vector<double> mean_;
  std::uint64_t samples_ = 0;
  double squares_ = 0;
};

/// The means mu_c of all classes in some columns, each with its number of samples N_c; weighted as in West 1979,
/// Communications of the ACM 22(9). A large common offset costs no digits.
class ClassMeans {
 public:
  explicit ClassMeans(std::size_t columns) : overall_(columns), means_(columns) {}

  void add(std::span<double const> mean, std::uint64_t samples) {
    double const size = static_cast<double>(samples);
    double const before = samples_;
    samples_ += size;
    between_ += move_mean(std::span(overall_), mean.data(), size / samples_) * (size * (before / samples_));
    means_.add(mean.data());
    ++classes_;
  }

  /// sum_c N_c |mu_c - mu|^2, mu the mean of all samples.
  [[nodiscard]] double between() const { return between_; }
  /// sum_c |mu_c - mu|^2: about the mean of the means, and by how far that lies from mu.
  [[nodiscard]] double distance2() const {
    std::vector<double> from = overall_;
    return means_.squares() + classes_ * move_mean(std::span(from), means_.mean().data(), 0);
  }

 private:
  std::vector<double> overall_;  ///< mu
  double samples_ = 0;
  double between_ = 0;
  ClassMoments means_;  ///< Every class counts once.
  double classes_ = 0;
};

}  // namespace coinfer
