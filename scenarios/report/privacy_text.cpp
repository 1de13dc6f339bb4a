#include "scenarios/report/privacy_text.hpp"

#include <algorithm>
#include <vector>

#include "scenarios/report/readable.hpp"
#include "scenarios/report/side_by_side.hpp"

namespace coinfer {

namespace {

constexpr int digits = 4;
constexpr std::size_t label_width = 14;  ///< as in the rest of the answer

std::string padded(std::string const& label) {
  return label + std::string(label.size() < label_width ? label_width - label.size() : 1, ' ');
}

/// "black box; sees cloud operator, network".
std::string who_is(Adversary const& adversary) {
  std::string text(to_string(adversary.knowledge));
  std::replace(text.begin(), text.end(), '_', ' ');
  text += "; sees ";
  for (std::size_t i = 0; i < adversary.domains.size(); ++i) text += (i > 0 ? ", " : "") + adversary.domains[i];
  return text + (adversary.keeps == Keeps::one_request ? "; forgets after each request" : "");
}

/// "clear: 40000 times, of 20000 requests of 100 users, most often of phone[17] (462 times)".
std::string whom_it_saw(ExposureCount const& count) {
  std::string text = "      " + padded("saw " + std::string(to_string(count.protection)));
  text += std::to_string(count.exposures) + (count.exposures == 1 ? " time" : " times");
  if (!count.users) return text + "\n";
  ExposedUsers const& exposed = *count.users;
  text += ", of " + std::to_string(exposed.requests) + (exposed.requests == 1 ? " request" : " requests");
  if (exposed.users > 1) {
    text += " of " + std::to_string(exposed.users) + " users, most often of " + exposed.worst_user + " (" +
            std::to_string(exposed.most_per_user) + (exposed.most_per_user == 1 ? " time)" : " times)");
  } else {
    text += " of " + exposed.worst_user;
  }
  return text + "\n";
}

/// "workload 'vision' by plain_split, 'block30' crosses: p95 35.66 ms, 131.1 kB up and 40 B down a request".
std::string what_it_costs(Workload const& workload, WorkloadResult const& result) {
  std::string text = "workload '" + workload.name + "' by " + workload.protocol;
  if (!workload.cut.empty()) text += ", '" + workload.cut + "' crosses";
  std::string cost;
  if (result.latency_s) cost = "p95 " + readable_duration(result.latency_s->p95, digits);
  if (result.bytes_up && result.bytes_down && result.admitted() > 0) {
    auto const requests = static_cast<double>(result.admitted());
    cost += (cost.empty() ? "" : ", ") + readable_size(*result.bytes_up / requests, digits) + " up and " +
            readable_size(*result.bytes_down / requests, digits) + " down a request";
  }
  return text + (cost.empty() ? "" : ": " + cost);
}

/// The scores' words, and the citations they refer to.
class ScoreLines {
 public:
  [[nodiscard]] std::string line(PrivacyScore const& score) {
    std::string text = "      " + padded(label(score));
    if (score.value) {
      text += readable_number(*score.value, digits) + (score.scale.empty() ? "" : " (" + score.scale + ")");
      text += score.attack == "any" ? ", whatever the attack," : ", by " + score.attack;
    } else {
      text += without_prefix(score.reason);
    }
    if (score.exposures > 0) {
      text += (score.value ? " on '" : "; '") + score.tensor + "'" + (score.value ? ", seen " : " seen ") +
              std::to_string(score.exposures) + (score.exposures == 1 ? " time" : " times");
    }
    if (score.value) text += " [" + std::to_string(number_of(score)) + "]";
    return text + "\n";
  }

  /// "[1] GRADE, citation" on a line each.
  [[nodiscard]] std::string citations() const {
    std::string text;
    for (std::size_t i = 0; i < citations_.size(); ++i) {
      text += "  [" + std::to_string(i + 1) + "] " + citations_[i] + "\n";
    }
    return text;
  }

 private:
  static std::string label(PrivacyScore const& score) {
    switch (score.status) {
      case ScoreStatus::measured:
        return score.metric;
      case ScoreStatus::not_measured:
        return score.metric.empty() ? "not measured" : score.metric;
      case ScoreStatus::raw_input:
        return "raw input";
      case ScoreStatus::raw_output:
        return "raw answer";
      case ScoreStatus::ciphertext_only:
        return "ciphertext";
      default:
        return "nothing";
    }
  }

  /// The label says that it is not measured, unless it names the metric.
  static std::string without_prefix(std::string const& reason) {
    std::string const prefix = "not measured: ";
    return reason.rfind(prefix, 0) == 0 ? reason.substr(prefix.size()) : reason;
  }

  std::size_t number_of(PrivacyScore const& score) {
    std::string const citation = std::string(to_string(score.grade)) + ", " + score.citation;
    auto found = std::find(citations_.begin(), citations_.end(), citation);
    if (found == citations_.end()) found = citations_.insert(citations_.end(), citation);
    return static_cast<std::size_t>(found - citations_.begin()) + 1;
  }

  std::vector<std::string> citations_;
};

}  // namespace

std::string privacy_text(Scenario const& scenario, Results const& results) {
  bool const all = results.workloads.size() <= detailed_workloads;
  ScoreLines lines;
  std::string out;
  for (Adversary const& adversary : scenario.adversaries) {
    std::string of_adversary;
    for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
      std::string of_workload;
      for (PrivacyScore const& score : results.privacy) {
        bool const here = score.adversary == adversary.name && score.workload == scenario.workloads[w].name;
        if (here && (all || score.value)) of_workload += lines.line(score);
      }
      if (of_workload.empty()) continue;
      of_adversary += "    " + what_it_costs(scenario.workloads[w], results.workloads[w]) + "\n";
      for (ExposureCount const& count : results.exposure_counts) {
        bool const here = count.adversary == adversary.name && count.workload == scenario.workloads[w].name;
        if (here && all) of_adversary += whom_it_saw(count);
      }
      of_adversary += of_workload;
    }
    if (!of_adversary.empty()) out += "  " + adversary.name + " (" + who_is(adversary) + ")\n" + of_adversary;
  }
  if (out.empty()) return out;
  std::string const title = all ? "\nWhat it leaks, beside what it costs\n" : "\nWhat it leaks, where that is known\n";
  return title + out + lines.citations();
}

}  // namespace coinfer
