// Everything inside an enclave of a cpu: the host sees ciphertext, and the whole model pays the enclave's slowdown and
// paging. For token models the baseline of CMIF and Talaria (a confidential VM on TDX or SEV-SNP, or SGX).
#include "privacy/protocol.hpp"
#include "privacy/protocols/requirements.hpp"
#include "privacy/protocols/token_stages.hpp"

namespace coinfer {

namespace {

class EnclaveOnly final : public Protocol {
 public:
  [[nodiscard]] std::optional<Plan> compile(ProtocolInput const& input, std::vector<PlanProblem>& problems) const override {
    require_own_options(input, "enclave_only", proto::ProtocolOptions::OF_NOT_SET, problems);
    require_one_enclave(input, "enclave_only", Processor::Kind::cpu, problems);
    if (!problems.empty()) return std::nullopt;
    return run_placement(input, problems);
  }
};

}  // namespace

std::unique_ptr<Protocol> make_enclave_only() { return std::make_unique<EnclaveOnly>(); }

}  // namespace coinfer
