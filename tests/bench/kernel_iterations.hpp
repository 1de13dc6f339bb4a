// Sessions that step, park and come back, on an iteration server whose iterations are a chain of tasks.
#pragma once

#include <vector>

#include "sim/kernel/simulation.hpp"

namespace coinfer::bench {

/// Takes every call that is in; a call steps as often as it asks to.
class EverybodySteps final : public BatchScheduler {
 public:
  void enter(ServeCall const& call, double) override { calls_.push_back(call); }
  void leave(std::uint32_t task) override;
  double compose(double now_s, Batch& batch) override;
  void finish(Batch const& batch, double now_s, std::vector<std::uint32_t>& ended) override;
  [[nodiscard]] std::uint32_t waiting() const override { return 0; }

 private:
  std::vector<ServeCall> calls_;
};

/// A second for an iteration, in equal parts.
class EqualParts final : public BatchStep {
 public:
  void price(Batch const&, std::span<TaskAmount> amounts) const override {
    for (TaskAmount& amount : amounts) amount.total = 1 / static_cast<double>(amounts.size());
  }
};

class KernelIterations final : public SimulationListener {
 public:
  /// `tasks` in an iteration. Each session steps ten times, is away for 0.3 s and comes back, for ever.
  KernelIterations(std::uint32_t tasks, std::uint32_t sessions);
  void run_until(double time_s) { simulation_.run(time_s); }
  [[nodiscard]] std::uint64_t events() const { return simulation_.events_handled(); }
  [[nodiscard]] std::uint64_t iterations() const { return simulation_.server(server_).iterations(); }

  void arrived(std::uint32_t session) override { start(session); }
  void timer_fired(std::uint32_t, std::uint32_t) override {}
  void run_ended(RunId, std::uint32_t session) override { start(session); }

 private:
  void start(std::uint32_t session);

  EverybodySteps scheduler_;
  EqualParts step_;
  Simulation simulation_;
  StationId station_;
  ServerId server_;
  GraphId visit_;
};

}  // namespace coinfer::bench
