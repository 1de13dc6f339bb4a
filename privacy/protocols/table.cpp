// The explicit table of protocols: one line each, and a factory defined in the protocol's own file. Objects that register
// themselves would vanish from a static library.
#include "privacy/protocol.hpp"

namespace coinfer {

std::unique_ptr<Protocol> make_local_only();
std::unique_ptr<Protocol> make_cloud_only();
std::unique_ptr<Protocol> make_plain_split();

namespace {

constexpr ProtocolEntry table[] = {
    {"local_only", "every layer on the device that owns the data; nothing crosses", "baseline", make_local_only},
    {"cloud_only", "the raw input goes up, the result comes back", "baseline", make_cloud_only},
    {"plain_split", "first layers on the data owner's device, the rest elsewhere; activations cross in the clear",
     "Kang et al., Neurosurgeon, ASPLOS 2017, 10.1145/3037697.3037698", make_plain_split},
};

}  // namespace

std::span<ProtocolEntry const> protocols() { return table; }

ProtocolEntry const* find_protocol(std::string_view name) {
  for (ProtocolEntry const& entry : table) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace coinfer
