#include "privacy/radius_leakage.hpp"

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

void add(std::vector<LeakageRow>& rows, LeakageRow const& start, char const* metric, char const* scale,
         std::optional<double> value) {
  if (!value) return;
  LeakageRow row = start;
  row.metric = metric;
  row.scale = scale;
  row.value = *value;
  rows.push_back(std::move(row));
}

}  // namespace

std::string_view statistic_name(Grouping grouping) {
  return grouping == Grouping::labels ? "statistic_by_label" : "statistic_by_prediction";
}

std::vector<LeakageRow> leakage_rows(std::vector<RadiusRow> const& rows, std::optional<InputEntropy> const& input,
                                     RadiusSubject const& subject) {
  std::vector<LeakageRow> result;
  for (RadiusRow const& row : rows) {
    CutRadius const& radius = row.radius;
    LeakageRow start;
    start.model = subject.model;
    start.dataset = subject.dataset;
    start.cut = row.cut;
    start.protection = subject.protection;
    start.attack = statistic_name(row.grouped_by);
    start.knowledge = Knowledge::query_free;
    start.n = radius.samples;
    start.source = subject.source;
    add(result, start, "rc2", "sum_over_dimensions", radius.mean_radius2);
    add(result, start, "rc2_per_dimension", "mean_over_dimensions", radius.radius2_per_dimension());
    add(result, start, "rc2_per_global_variance", "ratio", radius.radius2_per_global_variance());
    add(result, start, "feature_entropy_bound_nat", "nat_of_activation_unit", feature_entropy_bound(radius));
    add(result, start, "decision_entropy_bound_nat", "nat_of_activation_unit", decision_entropy_bound(radius));
    if (!input) continue;
    // It rests on what the user says of the input as much as on the activations.
    start.source.grade = start.source.grade == Grade::assumed ? Grade::assumed : Grade::derived;
    start.source.citation += "; with H(X) = " + shortest(input->entropy_nats) +
                             " and kappa = " + shortest(input->discretisation_nats) + " nat as given";
    add(result, start, "input_ambiguity_bound_nat", "nat",
        input_ambiguity_bound(input, representation_entropy_bound(radius)));
  }
  return result;
}

}  // namespace coinfer
