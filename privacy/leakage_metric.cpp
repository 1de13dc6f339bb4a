#include "privacy/leakage_metric.hpp"

#include <array>

namespace coinfer {

namespace {

constexpr auto larger = PrivateDirection::larger;
constexpr auto smaller = PrivateDirection::smaller;

constexpr std::array<LeakageMetric, 24> metrics = {{
    {"mse", "1", larger, 0.0, {}, "mean squared error of the reconstruction; its scale says what it is averaged over"},
    {"psnr_db", "dB", smaller, {}, {}, "peak signal-to-noise ratio of the reconstruction, 10 log10(peak^2 / mse)"},
    {"ssim", "1", smaller, -1.0, 1.0,
     "structural similarity of the reconstruction; below 0.3 unrecognisable (He et al. 2019)"},
    {"lpips", "1", larger, 0.0, {}, "distance of deep features; its scale names the backbone"},
    {"distance_correlation", "1", smaller, 0.0, 1.0, "distance correlation of the input and what was sent"},
    {"mutual_information_nat", "nat", smaller, 0.0, {}, "mutual information of the input and what was sent"},
    {"rc2",
     "1",
     smaller,
     0.0,
     {},
     "mean squared distance to the class mean, summed over dimensions: it grows with the layer, so cuts do not compare"},
    {"rc2_per_dimension", "1", smaller, 0.0, {}, "rc2 over the number of dimensions: what one value of the cut keeps"},
    {"rc2_per_global_variance",
     "1",
     smaller,
     0.0,
     {},
     "rc2 over the variance around the mean of all samples: free of the cut's size and of the activations' unit"},
    {"feature_entropy_bound_nat",
     "nat",
     smaller,
     {},
     {},
     "upper bound on h(Z), the differential entropy of what was sent; may be negative, depends on the activations' unit"},
    {"decision_entropy_bound_nat",
     "nat",
     smaller,
     {},
     {},
     "upper bound on h(Z|Y), the same within a class; may be negative, depends on the activations' unit"},
    {"input_ambiguity_bound_nat",
     "nat",
     larger,
     {},
     {},
     "lower bound on H(X|Z), what the cut leaves open about the input; at most 0 it promises nothing"},
    {"token_reconstruction_accuracy", "1", smaller, 0.0, 1.0, "correctly recovered tokens / tokens"},
    {"token_top5_accuracy", "1", smaller, 0.0, 1.0, "share of tokens that are among the attacker's five best guesses"},
    {"token_f1", "1", smaller, 0.0, 1.0, "F1 of the set of recovered tokens against the true ones"},
    {"bleu", "1", smaller, 0.0, 100.0, "overlap of word sequences of the recovered and the true text, 0 to 100"},
    {"exact_match", "1", smaller, 0.0, 1.0, "share of texts that are recovered whole and without an error"},
    {"selectivity", "1", smaller, -1.0, 1.0,
     "accuracy of a probe less its accuracy on random labels: what it reads rather than learns by heart"},
    {"attribute_accuracy", "1", smaller, 0.0, 1.0, "share of inputs whose private attribute is inferred correctly"},
    {"membership_accuracy", "1", smaller, 0.0, 1.0,
     "share of correct guesses whether a sample was trained on; 0.5 is chance"},
    {"epsilon", "1", smaller, 0.0, {}, "differential-privacy budget of one release"},
    {"epsilon_per_word",
     "1",
     smaller,
     0.0,
     {},
     "differential-privacy budget of one draw that replaces one word; draws add up over words and requests"},
    {"ndcg_at_10", "1", PrivateDirection::none, 0.0, 1.0,
     "quality of the first ten results of a search: the utility, not a leakage"},
    {"task_accuracy", "1", PrivateDirection::none, 0.0, 1.0,
     "accuracy of the model's own task: the utility, not a leakage"},
}};

}  // namespace

std::span<LeakageMetric const> leakage_metrics() { return metrics; }

bool is_budget(std::string_view name) { return name == "epsilon" || name == "epsilon_per_word"; }

LeakageMetric const* find_leakage_metric(std::string_view name) {
  for (LeakageMetric const& metric : metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

}  // namespace coinfer
