#include "privacy/floor_load.hpp"

#include <algorithm>

#include "privacy/leakage_metric.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// One floor, field by field; problems are collected.
class FloorReader {
 public:
  FloorReader(proto::PrivacyFloor const& message, Where const& where, Diagnostics& diagnostics)
      : message_(message), where_(where), diagnostics_(diagnostics) {}

  std::optional<PrivacyFloor> read(std::span<std::string const> adversaries, std::span<std::string const> workloads) {
    if (adversaries.empty()) {
      problem("metric", "the floor has nobody to hold against",
              "the scenario has no adversaries, and a floor bounds what one of them learns");
    } else if (message_.has_adversary()) {
      check_name("adversary", message_.adversary(), adversaries);
    }
    if (message_.has_workload()) check_name("workload", message_.workload(), workloads);
    check_scale();
    LeakageMetric const* const metric = find_metric();
    if (metric != nullptr) check_bound(*metric);
    if (!ok_) return std::nullopt;
    return PrivacyFloor{message_.adversary(),
                        message_.workload(),
                        message_.metric(),
                        message_.scale(),
                        message_.has_at_least() ? message_.at_least() : message_.at_most(),
                        message_.unmeasured() == proto::PrivacyFloor::ALLOW};
  }

 private:
  void problem(std::string_view field, std::string what, std::string why = {}, std::string suggestion = {}) {
    diagnostics_.add(where_.field(field), std::move(what), std::move(why), std::move(suggestion));
    ok_ = false;
  }

  void check_name(std::string const& field, std::string const& name, std::span<std::string const> known) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    problem(field, "no " + field + " '" + name + "'", "the scenario has none of that name", did_you_mean(name, known));
  }

  void check_scale() {
    std::string_view const letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (!message_.has_scale() ||
        (!message_.scale().empty() && message_.scale().find_first_not_of(letters) == std::string::npos))
      return;
    problem("scale", "scale '" + message_.scale() + "' is not a word", "small letters, digits and underscores");
  }

  /// Null where there is none that a floor may name; reported, unless `check_rules` does.
  LeakageMetric const* find_metric() {
    if (message_.metric().empty()) {
      ok_ = false;
      return nullptr;
    }
    LeakageMetric const* const metric = find_leakage_metric(message_.metric());
    if (metric != nullptr && metric->more_private != PrivateDirection::none) return metric;
    std::vector<std::string> names;
    std::string list;
    for (LeakageMetric const& known : leakage_metrics()) {
      if (known.more_private == PrivateDirection::none) continue;
      names.emplace_back(known.name);
      list += (list.empty() ? "" : ", ") + names.back();
    }
    if (metric != nullptr) {
      problem("metric", "metric '" + message_.metric() + "' cannot be a floor", std::string(metric->description));
    } else {
      problem("metric", "unknown metric '" + message_.metric() + "'", "those of a floor are " + list,
              did_you_mean(message_.metric(), names));
    }
    return nullptr;
  }

  void check_bound(LeakageMetric const& metric) {
    bool const at_least = metric.more_private == PrivateDirection::larger;
    std::string const right = at_least ? "at_least" : "at_most";
    std::string const wrong = at_least ? "at_most" : "at_least";
    std::string const name(metric.name);
    std::string const why = "a " + std::string(at_least ? "larger" : "smaller") + " " + name + " is more private";
    bool const has_right = at_least ? message_.has_at_least() : message_.has_at_most();
    bool const has_wrong = at_least ? message_.has_at_most() : message_.has_at_least();
    if (has_wrong) {
      problem(wrong, "'" + wrong + "' is no floor of " + name, why + (has_right ? "" : ": use '" + right + "'"));
    } else if (!has_right) {
      problem("metric", "the floor of " + name + " has no bound", why + ": give '" + right + "'");
    } else {
      check_range(metric, right, at_least ? message_.at_least() : message_.at_most());
    }
  }

  /// A bound that every value keeps, or none can, is a mistake.
  void check_range(LeakageMetric const& metric, std::string const& field, double bound) {
    std::string const name(metric.name);
    if (metric.smallest && bound < *metric.smallest) {
      problem(field, "'" + field + "' is " + shortest(bound), name + " is at least " + shortest(*metric.smallest));
    }
    if (metric.largest && bound > *metric.largest) {
      problem(field, "'" + field + "' is " + shortest(bound), name + " is at most " + shortest(*metric.largest));
    }
  }

  proto::PrivacyFloor const& message_;
  Where const& where_;
  Diagnostics& diagnostics_;
  bool ok_ = true;
};

}  // namespace

std::vector<PrivacyFloor> load_floors(google::protobuf::RepeatedPtrField<proto::PrivacyFloor> const& messages,
                                      Where const& parent, std::string_view field, std::span<std::string const> adversaries,
                                      std::span<std::string const> workloads, Diagnostics& diagnostics) {
  std::vector<PrivacyFloor> floors;
  for (int i = 0; i < messages.size(); ++i) {
    Where const where = parent.child(field, i);
    auto floor = FloorReader(messages[i], where, diagnostics).read(adversaries, workloads);
    if (floor) floors.push_back(std::move(*floor));
  }
  return floors;
}

}  // namespace coinfer
