// The explicit table of protocols: one line each, and a factory defined in the protocol's own file. Objects that register
// themselves would vanish from a static library.
#include "privacy/protocol.hpp"

namespace coinfer {

std::unique_ptr<Protocol> make_local_only();
std::unique_ptr<Protocol> make_cloud_only();
std::unique_ptr<Protocol> make_plain_split();
std::unique_ptr<Protocol> make_enclave_only();
std::unique_ptr<Protocol> make_gpu_confidential();
std::unique_ptr<Protocol> make_per_token_pipeline();
std::unique_ptr<Protocol> make_cmif();
std::unique_ptr<Protocol> make_talaria();

namespace {

constexpr ProtocolEntry table[] = {
    {"local_only", "every layer on the device that owns the data; nothing crosses", "baseline", make_local_only},
    {"cloud_only", "the raw input goes up, the result comes back", "baseline", make_cloud_only},
    {"plain_split", "first layers on the data owner's device, the rest elsewhere; activations cross in the clear",
     "Kang et al., Neurosurgeon, ASPLOS 2017, 10.1145/3037697.3037698", make_plain_split},
    {"enclave_only", "every layer in one enclave of a cpu, whose evidence the data owner checks", "baseline",
     make_enclave_only},
    {"gpu_confidential", "every layer on a gpu in confidential mode; each pass pays the toll of its bridge", "baseline",
     make_gpu_confidential},
    {"per_token_pipeline", "first and last layers with the data owner, the middle elsewhere; one round trip per step",
     "arXiv:2602.16760", make_per_token_pipeline},
    {"cmif", "noisy words and their embedding in the data owner's enclave, the rest on a server",
     "arXiv:2509.09091 (DASFAA 2025)", make_cmif},
    {"talaria",
     "products with weights on a gpu under masks, everything else in a confidential machine; 4 L + 1 round trips",
     "Huang et al., arXiv:2603.00196", make_talaria},
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
