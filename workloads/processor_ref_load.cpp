#include "workloads/processor_ref_load.hpp"

#include <vector>

#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

std::string quoted(std::string const& text) { return "'" + text + "'"; }

// "did you mean 'device.name'" where another device has an enclave of this name; else empty.
std::string device_with_enclave(Platform const& platform, std::string const& name) {
  for (Device const& candidate : platform.devices()) {
    if (candidate.find_enclave(name) != nullptr) return "did you mean " + quoted(candidate.name + "." + name);
  }
  return {};
}

}  // namespace

std::optional<ProcessorRef> load_processor_ref(std::string const& text, Location const& where, Platform const& platform,
                                               Diagnostics& diagnostics) {
  if (auto const device = platform.find_device(text)) return ProcessorRef{*device, 0};
  auto const dot = text.rfind('.');
  std::string const device_name = text.substr(0, dot);
  auto const device = platform.find_device(device_name);
  std::vector<std::string> known;
  if (!device) {
    for (Device const& candidate : platform.devices()) known.push_back(candidate.name);
    diagnostics.add(where, "unknown device " + quoted(device_name), {}, did_you_mean(device_name, known));
    return std::nullopt;
  }
  std::string const name = text.substr(dot + 1);
  auto const& processors = platform.device(*device).processors;
  auto const& enclaves = platform.device(*device).enclaves;
  for (std::uint32_t i = 0; i < processors.size(); ++i) {
    if (processors[i].name == name) return ProcessorRef{*device, i};
    known.push_back(processors[i].name);
  }
  for (std::uint32_t i = 0; i < enclaves.size(); ++i) {
    if (enclaves[i].name == name) return ProcessorRef{*device, enclaves[i].processor, i};
    known.push_back(enclaves[i].name);
  }
  auto const kinds = std::string("processor") + (enclaves.empty() ? "" : " or enclave");
  auto suggestion = did_you_mean(name, known);
  bool const near = !suggestion.empty();
  if (!near) suggestion = device_with_enclave(platform, name);
  diagnostics.add(where, "device " + quoted(device_name) + " has no " + kinds + " " + quoted(name),
                  enclaves.empty() && !near ? "it has no enclaves either" : "", suggestion);
  return std::nullopt;
}

}  // namespace coinfer
