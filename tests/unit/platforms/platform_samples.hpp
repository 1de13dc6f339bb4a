// Small platforms that several tests of this room start from.
#pragma once

#include <string>
#include <vector>

#include "platforms/platform.hpp"

namespace coinfer::samples {

inline Device device(std::string name, std::uint32_t count = 1) {
  Device result;
  result.name = std::move(name);
  result.count = count;
  result.domain = "user";
  Processor cpu;
  cpu.name = "cpu";
  cpu.rates[static_cast<std::size_t>(DataType::fp32)] = FlopPerSecond(1e9);
  result.processors.push_back(cpu);
  return result;
}

inline Link link(std::string name, std::uint32_t from, std::uint32_t to, double latency_s = 0.01) {
  Link result;
  result.name = std::move(name);
  result.from = NodeId(from);
  result.to = NodeId(to);
  result.up = BytesPerSecond(1e6);
  result.down = BytesPerSecond(2e6);
  result.latency = Seconds(latency_s);
  result.domain = "network";
  return result;
}

inline PlatformInput input(std::vector<Device> devices, std::vector<std::string> switches, std::vector<Link> links) {
  return {std::move(devices), std::move(switches), std::move(links)};
}

}  // namespace coinfer::samples
