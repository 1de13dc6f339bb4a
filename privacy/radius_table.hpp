// The table of class radii: one row for each cut and way of grouping, written and read as CSV.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "privacy/class_radius.hpp"
#include "privacy/entropy_bounds.hpp"
#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// By what samples were grouped into classes.
enum class Grouping { labels, predicted };

/// "labels" or "predicted".
std::string_view to_string(Grouping grouping);

/// One cut of one model on one set of samples.
struct RadiusRow {
  std::string cut;
  Grouping grouped_by = Grouping::labels;
  CutRadius radius;
};

/// The columns of the table, in order:
/// cut,grouped_by,samples,dimension,classes,single_sample_classes,radius2,radius2_per_dimension,
/// radius2_per_global_variance,within_class_variance,inter_class_distance2,global_variance,feature_entropy_bound_nats,
/// decision_entropy_bound_nats,label_entropy_nats,input_ambiguity_bound_nats
/// (in the file on one line). Meanings: CutRadius and privacy/entropy_bounds.hpp; the last column uses
/// `representation_entropy_bound`. An absent value is empty.
std::string_view radius_table_header();

/// Comment lines that document the columns, the header, and a row for each of `rows` in their order.
std::string radius_table_csv(std::vector<RadiusRow> const& rows, std::optional<InputEntropy> const& input);

/// cut,grouped_by,label,samples,radius2: a row for each class of each cut.
std::string class_table_csv(std::vector<RadiusRow> const& rows);

/// The cuts of one grouping, in order of depth: what locating the transition needs.
struct RadiusProfile {
  std::string grouped_by;  ///< A word of `Grouping`; in a leakage table the statistic's name.
  std::vector<std::string> cuts;
  std::vector<double> radius2;                ///< R_c^2 >= 0 of each cut; empty where it is not known.
  std::vector<double> radius2_per_dimension;  ///< R_c^2/D >= 0 of each cut; empty where it is not known.
};

/// One profile for each grouping that occurs, by labels first.
std::vector<RadiusProfile> profiles_of(std::vector<RadiusRow> const& rows);

/// Reads the columns cut, grouped_by, dimension and radius2 of a table; others need not be there and are not looked at.
/// Refused, each with its place: a missing column, an empty or repeated cut, an unknown grouping, a dimension below 1, a
/// radius below 0, no rows. `file` is the name used in places.
std::vector<RadiusProfile> load_radius_profiles(std::string const& file, std::string_view text, Diagnostics& diagnostics);

}  // namespace coinfer
