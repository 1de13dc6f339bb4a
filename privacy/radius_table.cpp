#include "privacy/radius_table.hpp"

#include <algorithm>
#include <array>

#include "sim/base/csv.hpp"
#include "sim/base/csv_line.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

constexpr char const* comments =
    "# Class radii of every cut, R_c^2 [arXiv 2506.15412]: squared distances summed over the dimensions of a sample, so "
    "that\n"
    "# radius2 of cuts of different dimension do not compare, nor radius2_per_dimension of cuts whose activations have "
    "other\n"
    "# scales; radius2_per_global_variance does.\n"
    "# Entropies are differential, in nats, and depend on the unit of the activations. Empty: not known.\n";

/// The profile of a grouping, made where it is not there yet.
RadiusProfile& profile_of(std::vector<RadiusProfile>& profiles, Grouping grouping) {
  auto const found = std::find_if(profiles.begin(), profiles.end(),
                                  [&](RadiusProfile const& profile) { return profile.grouped_by == to_string(grouping); });
  if (found != profiles.end()) return *found;
  profiles.push_back({std::string(to_string(grouping)), {}, {}, {}});
  return profiles.back();
}

/// By labels first, which is also the order of the words.
void sort_by_grouping(std::vector<RadiusProfile>& profiles) {
  std::sort(profiles.begin(), profiles.end(),
            [](RadiusProfile const& a, RadiusProfile const& b) { return a.grouped_by < b.grouped_by; });
}

constexpr std::array groupings = {Grouping::labels, Grouping::predicted};

std::optional<Grouping> grouping_of(std::string_view word) {
  for (Grouping const grouping : groupings) {
    if (to_string(grouping) == word) return grouping;
  }
  return std::nullopt;
}

enum Column : std::size_t { cut, grouped_by, dimension, radius2 };
constexpr std::array<char const*, 4> column_names = {"cut", "grouped_by", "dimension", "radius2"};

using Columns = std::array<std::size_t, column_names.size()>;

std::optional<Columns> find_columns(std::string const& file, CsvTable const& csv, Diagnostics& diagnostics) {
  Columns columns{};
  bool ok = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto const found = csv.column(column_names[i]);
    columns[i] = found.value_or(0);
    if (found) continue;
    ok = false;
    diagnostics.add({file, 0, 0}, "no column '" + std::string(column_names[i]) + "'",
                    "class radii have cut, grouped_by, dimension and radius2");
  }
  return ok ? std::optional(columns) : std::nullopt;
}

void load_row(CsvTable const& csv, std::size_t row, Columns const& columns, std::vector<RadiusProfile>& profiles,
              Diagnostics& diagnostics) {
  auto const text = [&](Column column) -> std::string const& { return csv.at(row, columns[column]); };
  bool ok = true;
  auto const refuse = [&](Column column, std::string problem, std::string suggestion = {}) {
    diagnostics.add(csv.where(row, columns[column]), std::move(problem), {}, std::move(suggestion));
    ok = false;
  };
  auto const grouping = grouping_of(text(grouped_by));
  if (!grouping) {
    std::vector<std::string> words;
    for (Grouping const known : groupings) words.emplace_back(to_string(known));
    refuse(grouped_by, "unknown grouped_by '" + text(grouped_by) + "'", did_you_mean(text(grouped_by), words));
  }
  auto const size = parse_number(text(dimension));
  if (!size || *size < 1) refuse(dimension, "dimension '" + text(dimension) + "' is not a number of at least 1");
  auto const value = parse_number(text(radius2));
  if (!value || *value < 0) refuse(radius2, "radius2 '" + text(radius2) + "' is not a finite number of at least 0");
  if (text(cut).empty()) refuse(cut, "'cut' is empty");
  if (!ok) return;
  RadiusProfile& profile = profile_of(profiles, *grouping);
  if (std::find(profile.cuts.begin(), profile.cuts.end(), text(cut)) != profile.cuts.end()) {
    refuse(cut, "cut '" + text(cut) + "' is there twice, grouped by " + text(grouped_by));
    return;
  }
  profile.cuts.push_back(text(cut));
  profile.radius2.push_back(*value);
  profile.radius2_per_dimension.push_back(*value / *size);
}

}  // namespace

std::string_view to_string(Grouping grouping) { return grouping == Grouping::labels ? "labels" : "predicted"; }

std::string_view radius_table_header() {
  return "cut,grouped_by,samples,dimension,classes,single_sample_classes,radius2,radius2_per_dimension,"
         "radius2_per_global_variance,within_class_variance,inter_class_distance2,global_variance,"
         "feature_entropy_bound_nats,decision_entropy_bound_nats,label_entropy_nats,input_ambiguity_bound_nats";
}

std::string radius_table_csv(std::vector<RadiusRow> const& rows, std::optional<InputEntropy> const& input) {
  std::string out = comments + std::string(radius_table_header()) + "\n";
  CsvLine line(out);
  for (RadiusRow const& row : rows) {
    CutRadius const& radius = row.radius;
    line.text(row.cut).text(to_string(row.grouped_by)).count(radius.samples).count(radius.dimension);
    line.count(radius.classes.size()).count(radius.single_sample_classes());
    line.number(radius.mean_radius2).number(radius.radius2_per_dimension()).number(radius.radius2_per_global_variance());
    line.number(radius.within_class_variance).number(radius.inter_class_distance2).number(radius.global_variance);
    line.number(feature_entropy_bound(radius)).number(decision_entropy_bound(radius)).number(label_entropy(radius));
    line.number(input_ambiguity_bound(input, representation_entropy_bound(radius))).end();
  }
  return out;
}

std::string class_table_csv(std::vector<RadiusRow> const& rows) {
  std::string out = "cut,grouped_by,label,samples,radius2\n";
  CsvLine line(out);
  for (RadiusRow const& row : rows) {
    for (ClassRadius const& entry : row.radius.classes) {
      line.text(row.cut).text(to_string(row.grouped_by)).text(std::to_string(entry.label));
      line.count(entry.samples).number(entry.radius2).end();
    }
  }
  return out;
}

std::vector<RadiusProfile> profiles_of(std::vector<RadiusRow> const& rows) {
  std::vector<RadiusProfile> profiles;
  for (RadiusRow const& row : rows) {
    RadiusProfile& profile = profile_of(profiles, row.grouped_by);
    profile.cuts.push_back(row.cut);
    profile.radius2.push_back(row.radius.mean_radius2);
    profile.radius2_per_dimension.push_back(row.radius.radius2_per_dimension());
  }
  sort_by_grouping(profiles);
  return profiles;
}

std::vector<RadiusProfile> load_radius_profiles(std::string const& file, std::string_view text, Diagnostics& diagnostics) {
  std::vector<RadiusProfile> profiles;
  CsvTable const csv = CsvTable::parse(file, text, diagnostics);
  if (csv.header().empty()) return profiles;  // already a problem
  auto const columns = find_columns(file, csv, diagnostics);
  if (!columns) return profiles;
  for (std::size_t row = 0; row < csv.rows(); ++row) load_row(csv, row, *columns, profiles, diagnostics);
  if (csv.rows() == 0 && diagnostics.ok()) diagnostics.add({file, 0, 0}, "holds no cut");
  sort_by_grouping(profiles);
  return profiles;
}

}  // namespace coinfer
