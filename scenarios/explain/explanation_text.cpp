// The explanation for people.
#include <algorithm>
#include <utility>

#include "scenarios/explain/explanation.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/report/text_table.hpp"

namespace coinfer {

namespace {

/// More than so many lines of helps, nobody reads.
std::size_t constexpr most_helps = 3;

std::string percent(double share) {
  double constexpr least = 1e-4;
  return share > 0 && share < least ? "< 0.01 %" : readable_number(100 * share) + " %";
}

/// Nothing where it is 0, so that a table shows where something is.
std::string duration_or_blank(double time_s) { return time_s > 0 ? readable_duration(time_s) : ""; }

std::string requests(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " request" : " requests"); }

void add_parts(std::string& out, LatencyParts const& of) {
  if (of.counted == 0) {
    out += "  no request was completed outside the warm-up\n";
    return;
  }
  out += "  latency: mean " + readable_duration(of.latency_mean_s) + ", median " + readable_duration(of.latency_p50_s) +
         ", p99 " + readable_duration(of.latency_p99_s) + ", longest " + readable_duration(of.latency_max_s) + ", of " +
         requests(of.counted) + "\n";
  TextColumn name{"", "part", {}, true};
  TextColumn mean{"", "mean", {}};
  TextColumn share{"", "share", {}};
  TextColumn typical{"", "around the median", {}};
  TextColumn tail{"", "slowest 1 %", {}};
  for (PartShare const& part : of.parts) {
    name.cells.push_back(part.part);
    mean.cells.push_back(readable_duration(part.mean_s));
    share.cells.push_back(percent(part.share));
    typical.cells.push_back(readable_duration(part.typical_s));
    tail.cells.push_back(readable_duration(part.tail_s));
  }
  out += text_table({name, mean, share, typical, tail});
}

/// What the slowest requests have more of than those in the middle.
void add_tail(std::string& out, LatencyParts const& of) {
  if (of.counted < 2) return;
  auto const longer = [](PartShare const& part) { return part.tail_s - part.typical_s; };
  double whole = 0;
  for (PartShare const& part : of.parts) whole += longer(part);
  auto const most = std::max_element(of.parts.begin(), of.parts.end(),
                                     [&](PartShare const& a, PartShare const& b) { return longer(a) < longer(b); });
  if (most == of.parts.end() || longer(*most) <= 0 || whole <= 0) return;
  out += "  the tail: the slowest 1 % (" + requests(of.tail) + ") take " + readable_duration(whole) + " longer than the " +
         std::to_string(of.typical) + " around the median";
  double const share = longer(*most) / whole;
  out += share > 1 ? "; '" + most->part + "' alone is " + readable_duration(longer(*most)) + " longer\n"
                   : ", " + percent(share) + " of it '" + most->part + "'\n";
}

/// Several workloads are several questions, and one mean over them answers none.
void add_workloads(std::string& out, Explanation const& of) {
  if (of.workloads.size() < 2) return;
  TextColumn name{"", "workload", {}, true};
  TextColumn submitted{"requests", "all", {}};
  TextColumn completed{"requests", "completed", {}};
  TextColumn mean{"latency", "mean", {}};
  TextColumn median{"latency", "median", {}};
  TextColumn p99{"latency", "p99", {}};
  TextColumn most{"", "most of the mean", {}, true};
  TextColumn tail{"", "most of the slowest 1 %", {}, true};
  for (WorkloadShare const& workload : of.workloads) {
    LatencyParts const& latency = workload.latency;
    std::uint64_t all = 0;
    for (std::uint64_t const count : workload.outcomes) all += count;
    auto const duration = [&](double time_s) { return latency.counted > 0 ? readable_duration(time_s) : "-"; };
    name.cells.push_back(workload.workload);
    submitted.cells.push_back(std::to_string(all));
    completed.cells.push_back(std::to_string(workload.outcomes[static_cast<std::size_t>(Outcome::completed)]));
    mean.cells.push_back(duration(latency.latency_mean_s));
    median.cells.push_back(duration(latency.latency_p50_s));
    p99.cells.push_back(duration(latency.latency_p99_s));
    auto const slowest = std::max_element(latency.parts.begin(), latency.parts.end(),
                                          [](auto const& a, auto const& b) { return a.tail_s < b.tail_s; });
    bool const known = slowest != latency.parts.end();
    most.cells.push_back(known ? latency.parts.front().part + " " + percent(latency.parts.front().share) : "-");
    double tail_s = 0;
    for (PartShare const& part : latency.parts) tail_s += part.tail_s;
    tail.cells.push_back(known ? slowest->part + " " + percent(slowest->tail_s / tail_s) : "-");
  }
  out += "\nBy workload\n" + text_table({name, submitted, completed, mean, median, p99, most, tail});
}

void add_resources(std::string& out, Explanation const& of) {
  TextColumn name{"", "resource", {}, true};
  TextColumn kind{"", "kind", {}, true};
  TextColumn use{"", "used", {}};
  TextColumn asked{"", "asked for", {}};
  TextColumn waiting{"", "waiting (mean)", {}};
  TextColumn queue{"", "in its queue, a completed request", {}};
  std::vector<std::string> tails;
  for (ResourceShare const& resource : of.resources) {
    name.cells.push_back(resource.resource);
    kind.cells.push_back(resource.kind);
    use.cells.push_back(percent(resource.utilisation));
    asked.cells.push_back(resource.asked_for ? percent(*resource.asked_for) : "");
    waiting.cells.push_back(resource.mean_waiting > 0 ? readable_number(resource.mean_waiting) : "");
    queue.cells.push_back(duration_or_blank(resource.waiting_s_per_request));
    std::string tail = resource.resource == of.bottleneck ? "<- bottleneck" : "";
    if (resource.mean_batch) tail = readable_number(*resource.mean_batch) + " sessions in an iteration";
    tails.push_back(tail);
  }
  out += text_table({name, kind, use, asked, waiting, queue}, tails);
}

/// The server that works for the largest share of the time; nothing where none works.
ResourceShare const* busiest_server(Explanation const& of) {
  ResourceShare const* busiest = nullptr;
  for (ResourceShare const& resource : of.resources) {
    bool const works = resource.kind == "server" && resource.iteration_s.has_value();
    if (works && (busiest == nullptr || resource.utilisation > busiest->utilisation)) busiest = &resource;
  }
  return busiest;
}

std::string bottleneck_text(Explanation const& of) {
  if (of.bottleneck.empty()) return "nothing is used";
  std::string out = of.bottleneck;
  if (of.bottleneck_asked_for) out += " is asked for " + percent(*of.bottleneck_asked_for) + " of what it can do";
  if (of.bottleneck_asked_for && *of.bottleneck_asked_for >= 1) {
    return out + ": it can take no more; the load would have to fall to " + percent(1 / *of.bottleneck_asked_for) +
           " of this";
  }
  // Its batches grow with the load, so that no share of the time says how much more of it there could be.
  if (ResourceShare const* const server = busiest_server(of)) {
    return out + (of.bottleneck_asked_for ? "" : " works in batches") +
           "; how much more load there could be is not known: " + server->resource + " decides, at work " +
           percent(server->utilisation) + " of the time with " + readable_number(server->mean_waiting) +
           " waiting on average";
  }
  if (!of.bottleneck_asked_for) return out + ": calls wait for its batches";
  if (*of.bottleneck_asked_for <= 0) return out;
  return out + ": at most " + readable_number(1 / *of.bottleneck_asked_for) +
         " times this load (of the same mix) until it is asked for all, and queues grow long before";
}

void add_servers(std::string& out, Explanation const& of) {
  for (ResourceShare const& server : of.resources) {
    if (server.kind != "server" || !server.iteration_s) continue;
    out += "  " + server.resource + ": works in batches, " + percent(server.utilisation) + " of the time, " +
           readable_number(*server.mean_batch) + " sessions in an iteration of " + readable_duration(*server.iteration_s);
    if (server.peak_kv && *server.peak_kv > 0) {
      out += "; its KV cache was at most " + percent(*server.peak_kv) + " full";
    }
    out += "\n";
  }
}

}  // namespace

std::string saturation_text(Explanation const& of) {
  if (!of.saturation) return "not judged: the run has too few requests, or is too short, to say anything about it";
  std::string const growth = of.late_over_early ? "the mean latency of the last quarter of the requests is " +
                                                      readable_number(*of.late_over_early) + " times that of the second"
                                                : "";
  std::string most = of.bottleneck;
  if (of.bottleneck_asked_for) most += " (" + percent(*of.bottleneck_asked_for) + ")";
  if (*of.saturation == "STABLE") {
    return "STABLE: nothing is asked for more than it can do" +
           (most.empty()              ? ""
            : of.bottleneck_asked_for ? "; most is asked of " + most
                                      : "; the busiest, " + most + ", works in batches") +
           (growth.empty() ? "" : "; " + growth);
  }
  if (*of.saturation == "BACKLOGGED") {
    return "BACKLOGGED: nothing alone is asked for more than it can do, but latency grows along the run: " + growth;
  }
  if (*of.saturation == "SATURATED") {
    return "SATURATED: " + most +
           " is always busy, kept so by users who wait for their answers: more users would only wait "
           "longer";
  }
  return "OVERLOADED: " + most +
         " is asked for more than it can do while requests keep coming; latency depends on how long "
         "the run is" +
         (growth.empty() ? "" : ": " + growth);
}

std::string outcomes_text(Explanation const& of) {
  std::string out = requests(of.submitted()) + ":";
  std::string separator = " ";
  for (std::size_t i = 0; i < of.outcomes.size(); ++i) {
    auto const outcome = static_cast<Outcome>(i);
    if (of.outcomes[i] == 0 && outcome != Outcome::completed) continue;
    std::string word(to_string(outcome));
    std::replace(word.begin(), word.end(), '_', ' ');
    out += std::exchange(separator, ", ") + std::to_string(of.outcomes[i]) + " " + word;
    if (outcome == Outcome::completed && of.latency.counted < of.outcomes[i])
      out += " (" + std::to_string(of.outcomes[i] - of.latency.counted) + " in the warm-up)";
  }
  return out;
}

std::vector<std::string> what_would_help(Explanation const& of) {
  std::vector<std::string> out;
  LatencyParts const& latency = of.latency;
  double queue_s = 0;
  for (PartShare const& part : latency.parts) {
    if (part.part == "queue") queue_s = part.mean_s;
    if (part.part == "queue" || part.mean_s <= 0 || out.size() == most_helps) continue;
    double const direct_s = part.mean_s / 10;
    std::string line = "a tenth off '" + part.part + "' takes about " + readable_duration(direct_s) + " (" +
                       percent(direct_s / latency.latency_mean_s) + ") off the mean at an unchanged load";
    // Latency is nobody's to share; all else may be a fair link, a shared processor or a batch.
    out.push_back(line + (part.part == "propagation" ? "" : "; more where requests share what it is spent on"));
  }
  if (queue_s > 0) {
    auto const most = std::max_element(of.resources.begin(), of.resources.end(), [](auto const& a, auto const& b) {
      return a.waiting_s_per_request < b.waiting_s_per_request;
    });
    std::string line = "waiting in queues is " + readable_duration(queue_s) + " (" +
                       percent(queue_s / latency.latency_mean_s) +
                       ") of the mean, and shrinks with any of the work it waits for";
    if (most != of.resources.end() && most->waiting_s_per_request > 0)
      line += "; the longest are those of " + most->resource;
    out.push_back(line);
  }
  return out;
}

std::string explanation_text(Explanation const& of) {
  std::string out =
      of.scenario + (of.workload.empty() ? "" : ", workload '" + of.workload + "'") + "\n\nWhere the time went\n";
  out += "  " + outcomes_text(of) + "\n";
  add_parts(out, of.latency);
  add_tail(out, of.latency);
  if (of.workload.empty()) add_workloads(out, of);
  out += of.workload.empty() ? "\nWhat was used\n" : "\nWhat was used, by all workloads\n";
  add_resources(out, of);
  out += "  bottleneck: " + bottleneck_text(of) + "\n";
  add_servers(out, of);
  out += "  load: " + saturation_text(of) + "\n";
  std::vector<std::string> const helps = what_would_help(of);
  if (helps.empty()) return out;
  out += "\nWhat would help (from the attribution, no bounds; simulate to know)\n";
  for (std::string const& help : helps) out += "  " + help + "\n";
  return out;
}

}  // namespace coinfer
