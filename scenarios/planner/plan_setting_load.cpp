#include <algorithm>
#include <array>

#include "privacy/leakage_metric.hpp"
#include "scenarios/frontier/frontier.hpp"
#include "scenarios/planner/plan_setting.hpp"
#include "scenarios/workload_load.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/cost_trace_load.hpp"
#include "workloads/memory_fit.hpp"
#include "workloads/model_load.hpp"
#include "workloads/placement_load.hpp"
#include "workloads/processor_ref_load.hpp"

namespace coinfer {

namespace {

Model model_of(proto::Workload const& workload, Where const& where, Catalog const& catalog) {
  Diagnostics none;
  if (workload.has_model_inline()) return *load_model(workload.model_inline(), where.child("model_inline"), none);
  Located<proto::Model> const* const entry = catalog.models.find_model(workload.model());
  return *load_model(entry->message, entry->where(), none);
}

std::string joined(std::vector<std::string> const& names) {
  std::string list;
  for (std::string const& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

/// Reads the question of a scenario that is right otherwise.
class SettingLoader {
 public:
  SettingLoader(PlanRequest const& request, Located<proto::Scenario> const& located, Scenario scenario,
                Catalog const& catalog)
      : request_(request),
        message_(located.message),
        where_(located.where()),
        plan_where_(where_.child("plan")),
        catalog_(catalog),
        scenario_(std::move(scenario)) {}

  PlanSetting load() {
    find_workload();
    stop_at_problems();
    proto::Workload const& workload = message_.workloads(index_);
    Where const where = where_.child("workloads", index_);
    PlanSetting setting{std::move(scenario_), static_cast<std::size_t>(index_), model_of(workload, where, catalog_)};
    setting.freedom = freedom(workload, where);
    if (setting.model.transformer()) {
      diagnostics_.add(where.here(), "model '" + setting.model.name() + "' is one of tokens",
                       "the price of its steps depends on their batch, which the closed form does not know");
    }
    stop_at_problems();
    if (workload.has_cost_trace()) {
      CatalogText const* const text = catalog_.models.find_trace(workload.cost_trace());
      setting.trace = load_cost_trace(text->file, text->content, setting.model, diagnostics_);
    }
    setting.source = *setting.scenario.platform.find_device(workload.source());
    setting.wire = wire_format_of(workload, setting.model);
    setting.attestation = attestation_of(workload);
    setting.options = workload.options();
    setting.own = *load_placement(workload.placement(), where.child("placement"), setting.model, setting.scenario.platform,
                                  diagnostics_);
    proto::PlanQuestion const& question = message_.plan();
    setting.constraints = question.constraints();
    setting.objective = request_.objective.value_or(question.has_objective() ? question.objective() : proto::LATENCY);
    setting.top = request_.top.value_or(question.has_top() ? question.top() : setting.top);
    find_tiers(setting);
    find_pins(setting);
    find_leakage(setting);
    stop_at_problems();
    hold_others(setting);
    return setting;
  }

 private:
  void stop_at_problems() const {
    if (!diagnostics_.ok()) throw InputError(diagnostics_);
  }

  void find_workload() {
    std::string const wanted = request_.workload.empty() ? message_.plan().workload() : request_.workload;
    if (wanted.empty() && message_.workloads_size() == 1) return;
    std::vector<std::string> names;
    for (int i = 0; i < message_.workloads_size(); ++i) {
      names.push_back(message_.workloads(i).name());
      if (names.back() != wanted) continue;
      index_ = i;
      return;
    }
    if (wanted.empty()) {
      diagnostics_.add(where_.field("workloads"), "the scenario has several workloads", "one is planned at a time",
                       "which one is --workload: " + joined(names));
    } else if (request_.workload.empty()) {
      diagnostics_.add(plan_where_.field("workload"), "no workload '" + wanted + "'", "", did_you_mean(wanted, names));
    } else {
      std::string const hint = did_you_mean(wanted, names);
      throw InputError("--workload: no workload '" + wanted + "'" + (hint.empty() ? "" : " " + hint + "?"));
    }
  }

  PlacementFreedom freedom(proto::Workload const& workload, Where const& where) {
    std::string const& protocol = workload.protocol();
    if (protocol == "enclave_only" || protocol == "gpu_confidential") return PlacementFreedom::one_enclave;
    std::array<std::string_view, 3> constexpr free = {"plain_split", "local_only", "cloud_only"};
    if (std::find(free.begin(), free.end(), protocol) == free.end()) {
      diagnostics_.add(where.field("protocol"), "the placement of protocol '" + protocol + "' is not free",
                       "it fixes what runs where");
    }
    return PlacementFreedom::any;
  }

  void find_tiers(PlanSetting& setting) {
    Platform const& platform = setting.scenario.platform;
    proto::PlanQuestion const& question = message_.plan();
    for (int i = 0; i < question.tiers_size(); ++i) {
      Location const where = plan_where_.field("tiers", i);
      std::optional<ProcessorRef> const at = load_processor_ref(question.tiers(i), where, platform, diagnostics_);
      if (!at) continue;
      bool const twice =
          std::any_of(setting.tiers.begin(), setting.tiers.end(), [&](PlanTier const& tier) { return tier.at == *at; });
      if (twice) {
        diagnostics_.add(where, "tier '" + question.tiers(i) + "' is named twice", "data only moves forward");
        continue;
      }
      add_tier(setting, *at);
      if (!reachable(setting, at->device)) {
        diagnostics_.add(where, "no route between '" + platform.device(setting.source).name + "' and '" +
                                    platform.device(at->device).name + "'");
      }
    }
    if (question.tiers_size() > 0) return;
    add_device(setting, setting.source);
    for (std::uint32_t d = 0; d < platform.devices().size(); ++d) {
      if (DeviceId(d) != setting.source && reachable(setting, DeviceId(d))) add_device(setting, DeviceId(d));
    }
  }

  static bool reachable(PlanSetting const& setting, DeviceId device) {
    return setting.scenario.platform.route(setting.source, device) &&
           setting.scenario.platform.route(device, setting.source);
  }

  static void add_device(PlanSetting& setting, DeviceId id) {
    Device const& device = setting.scenario.platform.device(id);
    for (std::uint32_t p = 0; p < device.processors.size(); ++p) add_tier(setting, {id, p});
    for (std::uint32_t e = 0; e < device.enclaves.size(); ++e) add_tier(setting, {id, device.enclaves[e].processor, e});
  }

  static void add_tier(PlanSetting& setting, ProcessorRef at) {
    Device const& device = setting.scenario.platform.device(at.device);
    std::string const& unit = at.enclave ? device.enclaves[*at.enclave].name : device.processors[at.processor].name;
    setting.tiers.push_back({device.name + "." + unit, at});
    setting.allowed.emplace_back(setting.model.layers().size(), true);
  }

  void find_pins(PlanSetting& setting) {
    for (int i = 0; i < setting.constraints.pins_size(); ++i) {
      proto::PlanPin const& pin = setting.constraints.pins(i);
      Where const where = plan_where_.child("constraints").child("pins", i);
      std::vector<bool> const on = tiers_named(setting, pin.on(), where, "on");
      std::vector<bool> const never = tiers_named(setting, pin.never_on(), where, "never_on");
      if (pin.on_size() == 0 && pin.never_on_size() == 0) {
        diagnostics_.add(where.here(), "the pin says neither 'on' nor 'never_on'", "it pins nothing");
      }
      for (int k = 0; k < pin.layers_size(); ++k) {
        for (LayerId const layer : layers_named(setting.model, pin.layers(k), where.field("layers", k))) {
          for (std::size_t t = 0; t < setting.tiers.size(); ++t) {
            bool const may = (pin.on_size() == 0 || on[t]) && !never[t];
            if (!may) setting.allowed[t][layer.index()] = false;
          }
        }
      }
      setting.pinned = true;
    }
  }

  /// By tier: whether it is one of those named; a device alone means all of its tiers.
  template <class Names>
  std::vector<bool> tiers_named(PlanSetting const& setting, Names const& names, Where const& where, char const* field) {
    std::vector<bool> found(setting.tiers.size(), false);
    for (int k = 0; k < names.size(); ++k) {
      bool any = false;
      for (std::size_t t = 0; t < setting.tiers.size(); ++t) {
        std::string const& device = setting.scenario.platform.device(setting.tiers[t].at.device).name;
        if (setting.tiers[t].name != names.Get(k) && device != names.Get(k)) continue;
        found[t] = any = true;
      }
      if (any) continue;
      std::vector<std::string> known;
      for (PlanTier const& tier : setting.tiers) known.push_back(tier.name);
      diagnostics_.add(where.field(field, k), "no tier '" + names.Get(k) + "'", "the tiers are " + joined(known),
                       did_you_mean(names.Get(k), known));
    }
    return found;
  }

  std::vector<LayerId> layers_named(Model const& model, std::string const& text, Location const& where) {
    std::size_t const dots = text.find("..");
    std::string const last_name = dots == std::string::npos ? text : text.substr(dots + 2);
    std::optional<LayerId> const first = layer(model, text.substr(0, dots), where);
    std::optional<LayerId> const last = layer(model, last_name, where);
    std::vector<LayerId> found;
    if (!first || !last) return found;
    if (*last < *first) diagnostics_.add(where, "the span '" + text + "' ends before it begins");
    for (std::uint32_t i = first->index(); i <= last->index(); ++i) found.emplace_back(i);
    return found;
  }

  std::optional<LayerId> layer(Model const& model, std::string const& name, Location const& where) {
    std::optional<LayerId> const found = model.find(name);
    if (found && found->valid()) return found;
    diagnostics_.add(where, "unknown layer '" + name + "'", "model '" + model.name() + "' has no layer of this name",
                     model.suggest(name));
    return std::nullopt;
  }

  void find_leakage(PlanSetting& setting) {
    proto::PlanQuestion const& question = message_.plan();
    if (!question.has_leakage()) {
      if (setting.objective == proto::LEAKAGE) {
        diagnostics_.add(plan_where_.here(), "the objective is LEAKAGE and plan.leakage is missing",
                         "which attack stands for it: --set 'plan.leakage={metric:\"mse\"}'");
      }
      return;
    }
    proto::PlanLeakage const& asked = question.leakage();
    Where const where = plan_where_.child("leakage");
    std::vector<std::string> names;
    for (Adversary const& adversary : setting.scenario.adversaries) names.push_back(adversary.name);
    PlanLeakageQuestion leakage{asked.adversary(), asked.metric(), asked.scale()};
    if (names.empty()) {
      diagnostics_.add(where.here(), "the scenario has no adversary", "leakage is always to somebody");
    } else if (!asked.has_adversary() && names.size() > 1) {
      diagnostics_.add(where.here(), "the scenario has several adversaries", joined(names), "which one is 'adversary'");
    } else if (!asked.has_adversary()) {
      leakage.adversary = names.front();
    } else if (std::find(names.begin(), names.end(), asked.adversary()) == names.end()) {
      diagnostics_.add(where.field("adversary"), "no adversary '" + asked.adversary() + "'", "",
                       did_you_mean(asked.adversary(), names));
    }
    if (!compares_across_cuts(asked.metric())) {
      std::vector<std::string> metrics;
      for (LeakageMetric const& metric : leakage_metrics()) metrics.emplace_back(metric.name);
      bool const known = find_leakage_metric(asked.metric()) != nullptr;
      diagnostics_.add(
          where.field("metric"),
          known ? "metric '" + asked.metric() + "' does not compare across cuts" : "no metric '" + asked.metric() + "'",
          known ? "" : "coinfer list metrics lists them", known ? "" : did_you_mean(asked.metric(), metrics));
    }
    setting.leakage = leakage;
  }

  /// What the other workloads need of each device's memory; two workloads on one model hold it once.
  void hold_others(PlanSetting& setting) {
    for (int w = 0; w < message_.workloads_size(); ++w) {
      if (w == index_) continue;
      proto::Workload const& workload = message_.workloads(w);
      Where const where = where_.child("workloads", w);
      Model const model = model_of(workload, where, catalog_);
      if (model.transformer()) continue;  // a server accounts for it
      Diagnostics none;
      std::optional<Placement> const placement =
          load_placement(workload.placement(), where.child("placement"), model, setting.scenario.platform, none);
      std::map<DeviceId, std::vector<LayerId>> layers;
      for (std::uint32_t i = 0; placement && i < placement->of_layer.size(); ++i) {
        layers[placement->of_layer[i].device].emplace_back(i);
      }
      for (auto const& [device, list] : layers) {
        Bytes& held = setting.held[device][model.name()];
        held = std::max(held, memory_needed(model, list));
      }
    }
  }

  PlanRequest const& request_;
  proto::Scenario const& message_;
  Where where_;
  Where plan_where_;
  Catalog const& catalog_;
  Scenario scenario_;
  int index_ = 0;
  Diagnostics diagnostics_;
};

}  // namespace

PlanSetting load_plan_setting(PlanRequest const& request, Catalog const& catalog) {
  Diagnostics diagnostics;
  std::optional<Located<proto::Scenario>> const located =
      read_scenario_text(request.file, request.text, request.load, diagnostics);
  std::optional<Scenario> scenario;
  if (located) scenario = load_scenario_message(request.file, *located, catalog, diagnostics);
  if (!scenario) throw InputError(diagnostics);
  return SettingLoader(request, *located, std::move(*scenario), catalog).load();
}

}  // namespace coinfer
