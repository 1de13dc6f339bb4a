// Law 7 by mutation: what would make a truth table wrong, breaks it. Each thing is changed in turn, in the plan of every
// protocol in every form: a trust domain, a protection tag, a transfer, a tensor, how exposures are counted. Where a change
// rightly shows nothing, a rule says so (`looked_at`), and that nothing else changes is checked too.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "scenarios/evaluate.hpp"
#include "scenarios/run/run.hpp"
#include "tests/laws/exposure_tables.hpp"
#include "tests/laws/produced.hpp"
#include "tests/laws/samples.hpp"

namespace coinfer::laws {

namespace {

using Tag = Protection PlanTask::*;
constexpr std::array<Tag, 3> tags = {&PlanTask::protection, &PlanTask::at_receiver, &PlanTask::at_sender};

/// A truth table, and its scenario as it was run.
struct Case {
  TruthTable const& truth;
  Scenario scenario;
  Results results;

  [[nodiscard]] Workload const& workload() const { return scenario.workloads.front(); }
  [[nodiscard]] Plan const& plan() const { return workload().plan; }
  [[nodiscard]] Platform const& platform() const { return scenario.platform; }
  [[nodiscard]] std::string const& owner() const { return platform().device(workload().source).domain; }
  [[nodiscard]] bool foreign(DeviceId device) const { return platform().device(device).domain != owner(); }
  [[nodiscard]] std::uint64_t starts(std::size_t phase, std::size_t task) const {
    return results.record.task_starts.front().at(phase).at(task);
  }
};

void for_each_table(std::function<void(Case const&)> const& check) {
  for (TruthTable const& truth : truth_tables()) {
    INFO(truth.protocol << ", " << truth.what << (truth.encrypted ? ", encrypted" : "") << (truth.served ? ", served" : "")
                        << (truth.tokens ? ", tokens" : ""));
    Scenario scenario = scenario_of(truth.scenario);
    Results results = run(scenario);
    REQUIRE(table_of(results) == truth.rows);
    check(Case{truth, std::move(scenario), std::move(results)});
  }
}

/// For each task of each phase.
void for_each_task(Case const& of, std::function<void(std::size_t, std::size_t)> const& check) {
  for (std::size_t p = 0; p < of.plan().phases.size(); ++p) {
    for (std::size_t i = 0; i < of.plan().phases[p].tasks.size(); ++i) {
      INFO("phase " << p << ", task " << i);
      check(p, i);
    }
  }
}

Scenario changed(Case const& of, std::function<void(Plan&)> const& change) {
  Scenario scenario = of.scenario;
  Workload& workload = scenario.workloads.front();
  change(workload.plan);
  workload.exposures = derive_exposures(workload.plan, scenario.platform, workload.source);
  return scenario;
}

/// The same tasks started as often, and mean something else.
ExposureTable read_anew(Case const& of, std::function<void(Plan&)> const& change) {
  return table_of(evaluate(changed(of, change), unpack(pack(of.results.record))));
}

/// Whether a link, or a device that forwards, belongs to someone other than the data owner.
bool foreign_way(Case const& of, Journey journey) {
  NodeId at(journey.from.index());
  Route const route = of.platform().route(journey.from, journey.to).value();
  for (Hop const& hop : route.hops) {
    Link const& link = of.platform().link(hop.link);
    at = hop.direction == Direction::up ? link.to : link.from;
    std::optional<DeviceId> const device = of.platform().device_at(at);
    if (link.domain != of.owner() || (device && *device != journey.to && of.foreign(*device))) return true;
  }
  return false;
}

/// The rule of what shows nothing. A tag is looked at where the task started and has a tensor, and
///   protection   of a compute step that is not on a device of the data owner's domain; of a transfer over a link, or
///                through a device, that is not of it;
///   at_receiver  of a transfer to a device that is not of it;
///   at_sender    of a transfer from a device that is not of it, where no compute step says how the tensor lies there.
/// Delays and calls of a server have no tensor of their own.
bool looked_at(Case const& of, std::size_t phase, std::size_t index, Tag tag) {
  Phase const& where = of.plan().phases[phase];
  Task const& task = where.graph.tasks()[index];
  std::uint32_t const tensor = where.tasks[index].tensor;
  if (tensor == PlanTask::no_tensor || of.starts(phase, index) == 0) return false;
  if (task.kind == TaskKind::compute) {
    return tag == &PlanTask::protection && of.foreign(of.plan().stations[task.role].processor.device);
  }
  if (task.kind != TaskKind::transfer) return false;
  Journey const journey = of.plan().journeys[task.role];
  if (tag == &PlanTask::protection) return foreign_way(of, journey);
  if (tag == &PlanTask::at_receiver) return of.foreign(journey.to);
  return of.foreign(journey.from) && !produced_there(of.plan(), tensor, journey.from);
}

bool shows(Case const& of, std::size_t phase, std::size_t task) {
  return std::any_of(tags.begin(), tags.end(), [&](Tag tag) { return looked_at(of, phase, task, tag); });
}

bool is_transfer(Plan const& plan, std::size_t phase, std::size_t task) {
  return plan.phases[phase].graph.tasks()[task].kind == TaskKind::transfer;
}

/// Leaves out one task of a phase: what came after it now follows what came before it.
void leave_out(Plan& plan, std::size_t index, std::uint32_t left_out) {
  Phase& phase = plan.phases[index];
  std::span<Task const> const all = phase.graph.tasks();
  if (all.size() == 1) {
    plan.phases.erase(plan.phases.begin() + static_cast<std::ptrdiff_t>(index));
    return;
  }
  auto const place = [left_out](std::uint32_t task) { return task > left_out ? task - 1 : task; };
  std::vector<Task> tasks;
  std::vector<TaskGraph::Edge> edges;
  std::uint32_t before = Phase::no_task;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (i == left_out) continue;
    tasks.push_back(all[i]);
    for (std::uint32_t next : phase.graph.successors(i)) {
      if (next != left_out) {
        edges.push_back({place(i), place(next)});
        continue;
      }
      before = place(i);
      for (std::uint32_t after : phase.graph.successors(left_out)) edges.push_back({place(i), place(after)});
    }
  }
  if (phase.first_token != Phase::no_task) {
    phase.first_token = phase.first_token == left_out ? before : place(phase.first_token);
  }
  phase.tasks.erase(phase.tasks.begin() + left_out);
  phase.amounts.erase(phase.amounts.begin() + left_out);
  phase.graph = TaskGraph(tasks, edges);
}

/// What a table says of one tensor, without its name.
std::set<std::string> rows_of(ExposureTable const& table, std::string const& tensor) {
  std::set<std::string> rows;
  std::string const middle = " | " + tensor + " | ";
  for (std::string const& row : table) {
    std::size_t const at = row.find(middle);
    if (at != std::string::npos) rows.insert(row.substr(0, at) + " > " + row.substr(at + middle.size()));
  }
  return rows;
}

}  // namespace

TEST_CASE("Law 7 by mutation: a trust domain that becomes the data owner's breaks every table that names it") {
  for_each_table([](Case const& of) {
    std::set<std::string> domains;
    for (Device const& device : of.platform().devices()) domains.insert(device.domain);
    for (Link const& link : of.platform().links()) domains.insert(link.domain);
    domains.erase(of.owner());
    for (std::string const& domain : domains) {
      std::string text = of.truth.scenario;
      std::string const quoted = "domain: \"" + domain + "\"";
      std::size_t dropped = 0;
      for (std::size_t at = text.find(quoted); at != std::string::npos; at = text.find(quoted), ++dropped) {
        text.replace(at, quoted.size(), "domain: \"" + of.owner() + "\"");
      }
      REQUIRE(dropped > 0);
      ExposureTable const table = table_of(run(scenario_of(text)));
      auto const of_domain = [&](std::string const& row) { return row.rfind(domain + " |", 0) == 0; };
      auto const of_owner = [&](std::string const& row) { return row.rfind(of.owner() + " |", 0) == 0; };
      bool const named = std::any_of(of.truth.rows.begin(), of.truth.rows.end(), of_domain);
      INFO(domain);
      CHECK((table != of.truth.rows) == named);
      CHECK(std::none_of(table.begin(), table.end(), of_owner));
    }
  });
}

TEST_CASE("Law 7 by mutation: another protection wherever one is looked at breaks the table, and elsewhere does not") {
  for_each_table([](Case const& of) {
    std::size_t broken = 0;
    for_each_task(of, [&](std::size_t phase, std::size_t task) {
      for (std::size_t t = 0; t < tags.size(); ++t) {
        for (std::size_t p = 0; p < protection_words().size(); ++p) {
          auto const other = static_cast<Protection>(p);
          if (of.plan().phases[phase].tasks[task].*tags[t] == other) continue;
          ExposureTable const table = read_anew(of, [&](Plan& plan) { plan.phases[phase].tasks[task].*tags[t] = other; });
          bool const breaks = table != of.truth.rows;
          INFO("tag " << t << " becomes " << to_string(other));
          CHECK(breaks == looked_at(of, phase, task, tags[t]));
          broken += breaks ? 1 : 0;
        }
      }
    });
    CHECK((broken > 0) == !of.truth.rows.empty());
  });
}

TEST_CASE("Law 7 by mutation: a transfer that is skipped breaks the table, unless it carries no tensor past anyone") {
  for_each_table([](Case const& of) {
    std::size_t broken = 0;
    for_each_task(of, [&](std::size_t phase, std::size_t task) {
      if (!is_transfer(of.plan(), phase, task)) return;
      Scenario const without = changed(of, [&](Plan& plan) { leave_out(plan, phase, static_cast<std::uint32_t>(task)); });
      bool const breaks = table_of(run(without)) != of.truth.rows;
      CHECK(breaks == shows(of, phase, task));
      broken += breaks ? 1 : 0;
    });
    // Only what stays at home has nothing to skip.
    CHECK((broken > 0) == !of.truth.rows.empty());
  });
}

TEST_CASE(
    "Law 7 by mutation: a tensor of another name breaks the table, and so do two that are seen differently and swapped") {
  for_each_table([](Case const& of) {
    std::vector<Tensor> const& tensors = of.plan().tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      std::set<std::string> const seen = rows_of(of.truth.rows, tensors[i].names.front());
      INFO(tensors[i].names.front());
      ExposureTable const renamed = read_anew(of, [i](Plan& plan) { plan.tensors[i].names.front() = "another"; });
      CHECK((renamed != of.truth.rows) == !seen.empty());
      for (std::size_t j = i + 1; j < tensors.size(); ++j) {
        INFO(tensors[j].names.front());
        ExposureTable const swapped = read_anew(of, [i, j](Plan& plan) { std::swap(plan.tensors[i], plan.tensors[j]); });
        CHECK((swapped != of.truth.rows) == (seen != rows_of(of.truth.rows, tensors[j].names.front())));
      }
    }
  });
}

TEST_CASE("Law 7 by mutation: a transfer that carries another tensor of the plan breaks the table") {
  for_each_table([](Case const& of) {
    for_each_task(of, [&](std::size_t phase, std::size_t task) {
      if (!is_transfer(of.plan(), phase, task) || !shows(of, phase, task)) return;
      for (std::uint32_t other = 0; other < of.plan().tensors.size(); ++other) {
        if (other == of.plan().phases[phase].tasks[task].tensor) continue;
        INFO(of.plan().tensors[other].names.front());
        CHECK(read_anew(of, [&](Plan& plan) { plan.phases[phase].tasks[task].tensor = other; }) != of.truth.rows);
      }
    });
  });
}

TEST_CASE("Law 7 by mutation: counting what plans list instead of what started breaks every table where the two differ") {
  std::set<std::pair<bool, bool>> broken;  // of which form, and whether the run was cut
  for_each_table([&](Case const& of) {
    std::uint64_t const requests = of.results.all.submitted;
    bool differs = false;
    for_each_task(of, [&](std::size_t phase, std::size_t task) {
      differs = differs || (shows(of, phase, task) && of.starts(phase, task) != requests);
    });
    RunRecord planned = unpack(pack(of.results.record));
    for (std::vector<std::uint64_t>& phase : planned.task_starts.front()) {
      std::fill(phase.begin(), phase.end(), requests);
    }
    bool const breaks = table_of(evaluate(of.scenario, std::move(planned))) != of.truth.rows;
    // A vision request that is answered starts each of its tasks once: there the two are the same.
    CHECK(breaks == differs);
    if (breaks) broken.insert({of.truth.tokens, of.truth.what == "cut short"});
  });
  CHECK(broken == std::set<std::pair<bool, bool>>{{false, true}, {true, true}, {true, false}});
}

}  // namespace coinfer::laws
