// What a protocol makes of one attempt: tasks, their order, and for each task the tensor it touches and how that tensor is
// protected. Time is read from the task graphs and leakage from the tensors, so the two cannot describe different
// protocols.
//
// A plan has phases, each a task graph. A request runs its `once` phases in order and then the `each_step` phase again and
// again until all its tokens are there, and last the `closing` one; `setup` phases run before the first request of whom
// they serve; `iteration` phases are what an iteration server does for a whole batch, and are run by it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platforms/platform.hpp"
#include "privacy/mechanism.hpp"
#include "privacy/protection.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/batching.hpp"
#include "sim/kernel/task_graph.hpp"
#include "workloads/placement.hpp"

namespace coinfer {

/// A tensor that someone may see. `names` has the canonical name first ("input", "output", or a cut), then its aliases.
struct Tensor {
  std::vector<std::string> names;
  /// Of a tensor that a differentially private mechanism made: the privacy budget of one draw (one word), or per unit of
  /// distance.
  std::optional<double> epsilon = {};
  std::string epsilon_scale = {};  ///< "report_noisy_max_one_draw"
};

/// Draws of a differentially private mechanism that every request makes once: each word of it that is drawn for gives away
/// the budget of a draw to whoever sees the tensor.
struct Release {
  std::uint32_t tensor = 0;  ///< index into `Plan::tensors`: what came out
  Mechanism mechanism;
  double share = 1;  ///< of the prompt's tokens that are drawn for, in (0, 1]

  /// How many of so many tokens are drawn for: the share, rounded up.
  [[nodiscard]] std::uint64_t draws(std::uint32_t prompt_tokens) const;
};

/// What a step means beyond its time.
struct PlanTask {
  /// The tensor that a compute step produces in its processor's memory, or that a transfer carries; index into
  /// `Plan::tensors`. None for a step that produces nothing new.
  static constexpr std::uint32_t no_tensor = UINT32_MAX;
  std::uint32_t tensor = no_tensor;
  /// How the tensor is protected there: in the processor's memory, or on the links of the transfer.
  Protection protection = Protection::clear;
  /// How the receiver of a transfer gets it, and how the sender has it where no compute step says so. Not used by other
  /// steps.
  Protection at_receiver = Protection::clear;
  Protection at_sender = Protection::clear;
};

/// From one device to another.
struct Journey {
  DeviceId from;
  DeviceId to;
  friend bool operator==(Journey, Journey) = default;
};

/// Something of a device that serves jobs one after the other or at once.
struct StationRef {
  enum class Unit : std::uint8_t {
    processor,  ///< the processor itself
    bridge,     ///< the copy bridge of its enclave
    quoting,    ///< what signs the attestation quotes of its enclave
  };
  ProcessorRef processor;  ///< with the enclave, where `unit` is one of its parts
  Unit unit = Unit::processor;
  friend bool operator==(StationRef const&, StationRef const&) = default;
};

/// What a step asks for beyond its fixed amount (`Task::amount`), in seconds or bytes:
///
///   amount = fixed + per_token * T + per_sequence * S + per_prompt * P + per_further_token * R
///            + cost(batch) + overhead(batch) + second_overhead(batch)
///
/// over a pass with T new tokens in S sequences that yield one, for P of which it is the first. A request's own steps are
/// passes of one sequence; R is the number of tokens it gets after its first (0 in an iteration). Serve steps have no rule,
/// see `RequestPass`.
struct AmountRule {
  static constexpr std::uint32_t no_cost = UINT32_MAX;
  double per_token = 0;
  double per_sequence = 0;
  double per_prompt = 0;
  double per_further_token = 0;
  bool only_further = false;         ///< nothing is asked for by a request that gets no token after its first
  std::uint32_t cost = no_cost;      ///< index into `Phase::costs`: seconds that count as the step's own part
  std::uint32_t overhead = no_cost;  ///< likewise, seconds that count as the first extra part (an enclave's slowdown)
  std::uint32_t second_overhead = no_cost;  ///< likewise, as the second extra part (its paging)
};

enum class PhaseKind : std::uint8_t {
  setup,      ///< before the first request of whom it serves (`Phase::scope`)
  once,       ///< once per request, in order; the first of a token model is the prefill
  each_step,  ///< once for each further step of generation
  closing,    ///< once, after the last step; what takes all tokens together
  iteration,  ///< what server `Phase::server` does for one batch
};

/// Whom a setup serves: it runs when the first request of each comes, and that request and others of the same wait for it.
/// Where its steps work on machines of a fleet other than the data owner's, each of those machines has a setup of its own.
enum class SetupScope : std::uint8_t { start, device, request };

struct Phase {
  static constexpr std::uint32_t no_task = UINT32_MAX;
  PhaseKind kind = PhaseKind::once;
  SetupScope scope = SetupScope::device;  ///< of a setup
  std::uint32_t server = 0;               ///< of an iteration: its role
  TaskGraph graph;
  std::vector<PlanTask> tasks;      ///< beside the tasks of the graph, same indices
  std::vector<AmountRule> amounts;  ///< likewise
  /// Shared because a plan is copied and a cost, which may hold large tables, never changes.
  std::vector<std::shared_ptr<StepCost const>> costs;
  std::uint32_t first_token = no_task;  ///< the task after which the data owner has the first token
};

/// Compiled once per (protocol, placement) and shared by all attempts.
struct Plan {
  std::vector<Phase> phases;
  std::vector<Tensor> tensors;
  std::vector<Release> releases;
  std::vector<StationRef> stations;   ///< by station role
  std::vector<Journey> journeys;      ///< by route role
  std::vector<ProcessorRef> servers;  ///< by server role: where it stands, with the enclave it works in
  /// By server role: memory that weights take there, where a protocol holds others than those of the layers placed there.
  std::vector<std::optional<Bytes>> held_weights;
  /// Tokens that one pass of `each_step` works on: the last one and those drafted ahead.
  std::uint32_t tokens_per_step = 1;
  /// Probability that a drafted token is accepted, each after the one before it.
  double acceptance = 0;
  /// Where the layers run, where the protocol moves some of them away from where the workload placed them.
  std::optional<Placement> placement;
  /// What the user should know and is no error: steps that were left out because nothing is known of them.
  std::vector<std::string> notes;

  /// The iteration phase of a server role.
  [[nodiscard]] Phase const& iteration(std::uint32_t server) const;
};

/// The amounts of an iteration's tasks for one batch; as many amounts as tasks.
void price(Phase const& phase, Batch const& batch, std::span<TaskAmount> amounts);

/// What a request asks of one run of a phase of its own.
struct RequestPass {
  std::uint32_t tokens = 1;   ///< that the pass works on: the prompt, or those of one step
  std::uint32_t held = 0;     ///< tokens of it from before, whose keys and values are there
  std::uint32_t further = 0;  ///< tokens it gets after its first: `ServeForm::rest` takes them one by one
};

/// The amounts of the tasks of a request's own phase; as many amounts as tasks. A serve task's are `tokens` units of an
/// opening or a pass, and `further` iterations of a rest.
void price(Phase const& phase, RequestPass const& pass, std::span<TaskAmount> amounts);

class PlanBuilder;

/// Collects the steps of one phase and their order. Steps that do not follow one another run in parallel.
class PhaseBuilder {
 public:
  using Step = std::uint32_t;

  /// Names a tensor (canonical name first); the same canonical name gives the same index in the whole plan.
  std::uint32_t tensor(std::vector<std::string> names);
  /// Adds a cost for rules to name.
  std::uint32_t cost(std::shared_ptr<StepCost const> cost);
  /// `time` >= 0 of work on a station, counted as `part`, which leaves `meaning.tensor` in its memory; a rule adds to it.
  /// What the rule's overheads add counts as `extra_part` and `second_part`.
  Step compute(StationRef station, Seconds time, Part part, PlanTask meaning, std::span<Step const> after,
               AmountRule rule = {}, Part extra_part = queue_part, Part second_part = queue_part);
  /// Work that counts as several parts: `time` in all, of which `extra` as `extra_part` and `second` as `second_part`.
  Step compute_split(StationRef station, Seconds time, Part part, Seconds extra, Part extra_part, Seconds second,
                     Part second_part, PlanTask meaning, std::span<Step const> after);
  /// `amount` >= 0 bytes from one device to another. Between a device and itself it takes no time and shows nothing.
  Step transfer(Journey journey, Bytes amount, PlanTask meaning, std::span<Step const> after, AmountRule rule = {});
  /// `time` >= 0 in which nothing is used, counted as `part`.
  Step delay(Seconds time, Part part, std::span<Step const> after, AmountRule rule = {});
  /// A call of the iteration server at `server`, whose iteration phase must be added too. The tensor it yields is produced
  /// by the iteration.
  Step serve(ProcessorRef server, ServeForm form, std::span<Step const> after);
  /// Says after which step the data owner has the first token.
  void yields_first_token(Step step) { first_token_ = step; }
  /// Whether there are no steps yet.
  [[nodiscard]] bool empty() const { return tasks_.empty(); }

 private:
  friend class PlanBuilder;
  PhaseBuilder(PlanBuilder& plan, PhaseKind kind) : plan_(&plan), kind_(kind) {}
  Step add(Task task, PlanTask meaning, std::span<Step const> after, AmountRule rule);
  [[nodiscard]] Phase build() const;

  PlanBuilder* plan_;
  PhaseKind kind_;
  SetupScope scope_ = SetupScope::device;
  std::uint32_t server_ = 0;
  std::uint32_t first_token_ = Phase::no_task;
  std::vector<Task> tasks_;
  std::vector<PlanTask> meanings_;
  std::vector<AmountRule> rules_;
  std::vector<TaskGraph::Edge> edges_;
  std::vector<std::shared_ptr<StepCost const>> costs_;
};

/// Collects phases and deals out roles.
class PlanBuilder {
 public:
  PlanBuilder() = default;
  PlanBuilder(PlanBuilder const&) = delete;
  PlanBuilder& operator=(PlanBuilder const&) = delete;

  /// A further phase of a request; phases run in the order in which they were added. The reference stays valid.
  PhaseBuilder& once();
  PhaseBuilder& each_step(std::uint32_t tokens_per_step = 1, double acceptance = 0);
  PhaseBuilder& setup(SetupScope scope);
  PhaseBuilder& closing();
  /// What the iteration server at `server` does for a batch; one per server (asserted).
  PhaseBuilder& iteration(ProcessorRef server);
  /// Names a tensor; see PhaseBuilder.
  std::uint32_t tensor(std::vector<std::string> names);
  /// Says which private mechanism made a tensor.
  void release(Release const& release);
  /// Says how much memory the weights at a server take, where it is not that of the layers placed there.
  void hold(ProcessorRef server, Bytes weights);
  /// Says once something that the user should know of the plan.
  void note(std::string text);
  /// The plan of the phases so far; phases without steps are left out.
  [[nodiscard]] Plan build() const;

 private:
  friend class PhaseBuilder;
  PhaseBuilder& add(PhaseKind kind);

  std::deque<PhaseBuilder> phases_;
  Plan plan_;  ///< without its phases
};

}  // namespace coinfer
