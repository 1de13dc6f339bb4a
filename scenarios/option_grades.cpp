#include "scenarios/option_grades.hpp"

#include <string>

namespace coinfer {

namespace {

/// Collects what one workload assumes.
class Assumptions {
 public:
  explicit Assumptions(std::string const& owner) : owner_(owner + ": ") {}

  void add(std::string const& field, bool given) {
    found_.push_back({owner_ + field, {given ? "given in the scenario" : "default, not published", Grade::assumed}});
  }
  /// A number that counts as 0 where it is not given.
  void add_default_none(std::string const& field, bool given) {
    found_.push_back({owner_ + field, {given ? "given in the scenario" : "not known, counted as none", Grade::assumed}});
  }
  [[nodiscard]] std::vector<InputGrade> found() const { return found_; }

 private:
  std::string owner_;
  std::vector<InputGrade> found_;
};

}  // namespace

std::vector<InputGrade> option_grades(proto::Workload const& workload) {
  Assumptions assumptions("workload '" + workload.name() + "'");
  if (workload.options().has_per_token_pipeline()) {
    if (workload.options().per_token_pipeline().has_acceptance()) {
      assumptions.add("options.per_token_pipeline.acceptance", true);
    }
  }
  if (workload.options().has_cmif()) {
    proto::ProtocolOptions::Cmif const& cmif = workload.options().cmif();
    assumptions.add("options.cmif.epsilon", true);
    assumptions.add("options.cmif.sensitive_share", cmif.has_sensitive_share());
    assumptions.add("options.cmif.candidates", cmif.has_candidates());
    assumptions.add("options.cmif.vector_width", cmif.has_vector_width());
    assumptions.add("options.cmif.decode", cmif.has_decode());
    if (cmif.has_vector_diameter()) assumptions.add("options.cmif.vector_diameter", true);
  }
  if (workload.options().has_talaria()) assumptions.add("options.talaria.rank_ratio", true);
  if (workload.has_serialise_ms()) assumptions.add("serialise_ms", true);
  if (workload.has_leakage_as()) assumptions.add("leakage_as", true);
  return assumptions.found();
}

std::vector<InputGrade> server_grades(proto::Server const& server, bool peer_of_device, bool peer_latency_of_device) {
  std::string const owner = "server '" + (server.has_name() ? server.name() : server.on()) + "'";
  Assumptions assumptions(owner);
  assumptions.add_default_none("overhead_us", server.has_overhead_us());
  bool const group = server.tensor_parallel() > 1 || server.pipeline_parallel() > 1;
  if (group && (server.has_peer() || !peer_of_device)) assumptions.add("peer.bandwidth_gb_per_s", true);
  if (group && (server.has_peer() || !peer_latency_of_device)) {
    assumptions.add_default_none("peer.latency_us", server.peer().has_latency_us());
  }
  if (server.has_kv_capacity_tokens()) return assumptions.found();
  std::vector<InputGrade> found = assumptions.found();
  std::string const memory = owner + ": memory_utilisation";
  found.push_back(server.has_memory_utilisation() ? InputGrade{memory, {"given in the scenario", Grade::assumed}}
                                                  : InputGrade{memory, {"default, that of vLLM 0.8.5", Grade::published}});
  return found;
}

}  // namespace coinfer
