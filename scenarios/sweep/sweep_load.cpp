#include "scenarios/sweep/sweep_load.hpp"

#include <google/protobuf/text_format.h>

#include "scenarios/gate/expectations_load.hpp"
#include "scenarios/library.hpp"
#include "scenarios/scenario_load.hpp"
#include "scenarios/sweep.pb.h"
#include "scenarios/sweep/column_names.hpp"
#include "scenarios/sweep/point_list.hpp"
#include "scenarios/sweep/sweep_axes_load.hpp"
#include "scenarios/sweep/sweep_skips_load.hpp"
#include "scenarios/sweep/swept_fields.hpp"
#include "scenarios/sweep/swept_points.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/suggest.hpp"
#include "sim/base/text_proto.hpp"

namespace coinfer {

namespace {

/// Finds the scenario: a file beside the sweep, or one of the library. Problems where there is neither.
void find_scenario(std::string const& wanted, std::filesystem::path const& folder, Location const& place, Sweep& sweep,
                   Diagnostics& diagnostics) {
  std::filesystem::path const file = folder / wanted;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored) && !std::filesystem::is_directory(file, ignored)) {
    sweep.scenario = file;
  } else if (find_library_scenario(wanted)) {
    sweep.library_scenario = wanted;
  } else {
    diagnostics.add(place, "no scenario '" + wanted + "'", "neither a file in the sweep's folder nor one of the library",
                    did_you_mean(wanted, library_scenario_names()));
  }
}

std::optional<SampleDesign> sample_of(proto::Sweep const& message) {
  if (!message.has_sample()) return std::nullopt;
  proto::Sample const& sample = message.sample();
  SampleDesign design;
  design.latin_hypercube = sample.design() != proto::Sample::RANDOM;
  design.points = sample.points();
  if (sample.has_seed()) design.seed = sample.seed();
  return design;
}

std::string effective_text(proto::Sweep const& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

/// The scenario as it is written. A file that cannot be read is told where the sweep names it.
std::optional<SweptScenario> read_scenario(Sweep const& sweep, Location const& place, Diagnostics& diagnostics) {
  try {
    return read_swept_scenario(sweep);
  } catch (InputError const& error) {
    diagnostics.add(place, "the scenario cannot be read", error.what());
    return std::nullopt;
  }
}

}  // namespace

std::optional<Sweep> load_sweep(std::filesystem::path const& path, Catalog const& catalog, Diagnostics& diagnostics,
                                MustLoad must_load) {
  return load_sweep_text(path, read_scenario_file(path), catalog, diagnostics, must_load);
}

std::optional<Sweep> load_sweep_text(std::filesystem::path const& path, std::string const& text, Catalog const& catalog,
                                     Diagnostics& diagnostics, MustLoad must_load) {
  Located<proto::Sweep> located;
  if (!parse_text_proto(path.string(), text, located, diagnostics)) return std::nullopt;
  proto::Sweep const& message = located.message;
  Where const where = located.where();
  check_rules(message, where, diagnostics);

  Sweep sweep;
  sweep.name = message.name();
  sweep.question = message.question();
  sweep.assignments.assign(message.set().begin(), message.set().end());
  sweep.sample = sample_of(message);
  sweep.replications = message.has_replications() ? message.replications() : 1;
  sweep.independent_seeds = message.seeds() == proto::Sweep::INDEPENDENT;
  sweep.expectations = load_expectations(message.expect(), where, diagnostics);
  sweep.text = effective_text(message);
  sweep.axes = load_axes(message, where, diagnostics);
  sweep.skips = load_skips(message, sweep.axes, where, diagnostics);
  if (message.scenario().empty()) return std::nullopt;
  find_scenario(message.scenario(), path.parent_path(), where.field("scenario"), sweep, diagnostics);
  if (sweep.scenario.empty() && sweep.library_scenario.empty()) return std::nullopt;
  std::optional<SweptScenario> const scenario = read_scenario(sweep, where.field("scenario"), diagnostics);
  if (!scenario) return std::nullopt;
  std::optional<Located<proto::Scenario>> parsed = read_scenario_text(scenario->file, scenario->text, {}, diagnostics);
  if (!parsed) return std::nullopt;
  check_column_names(*parsed, diagnostics);
  check_swept_fields(sweep, message, where, std::move(*parsed), diagnostics);
  if (!diagnostics.ok()) return std::nullopt;

  PointList const points(sweep);
  if (points.size() == 0) {
    diagnostics.add(where.field("skip"), "every point is skipped");
    return std::nullopt;
  }
  check_swept_points(sweep, points, message, where, *scenario, catalog, must_load, diagnostics);
  if (diagnostics.ok()) check_swept_metrics(sweep, points, message, where, *scenario, catalog, diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  return sweep;
}

SweptScenario read_swept_scenario(Sweep const& sweep) {
  if (std::optional<EmbeddedFile> const file = find_library_scenario(sweep.library_scenario)) {
    return {std::filesystem::path(file->path), std::string(file->content)};
  }
  return {sweep.scenario, read_scenario_file(sweep.scenario)};
}

bool is_sweep_file(std::filesystem::path const& path) { return path.filename().string().ends_with(".sweep.textproto"); }

}  // namespace coinfer
