#include "scenarios/explain/against.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "scenarios/report/readable.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/report/text_table.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/json_writer.hpp"

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
    std::string const processor = change.resource.substr(std::string("server ").size());
    auto const machines = std::find_if(of.resources.begin(), of.resources.end(),
                                       [&](ResourceChange const& other) { return other.resource == processor; });
    if (machines == of.resources.end() || !machines->before || !machines->after) continue;
    if (machines->after->members > machines->before->members && ratio > 1) {
      out += " " + processor + " has " + std::to_string(machines->after->members) + " members instead of " +
             std::to_string(machines->before->members) +
             ": where they form one group, what they exchange in an iteration takes longer than dividing the work saves.";
    }
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

void add_resources(std::string& out, Against const& of) {
  TextColumn name{"", "resource", {}, true};
  TextColumn use_before{"used", "before", {}};
  TextColumn use_after{"used", "after", {}};
  TextColumn wait_before{"in its queue, a request", "before", {}};
  TextColumn wait_after{"in its queue, a request", "after", {}};
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
    if (of->counted == 0)
      throw InputError(of->scenario + ": no request was completed outside the warm-up: nothing to compare");
  }
  Against out{std::move(before), std::move(after), {}, {}, {}};
  Pairs parts;
  for (PartShare const& part : out.before.parts) parts.before(part.part, part.mean_s);
  for (PartShare const& part : out.after.parts) parts.after(part.part, part.mean_s);
  out.parts = parts.sorted();
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
  return out;
}

std::string why_text(Against const& of) {
  double const by_s = of.after.latency_mean_s - of.before.latency_mean_s;
  // Below what double arithmetic leaves of equal runs.
  if (std::abs(by_s) <= 1e-9 * of.before.latency_mean_s) return "Both take the same time.";
  std::string out = std::string(by_s > 0 ? "Slower" : "Faster") + " by " + readable_duration(std::abs(by_s)) +
                    " a request (" + readable_duration(of.before.latency_mean_s) + " -> " +
                    readable_duration(of.after.latency_mean_s) + ")";
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

std::string against_text(Against const& of) {
  std::string out =
      of.before.scenario == of.after.scenario ? of.before.scenario : of.before.scenario + " -> " + of.after.scenario;
  out += "\n\n" + why_text(of) + "\n\nWhere the difference is (means of " + std::to_string(of.before.counted) + " and " +
         std::to_string(of.after.counted) + " requests)\n";
  add_changes(out, "part", of.parts);
  if (!of.queues.empty()) {
    out += "\nWhat was spent in queues, a request\n";
    add_changes(out, "queue of", of.queues);
  }
  out += "\nWhat was used\n";
  add_resources(out, of);
  out += "  load before: " + saturation_text(of.before) + "\n  load after: " + saturation_text(of.after) + "\n";
  return out;
}

std::string against_json(Against const& of) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("before", of.before.scenario);
  json.field("after", of.after.scenario).field("why", why_text(of));
  json.field("latency_mean_before_s", of.before.latency_mean_s).field("latency_mean_after_s", of.after.latency_mean_s);
  auto const changes = [&](char const* key, std::vector<Change> const& list) {
    json.key(key).begin_array();
    for (Change const& change : list) {
      json.begin_object().field("what", change.what).field("before_s", change.before_s).field("after_s", change.after_s);
      json.field("difference_s", change.by_s()).end_object();
    }
    json.end_array();
  };
  changes("parts", of.parts);
  changes("queues", of.queues);
  json.key("resources").begin_array();
  for (ResourceChange const& change : of.resources) {
    json.begin_object().field("resource", change.resource);
    auto const side = [&](std::string const& when, std::optional<ResourceShare> const& share) {
      json.field("utilisation_" + when, share ? std::optional(share->utilisation) : std::nullopt);
      json.field("mean_waiting_" + when, share ? std::optional(share->mean_waiting) : std::nullopt);
      json.field("mean_batch_" + when, share ? share->mean_batch : std::nullopt);
      json.field("iteration_" + when + "_s", share ? share->iteration_s : std::nullopt);
    };
    side("before", change.before);
    side("after", change.after);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text();
}

}  // namespace coinfer
