#include "scenarios/explain/against.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "scenarios/report/readable.hpp"
#include "scenarios/report/text_table.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

/// Both runs' values by name, in the order of the first and then of the second, the largest difference first.
class Pairs {
 public:
  void before(std::string const& what, double value_s) { at(what).before_s += value_s; }
  void after(std::string const& what, double value_s) { at(what).after_s += value_s; }
  [[nodiscard]] std::vector<Change> sorted() const {
    std::vector<Change> changes = changes_;
    std::stable_sort(changes.begin(), changes.end(),
                     [](Change const& a, Change const& b) { return std::abs(a.by_s()) > std::abs(b.by_s()); });
    return changes;
  }

 private:
  Change& at(std::string const& what) {
    auto const [entry, added] = index_.try_emplace(what, changes_.size());
    if (added) changes_.push_back({what, 0, 0});
    return changes_[entry->second];
  }
  std::map<std::string, std::size_t> index_;
  std::vector<Change> changes_;
};

std::vector<Change> part_changes(LatencyParts const& before, LatencyParts const& after) {
  Pairs parts;
  for (PartShare const& part : before.parts) parts.before(part.part, part.mean_s);
  for (PartShare const& part : after.parts) parts.after(part.part, part.mean_s);
  return parts.sorted();
}

std::string signed_duration(double time_s) { return (time_s < 0 ? "-" : "+") + readable_duration(std::abs(time_s)); }

/// What double arithmetic leaves of equal times is no difference.
std::string difference(Change const& change) {
  double constexpr rounding = 1e-9;
  bool const same = std::abs(change.by_s()) <= rounding * (change.before_s + change.after_s);
  return same ? "" : signed_duration(change.by_s());
}

std::string percent(double share) { return readable_number(100 * share) + " %"; }

/// What the part is, so that a sentence can say it.
std::string in_words(std::string const& part) {
  if (part == "queue") return "waiting in queues";
  if (part == "wire") return "bytes flowing over links";
  if (part == "propagation") return "the latency of links";
  if (part == "interference") return "computing for other requests' prompts";
  if (part == "compute") return "computing";
  return "'" + part + "'";
}

std::string use_of(std::optional<ResourceShare> const& share) { return share ? percent(share->utilisation) : "-"; }

std::string waits_of(std::optional<ResourceShare> const& share) {
  if (!share) return "-";
  return share->waiting_s_per_request > 0 ? readable_duration(share->waiting_s_per_request) : "";
}

std::string batch_of(std::optional<ResourceShare> const& share) {
  return share && share->mean_batch ? readable_number(*share->mean_batch) : "";
}

/// Of a slower server on more machines: the machines can only be in the groups where there are not more of these. Smaller
/// batches alone make a token longer, too, and are another story.
std::string groups_text(Against const& of, ResourceChange const& server) {
  double constexpr comparable = 0.9;
  std::string const processor = server.resource.substr(std::string("server ").size());
  auto const machines = std::find_if(of.resources.begin(), of.resources.end(),
                                     [&](ResourceChange const& other) { return other.resource == processor; });
  if (machines == of.resources.end() || !machines->before || !machines->after) return "";
  if (machines->after->members <= machines->before->members || server.after->members > server.before->members) return "";
  if (*server.after->mean_batch < comparable * *server.before->mean_batch) return "";
  return " " + processor + " has " + std::to_string(machines->after->members) + " members instead of " +
         std::to_string(machines->before->members) +
         " and no more replicas of the server: what its larger group exchanges in an iteration takes longer than dividing "
         "the work saves.";
}

/// Of servers whose work takes longer or shorter than before: an iteration, and a token.
std::string servers_text(Against const& of) {
  double constexpr worth_saying = 0.05;
  std::string out;
  for (ResourceChange const& change : of.resources) {
    if (!change.before || !change.after || !change.before->token_s || !change.after->token_s) continue;
    double const ratio = *change.after->token_s / *change.before->token_s;
    if (std::abs(ratio - 1) < worth_saying) continue;
    out += " An iteration of " + change.resource + " takes " + readable_duration(*change.after->iteration_s) + " with " +
           readable_number(*change.after->mean_batch) +
           " sessions in it (before: " + readable_duration(*change.before->iteration_s) + " with " +
           readable_number(*change.before->mean_batch) + "), " + readable_duration(*change.after->token_s) + " a token (" +
           readable_duration(*change.before->token_s) + ").";
    if (of.after.latency.latency_mean_s > of.before.latency.latency_mean_s && ratio > 1) out += groups_text(of, change);
  }
  return out;
}

void add_changes(std::string& out, std::string const& title, std::vector<Change> const& changes) {
  TextColumn name{"", title, {}, true};
  TextColumn before{"", "before", {}};
  TextColumn after{"", "after", {}};
  TextColumn by{"", "difference", {}};
  for (Change const& change : changes) {
    name.cells.push_back(change.what);
    before.cells.push_back(readable_duration(change.before_s));
    after.cells.push_back(readable_duration(change.after_s));
    by.cells.push_back(difference(change));
  }
  out += text_table({name, before, after, by});
}

void add_workloads(std::string& out, Against const& of) {
  if (of.workloads.size() < 2) return;
  TextColumn name{"", "workload", {}, true};
  TextColumn before{"latency", "before", {}};
  TextColumn after{"latency", "after", {}};
  TextColumn by{"", "difference", {}};
  TextColumn most{"", "most of it", {}, true};
  for (WorkloadChange const& workload : of.workloads) {
    name.cells.push_back(workload.latency.what);
    before.cells.push_back(readable_duration(workload.latency.before_s));
    after.cells.push_back(readable_duration(workload.latency.after_s));
    by.cells.push_back(difference(workload.latency));
    // The part that moved furthest in the direction in which the mean went.
    auto const part = std::find_if(workload.parts.begin(), workload.parts.end(), [&](Change const& one) {
      return one.by_s() * workload.latency.by_s() > 0 && !difference(one).empty();
    });
    bool const told = !by.cells.back().empty() && part != workload.parts.end();
    most.cells.push_back(told ? part->what + " " + difference(*part) : "");
  }
  out += "\nBy workload\n" + text_table({name, before, after, by, most});
}

void add_resources(std::string& out, Against const& of) {
  TextColumn name{"", "resource", {}, true};
  TextColumn use_before{"used", "before", {}};
  TextColumn use_after{"used", "after", {}};
  TextColumn wait_before{"in its queue, a completed request", "before", {}};
  TextColumn wait_after{"in its queue, a completed request", "after", {}};
  TextColumn batch_before{"sessions in an iteration", "before", {}};
  TextColumn batch_after{"sessions in an iteration", "after", {}};
  bool batches = false;
  for (ResourceChange const& change : of.resources) {
    name.cells.push_back(change.resource);
    use_before.cells.push_back(use_of(change.before));
    use_after.cells.push_back(use_of(change.after));
    wait_before.cells.push_back(waits_of(change.before));
    wait_after.cells.push_back(waits_of(change.after));
    batch_before.cells.push_back(batch_of(change.before));
    batch_after.cells.push_back(batch_of(change.after));
    batches = batches || !batch_before.cells.back().empty() || !batch_after.cells.back().empty();
  }
  std::vector<TextColumn> columns = {name, use_before, use_after, wait_before, wait_after};
  if (batches) columns.insert(columns.end(), {batch_before, batch_after});
  out += text_table(columns);
}

}  // namespace

Against compare_explanations(Explanation before, Explanation after) {
  for (Explanation const* of : {&before, &after}) {
    if (of->latency.counted == 0)
      throw InputError(of->scenario + ": no request was completed outside the warm-up: nothing to compare");
  }
  Against out{std::move(before), std::move(after), {}, {}, {}, {}};
  out.parts = part_changes(out.before.latency, out.after.latency);
  Pairs queues;
  std::map<std::string, std::size_t> index;
  auto const entry = [&](ResourceShare const& share) -> ResourceChange& {
    auto const [at, added] = index.try_emplace(share.resource, out.resources.size());
    if (added) out.resources.push_back({share.resource, std::nullopt, std::nullopt});
    return out.resources[at->second];
  };
  for (ResourceShare const& share : out.before.resources) {
    ResourceChange& change = entry(share);
    change.before = share;
    if (share.waiting_s_per_request > 0) queues.before(change.resource, share.waiting_s_per_request);
  }
  for (ResourceShare const& share : out.after.resources) {
    ResourceChange& change = entry(share);
    change.after = share;
    if (share.waiting_s_per_request > 0) queues.after(change.resource, share.waiting_s_per_request);
  }
  out.queues = queues.sorted();
  bool const whole = out.before.workload.empty() && out.after.workload.empty();
  for (WorkloadShare const& now : out.after.workloads) {
    auto const was = std::find_if(out.before.workloads.begin(), out.before.workloads.end(),
                                  [&](WorkloadShare const& one) { return one.workload == now.workload; });
    if (!whole || was == out.before.workloads.end() || was->latency.counted == 0 || now.latency.counted == 0) continue;
    out.workloads.push_back(
        {{now.workload, was->latency.latency_mean_s, now.latency.latency_mean_s}, part_changes(was->latency, now.latency)});
  }
  return out;
}

std::string why_text(Against const& of) {
  double const by_s = of.after.latency.latency_mean_s - of.before.latency.latency_mean_s;
  // Below what double arithmetic leaves of equal runs.
  if (std::abs(by_s) <= 1e-9 * of.before.latency.latency_mean_s) return "Both take the same time.";
  std::string out = std::string(by_s > 0 ? "Slower" : "Faster") + " by " + readable_duration(std::abs(by_s)) +
                    " a request (" + readable_duration(of.before.latency.latency_mean_s) + " -> " +
                    readable_duration(of.after.latency.latency_mean_s) + ")";
  // The parts that move the mean the way it went, until nine tenths of all such movement are named.
  double moved_s = 0;
  for (Change const& part : of.parts) moved_s += part.by_s() * by_s > 0 ? part.by_s() : 0;
  double told_s = 0;
  std::string because;
  std::string against;
  for (Change const& part : of.parts) {
    bool const along = part.by_s() * by_s > 0;
    if (along && std::abs(told_s) < 0.9 * std::abs(moved_s)) {
      told_s += part.by_s();
      because += (because.empty() ? "" : ", ") + in_words(part.what) + " " + signed_duration(part.by_s());
      if (part.what == "queue" && !of.queues.empty() && of.queues.front().by_s() * by_s > 0) {
        because += " (most of it at " + of.queues.front().what + ")";
      }
    } else if (!along && std::abs(part.by_s()) > 0.05 * std::abs(by_s)) {
      against += (against.empty() ? "" : ", ") + in_words(part.what) + " " + signed_duration(part.by_s());
    }
  }
  out += ": " + because;
  if (!against.empty()) out += "; what went the other way does not make up for it: " + against;
  return out + "." + servers_text(of);
}

std::vector<std::string> doubts(Against const& of) {
  std::vector<std::string> out;
  if (of.before.scenario != of.after.scenario) {
    out.push_back("the runs are of different scenarios, " + of.before.scenario + " and " + of.after.scenario +
                  ": what else sets these apart may be the cause");
  }
  if (of.before.workload != of.after.workload) out.emplace_back("the runs are looked at by different workloads");
  if (of.before.submitted() != of.after.submitted()) {
    out.push_back("one run had " + std::to_string(of.before.submitted()) + " requests, the other " +
                  std::to_string(of.after.submitted()) + ": they are not the same ones");
  }
  for (auto const& [when, run] : {std::pair("before", &of.before), std::pair("after", &of.after)}) {
    std::uint64_t const completed = run->outcome(Outcome::completed);
    if (completed < run->submitted()) {
      out.push_back(std::string(when) + ", " + outcomes_text(*run) + ", and only the completed ones are in the means");
    }
    if (!run->saturation) {
      out.push_back(std::string("the load ") + when + " was not judged: too few requests, or too short a run");
    } else if (*run->saturation == "OVERLOADED" || *run->saturation == "BACKLOGGED") {
      out.push_back(std::string("the run ") + when + " is " + *run->saturation + ": its latency depends on how long it is");
    }
  }
  return out;
}

std::string against_text(Against const& of) {
  std::string out =
      of.before.scenario == of.after.scenario ? of.before.scenario : of.before.scenario + " -> " + of.after.scenario;
  if (!of.after.workload.empty()) out += ", workload '" + of.after.workload + "'";
  out += "\n\n";
  std::vector<std::string> const doubtful = doubts(of);
  if (!doubtful.empty()) out += "With care:\n";
  for (std::string const& doubt : doubtful) out += "  " + doubt + "\n";
  if (!doubtful.empty()) out += "\n";
  out += why_text(of) + "\nWhat of it is more than chance: coinfer compare " + of.before.folder + " " + of.after.folder;
  out += "\n\nWhere the difference is (means of " + std::to_string(of.before.latency.counted) + " and " +
         std::to_string(of.after.latency.counted) + " requests)\n";
  add_changes(out, "part", of.parts);
  add_workloads(out, of);
  if (!of.queues.empty()) {
    out += "\nWhat was spent in queues, a completed request\n";
    add_changes(out, "queue of", of.queues);
  }
  out += "\nWhat was used\n";
  add_resources(out, of);
  out += "  load before: " + saturation_text(of.before) + "\n  load after: " + saturation_text(of.after) + "\n";
  return out;
}

}  // namespace coinfer
