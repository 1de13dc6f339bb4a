// Everything on a gpu in confidential mode: the host sees ciphertext; each pass pays the toll of the one serial bridge
// between the confidential machine and the gpu's protected memory, so what it costs depends on the load.
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_stages.hpp"

namespace coinfer {

namespace {

class GpuConfidential final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "gpu_confidential", proto::ProtocolOptions::OF_NOT_SET, problems);
    require_one_enclave(input, "gpu_confidential", Processor::Kind::gpu, problems);
    if (!problems.empty()) return std::nullopt;
    return run_placement(input, problems);
  }
};

}  // namespace

std::unique_ptr<Protocol> make_gpu_confidential() { return std::make_unique<GpuConfidential>(); }

}  // namespace coinfer
