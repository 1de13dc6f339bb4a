#include "platforms/platform_load.hpp"

#include <algorithm>

#include "platforms/catalog_use.hpp"
#include "platforms/enclave_load.hpp"
#include "platforms/platform_build.hpp"
#include "platforms/platform_check.hpp"

namespace coinfer {
namespace {

/// Adds what `step` finds to `diagnostics` and returns whether it found nothing.
template <class Step>
bool without_problems(Diagnostics& diagnostics, Step&& step) {
  Diagnostics found;
  step(found);
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  return found.ok();
}

class Loader {
 public:
  Loader(Where const& scenario, PlatformCatalog const& catalog, Diagnostics& diagnostics)
      : scenario_(scenario), catalog_(catalog), diagnostics_(diagnostics) {}

  void add_device(proto::Device const& device, int index) {
    names_.push_back(device.name());
    Device built;
    auto const where = scenario_.child("devices", index);
    auto const* entry = device.has_use() ? catalog_.find_device(device.use()) : nullptr;
    device_places_.push_back({device.name(), where.tree()});
    bool const sound = without_problems(diagnostics_, [&](Diagnostics& found) {
      auto effective = resolve_device(device, where, catalog_, found);
      if (found.ok()) {
        Diagnostics unsuited;
        built = build_device(effective.message, effective.where(), unsuited);
        for (auto& problem : unsuited.sorted()) found.add(in_scenario(std::move(problem), entry, device, where));
      }
      device_places_.back().tree = std::move(effective.tree);
    });
    device_places_.back().sound = sound;
    input_.devices.push_back(std::move(built));
  }

  void add_switch(std::string const& name) {
    names_.push_back(name);
    input_.switches.push_back(name);
  }

  void add_link(proto::Link const& link, int index) {
    Link built;
    auto const where = scenario_.child("links", index);
    auto const* entry = link.has_use() ? catalog_.find_link(link.use()) : nullptr;
    link_places_.push_back({link.name(), where.tree()});
    bool const sound = without_problems(diagnostics_, [&](Diagnostics& found) {
      auto effective = resolve_link(link, where, catalog_, found);
      auto const from = find_end(effective.message.from(), "from", "begins", where, found);
      auto const to = find_end(effective.message.to(), "to", "ends", where, found);
      if (found.ok()) {
        Diagnostics unsuited;
        built = build_link(effective.message, effective.where(), unsuited);
        for (auto& problem : unsuited.sorted()) found.add(in_scenario(std::move(problem), entry, link, where));
      }
      built.from = from;
      built.to = to;
      link_places_.back().tree = std::move(effective.tree);
    });
    link_places_.back().sound = sound;
    input_.links.push_back(std::move(built));
  }

  std::optional<Platform> finish() {
    bool ok = true;
    for (std::size_t i = 0; i < input_.devices.size(); ++i) ok = ok && device_places_[i].sound;
    for (std::size_t i = 0; i < input_.links.size(); ++i) ok = ok && link_places_[i].sound;
    for (auto& problem : check_platform(restored_names())) ok = report(problem) && ok;
    if (!ok) return std::nullopt;
    return Platform(std::move(input_));
  }

 private:
  struct Place {
    std::string name;
    LocationTree tree;  ///< of the effective message
    bool sound = true;  ///< the message alone had no problem
  };

  NodeId find_end(std::string const& name, char const* field, char const* verb, Where const& where,
                  Diagnostics& found) const {
    if (name.empty()) {
      found.add(where.field(field), std::string("field '") + field + "' is missing",
                std::string("a scenario says where each link ") + verb);
      return {};
    }
    auto const node = std::find(names_.begin(), names_.end(), name);
    if (node == names_.end()) {
      found.add(where.field(field), "no device or switch '" + name + "'", "", did_you_mean(name, names_));
      return {};
    }
    return NodeId(static_cast<std::uint32_t>(node - names_.begin()));
  }

  /// The parts with their names, so that duplicates are found among parts that have other problems too.
  PlatformInput restored_names() const {
    PlatformInput input = input_;
    for (std::size_t i = 0; i < input.devices.size(); ++i) input.devices[i].name = device_places_[i].name;
    for (std::size_t i = 0; i < input.links.size(); ++i) input.links[i].name = link_places_[i].name;
    return input;
  }

  /// Reports what check_platform found; of a part that has problems of its own only a duplicate name is news. Returns
  /// whether nothing was reported.
  bool report(PlatformProblem const& problem) {
    auto const index = static_cast<int>(problem.index);
    if (problem.part == PlatformProblem::Part::switches) {
      diagnostics_.add(scenario_.field("switches", index), problem.problem, problem.why);
      return false;
    }
    bool const is_device = problem.part == PlatformProblem::Part::devices;
    auto const& place = is_device ? device_places_[problem.index] : link_places_[problem.index];
    bool const is_duplicate = problem.field == "name" && !place.name.empty();
    if (!place.sound && !is_duplicate) return false;
    // What an entry brings stands in the scenario where the entry is used.
    Where const where = scenario_.child(is_device ? "devices" : "links", index);
    auto location = where.here();
    if (!problem.element_field.empty())
      location = where.child(problem.field, static_cast<int>(problem.element)).field(problem.element_field);
    else if (!problem.field.empty())
      location = where.field(problem.field);
    diagnostics_.add(std::move(location), problem.problem, problem.why);
    return false;
  }

  Where const& scenario_;
  PlatformCatalog const& catalog_;
  Diagnostics& diagnostics_;
  PlatformInput input_;
  std::vector<std::string> names_;  ///< of the nodes, devices first
  std::vector<Place> device_places_;
  std::vector<Place> link_places_;
};

}  // namespace

Located<proto::Device> resolve_device(proto::Device const& device, Where const& where, PlatformCatalog const& catalog,
                                      Diagnostics& diagnostics) {
  auto const* entry = device.has_use() ? catalog.find_device(device.use()) : nullptr;
  auto effective = resolve_use(device, where, entry, catalog.device_names(), "device", diagnostics);
  resolve_enclaves(effective, where, catalog, diagnostics);
  return effective;
}

Located<proto::Link> resolve_link(proto::Link const& link, Where const& where, PlatformCatalog const& catalog,
                                  Diagnostics& diagnostics) {
  auto const* entry = link.has_use() ? catalog.find_link(link.use()) : nullptr;
  return resolve_use(link, where, entry, catalog.link_names(), "link", diagnostics);
}

std::optional<Platform> load_platform(google::protobuf::RepeatedPtrField<proto::Device> const& devices,
                                      google::protobuf::RepeatedPtrField<std::string> const& switches,
                                      google::protobuf::RepeatedPtrField<proto::Link> const& links,
                                      Where const& scenario_where, PlatformCatalog const& catalog,
                                      Diagnostics& diagnostics) {
  Loader loader(scenario_where, catalog, diagnostics);
  for (int i = 0; i < devices.size(); ++i) loader.add_device(devices[i], i);
  for (auto const& name : switches) loader.add_switch(name);
  for (int i = 0; i < links.size(); ++i) loader.add_link(links[i], i);
  return loader.finish();
}

}  // namespace coinfer
