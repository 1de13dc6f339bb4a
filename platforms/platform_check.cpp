#include "platforms/platform_check.hpp"

#include <cmath>
#include <map>
#include <string_view>

#include "sim/base/number_format.hpp"

namespace coinfer {
namespace {

using Part = PlatformProblem::Part;

bool is_bandwidth(BytesPerSecond rate) { return std::isfinite(rate.value()) && rate > BytesPerSecond(0); }

class Checker {
 public:
  explicit Checker(PlatformInput const& input) : input_(input) {}

  std::vector<PlatformProblem> check() {
    std::map<std::string_view, int> node_names;
    for (std::size_t i = 0; i < input_.devices.size(); ++i) {
      check_name(node_names, Part::devices, i, "device", input_.devices[i].name);
      check_device(i);
    }
    for (std::size_t i = 0; i < input_.switches.size(); ++i)
      check_name(node_names, Part::switches, i, "switch", input_.switches[i]);
    std::map<std::string_view, int> link_names;
    for (std::size_t i = 0; i < input_.links.size(); ++i) {
      check_name(link_names, Part::links, i, "link", input_.links[i].name);
      check_link(i);
    }
    return std::move(found_);
  }

 private:
  PlatformProblem& add(Part part, std::size_t index, std::string field, std::string problem, std::string why = {}) {
    found_.push_back({part, index, std::move(field), {}, 0, std::move(problem), std::move(why)});
    return found_.back();
  }

  void check_name(std::map<std::string_view, int>& names, Part part, std::size_t index, std::string const& what,
                  std::string const& name) {
    std::string const field = part == Part::switches ? "" : "name";
    if (name.empty()) {
      add(part, index, field, "the name of a " + what + " is empty");
    } else if (names[name]++ > 0) {
      add(part, index, field, "duplicate " + what + " name '" + name + "'",
          what == "link" ? "links are found by name" : "devices and switches share one name space");
    }
  }

  void check_device(std::size_t index) {
    auto const& device = input_.devices[index];
    if (device.count < 1) add(Part::devices, index, "count", "count is 0", "must be at least 1");
    if (device.domain.empty())
      add(Part::devices, index, "domain", "field 'domain' is missing", "a scenario says who controls each device");
    if (device.processors.empty()) add(Part::devices, index, "processors", "field 'processors' is missing");
    std::map<std::string_view, int> names;
    for (std::size_t k = 0; k < device.processors.size(); ++k) {
      auto const& processor = device.processors[k];
      auto const add_here = [&](std::string field, std::string problem, std::string why = {}) {
        auto& made = add(Part::devices, index, "processors", std::move(problem), std::move(why));
        made.element_field = std::move(field);
        made.element = k;
      };
      if (processor.name.empty())
        add_here("name", "the name of a processor is empty");
      else if (names[processor.name]++ > 0)
        add_here("name", "duplicate processor name '" + processor.name + "'", "a placement finds processors by name");
      if (processor.slots < 1) add_here("slots", "slots is 0", "must be at least 1");
      if (processor.idle && processor.busy && *processor.busy < *processor.idle)
        add_here("busy_w", "busy_w is " + shortest(processor.busy->value()),
                 "must be at least idle_w, which is " + shortest(processor.idle->value()));
    }
    check_enclaves(index, names);
  }

  /// `names` counts those of the processors.
  void check_enclaves(std::size_t index, std::map<std::string_view, int>& names) {
    auto const& device = input_.devices[index];
    for (std::size_t k = 0; k < device.enclaves.size(); ++k) {
      auto const& enclave = device.enclaves[k];
      auto const add_here = [&](std::string field, std::string problem, std::string why = {}) {
        auto& made = add(Part::devices, index, "enclaves", std::move(problem), std::move(why));
        made.element_field = std::move(field);
        made.element = k;
      };
      if (enclave.name.empty())
        add_here("name", "the name of an enclave is empty");
      else if (names[enclave.name]++ > 0)
        add_here("name", "duplicate enclave name '" + enclave.name + "'",
                 "a placement finds processors and enclaves of a device by name");
      if (enclave.processor >= device.processors.size() && !device.processors.empty())
        add_here("on", "enclave '" + enclave.name + "' is a mode of no processor");
    }
  }

  [[nodiscard]] bool is_node(NodeId node) const {
    return node.valid() && node.index() < input_.devices.size() + input_.switches.size();
  }
  [[nodiscard]] Device const* device_at(NodeId node) const {
    return node.index() < input_.devices.size() ? &input_.devices[node.index()] : nullptr;
  }

  void check_link(std::size_t index) {
    auto const& link = input_.links[index];
    if (link.domain.empty())
      add(Part::links, index, "domain", "field 'domain' is missing", "a scenario says who sees what crosses each link");
    if (!is_bandwidth(link.up))
      add(Part::links, index, "up_mbit_per_s", "the link has no bandwidth up", "a link without bandwidth never delivers");
    if (!is_bandwidth(link.down))
      add(Part::links, index, "down_mbit_per_s", "the link has no bandwidth down",
          "a link without bandwidth never delivers");
    if (!std::isfinite(link.latency.value()) || link.latency < Seconds(0))
      add(Part::links, index, "latency_ms", "the link has no legal latency", "must be at least 0");
    if (link.duplex == Duplex::half && link.up != link.down)
      add(Part::links, index, "down_mbit_per_s", "down_mbit_per_s is given on a half-duplex link",
          "its directions share up_mbit_per_s");
    if (!is_node(link.from)) add(Part::links, index, "from", "the link begins nowhere");
    if (!is_node(link.to)) add(Part::links, index, "to", "the link ends nowhere");
    if (!is_node(link.from) || !is_node(link.to)) return;
    if (link.from == link.to) {
      auto const* device = device_at(link.from);
      auto const& name = device != nullptr ? device->name : input_.switches[link.from.index() - input_.devices.size()];
      add(Part::links, index, "to", "the link goes from '" + name + "' to itself");
    } else if (link.is_private) {
      check_private(index);
    }
  }

  void check_private(std::size_t index) {
    auto const& link = input_.links[index];
    auto const* from = device_at(link.from);
    auto const* to = device_at(link.to);
    if (from == nullptr && to == nullptr)
      add(Part::links, index, "private", "a private link joins two switches",
          "it belongs to the members of a fleet at one end");
    else if (from != nullptr && to != nullptr && from->count > 1 && to->count > 1)
      add(Part::links, index, "private", "a private link joins two fleets",
          "it belongs to the members of the fleet at one end");
  }

  PlatformInput const& input_;
  std::vector<PlatformProblem> found_;
};

}  // namespace

std::vector<PlatformProblem> check_platform(PlatformInput const& input) { return Checker(input).check(); }

}  // namespace coinfer
