#include "privacy/protocol.hpp"

namespace coinfer {

std::optional<ProcessorRef> processor_of(Platform const& platform, ServerConfig const& server) {
  for (std::uint32_t id = 0; id < platform.devices().size(); ++id) {
    Device const& device = platform.devices()[id];
    if (server.on == device.name) return ProcessorRef{DeviceId(id), 0};
    for (std::uint32_t i = 0; i < device.processors.size(); ++i) {
      if (server.on == device.name + "." + device.processors[i].name) return ProcessorRef{DeviceId(id), i};
    }
  }
  return std::nullopt;
}

ServerConfig const* ProtocolInput::server_at(ProcessorRef processor) const {
  for (ServerConfig const& server : servers) {
    if (processor_of(platform, server) == processor.bare()) return &server;
  }
  return nullptr;
}

}  // namespace coinfer
