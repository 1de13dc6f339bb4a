// The explanation for people.
#include <algorithm>
#include <cmath>

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

void add_parts(std::string& out, Explanation const& of) {
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
void add_tail(std::string& out, Explanation const& of) {
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

void add_resources(std::string& out, Explanation const& of) {
  TextColumn name{"", "resource", {}, true};
  TextColumn kind{"", "kind", {}, true};
  TextColumn use{"", "used", {}};
  TextColumn asked{"", "asked for", {}};
  TextColumn waiting{"", "waiting (mean)", {}};
  TextColumn queue{"", "in its queue, a request", {}};
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

std::string bottleneck_text(Explanation const& of) {
  if (of.bottleneck.empty()) return "nothing is used";
  std::string out = of.bottleneck;
  if (!of.bottleneck_asked_for) return out + ": calls wait for its batches";
  double const asked = *of.bottleneck_asked_for;
  out += " is asked for " + percent(asked) + " of what it can do";
  if (asked <= 0) return out;
  if (asked >= 1) return out + ": it can take no more; the load would have to fall to " + percent(1 / asked) + " of this";
  return out + ": at most " + readable_number(1 / asked) +
         " times this load (of the same mix) until it is asked for all, and queues grow long before";
}

/// A server that works in batches is busy as long as there is anyone; what it could still take its memory tells.
void add_servers(std::string& out, Explanation const& of) {
  for (ResourceShare const& server : of.resources) {
    if (server.kind != "server" || !server.iteration_s) continue;
    out += "  " + server.resource + ": works in batches, " + percent(server.utilisation) + " of the time, " +
           readable_number(*server.mean_batch) + " sessions in an iteration of " + readable_duration(*server.iteration_s);
    if (server.peak_kv && *server.peak_kv > 0) {
      out += "; its KV cache was at most " + percent(*server.peak_kv) + " full: room for at most " +
             readable_number(1 / *server.peak_kv) + " times these sessions at once";
    }
    out += "\n";
  }
}

}  // namespace

std::string saturation_text(Explanation const& of) {
  if (!of.saturation) return "not judged: fewer than 40 requests say nothing about it";
  std::string const growth = of.late_over_early ? "the mean latency of the last quarter of the requests is " +
                                                      readable_number(*of.late_over_early) + " times that of the second"
                                                : "";
  std::string most = of.bottleneck;
  if (of.bottleneck_asked_for) most += " (" + percent(*of.bottleneck_asked_for) + ")";
  if (*of.saturation == "STABLE") {
    return "STABLE: nothing is asked for more than it can do" +
           (most.empty()              ? ""
            : of.bottleneck_asked_for ? "; most is asked of " + most
                                      : "; calls wait for the batches of " + most) +
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

std::vector<std::string> what_would_help(Explanation const& of) {
  std::vector<std::string> out;
  auto const queue =
      std::find_if(of.parts.begin(), of.parts.end(), [](PartShare const& part) { return part.part == "queue"; });
  double const queue_s = queue == of.parts.end() ? 0 : queue->mean_s;
  for (PartShare const& part : of.parts) {
    if (part.part == "queue" || part.mean_s <= 0) continue;
    if (out.size() == most_helps) break;
    double const direct_s = part.mean_s / 10;
    std::string line = "a tenth off '" + part.part + "' takes at most " + readable_duration(direct_s) + " (" +
                       percent(direct_s / of.latency_mean_s) + ") off the mean directly";
    if (queue_s > 0) {
      line += ", and with shorter queues no more than " + readable_duration(direct_s + queue_s) + " (all of 'queue' gone)";
    }
    out.push_back(line);
  }
  if (queue_s > 0) {
    auto const most = std::max_element(of.resources.begin(), of.resources.end(), [](auto const& a, auto const& b) {
      return a.waiting_s_per_request < b.waiting_s_per_request;
    });
    std::string line = "no queues at all would take " + readable_duration(queue_s) + " (" +
                       percent(queue_s / of.latency_mean_s) + ") off the mean";
    if (most != of.resources.end() && most->waiting_s_per_request > 0)
      line += "; the longest are those of " + most->resource;
    out.push_back(line);
  }
  return out;
}

std::string explanation_text(Explanation const& of) {
  std::string out = of.scenario + "\n\nWhere the time went\n";
  add_parts(out, of);
  add_tail(out, of);
  out += "\nWhat was used\n";
  add_resources(out, of);
  out += "  bottleneck: " + bottleneck_text(of) + "\n";
  add_servers(out, of);
  out += "  load: " + saturation_text(of) + "\n";
  std::vector<std::string> const helps = what_would_help(of);
  if (helps.empty()) return out;
  out += "\nWhat would help (bounds, from the attribution; simulate to know)\n";
  for (std::string const& help : helps) out += "  " + help + "\n";
  return out;
}

}  // namespace coinfer
