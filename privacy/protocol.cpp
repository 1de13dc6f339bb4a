#include "privacy/protocol.hpp"

namespace coinfer {

ServerConfig const* ProtocolInput::server_at(ProcessorRef processor) const {
  Device const& device = platform.device(processor.device);
  for (ServerConfig const& server : servers) {
    // A device alone means its first processor.
    if (server.on == device.name && processor.processor == 0) return &server;
    if (server.on == device.name + "." + device.processors[processor.processor].name) return &server;
  }
  return nullptr;
}

}  // namespace coinfer
