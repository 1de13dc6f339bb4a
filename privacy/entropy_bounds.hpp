// What class radii say about entropy: bounds for the representation, and what they leave of the input. All in nats.
#pragma once

#include <optional>

#include "privacy/class_radius.hpp"

namespace coinfer {

/// The largest differential entropy of `dimension` >= 1 values with mean variance `variance` > 0 each: that of a Gaussian
/// with independent values, (D/2) ln(2 pi e variance) [Cover and Thomas, Elements of Information Theory, theorem 8.6.5]. In
/// nats; it depends on the activations' unit and may be negative. Nothing for a variance of 0: there is no density then.
std::optional<double> gaussian_entropy_bound(double dimension, double variance);

/// Feature level: h(Z) <= (D/2) ln(2 pi e sigma^2), sigma^2 the global variance per dimension [arXiv 2506.15412,
/// SECONDARY].
std::optional<double> feature_entropy_bound(CutRadius const& cut);

/// Decision level: h(Z|Y) <= (D/2) ln(2 pi e R_c^2/D) [arXiv 2506.15412, SECONDARY], with R_c^2 averaged over samples (the
/// within-class variance): by Jensen's inequality that holds for classes of any size, while the mean over classes holds
/// only where all have the same.
std::optional<double> decision_entropy_bound(CutRadius const& cut);

/// H(Y) of the labels as they occur, in nats: at least 0, at most ln C.
double label_entropy(CutRadius const& cut);

/// The least that the two bounds say about h(Z): h(Z) <= h(Z|Y) + H(Y), and the feature level's. Nothing where both are
/// absent.
std::optional<double> representation_entropy_bound(CutRadius const& cut);

/// What a user knows about the input; nothing of it is ever assumed here.
struct InputEntropy {
  double entropy_nats = 0;         ///< H(X) of the quantised input.
  double discretisation_nats = 0;  ///< kappa: what quantising z adds, in the unit of the activations.
};

/// H(X|Z) >= H(X) - h(Z) - kappa [arXiv 2506.15412, SECONDARY], with an upper bound in place of h(Z). In nats; a value of
/// at most 0 promises nothing. Absent where either is.
std::optional<double> input_ambiguity_bound(std::optional<InputEntropy> const& input,
                                            std::optional<double> representation_entropy);

}  // namespace coinfer
