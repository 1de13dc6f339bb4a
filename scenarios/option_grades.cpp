#include "scenarios/option_grades.hpp"

#include <string>

namespace coinfer {

namespace {

/// Collects what one workload assumes.
class Assumptions {
 public:
  explicit Assumptions(std::string const& workload) : owner_("workload '" + workload + "': ") {}

  void add(std::string const& field, bool given) {
    found_.push_back({owner_ + field, {given ? "given in the scenario" : "default, not published", Grade::assumed}});
  }
  [[nodiscard]] std::vector<InputGrade> found() const { return found_; }

 private:
  std::string owner_;
  std::vector<InputGrade> found_;
};

}  // namespace

std::vector<InputGrade> option_grades(proto::Workload const& workload) {
  Assumptions assumptions(workload.name());
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
  }
  if (workload.options().has_talaria()) assumptions.add("options.talaria.rank_ratio", true);
  if (workload.has_leakage_as()) assumptions.add("leakage_as", true);
  return assumptions.found();
}

}  // namespace coinfer
