#include "tests/theory/batch_run.hpp"

#include <limits>

#include "tests/unit/sim/kernel_scripted_batches.hpp"

namespace coinfer::theory {

namespace {

class BatchRun final : public SimulationListener {
 public:
  BatchRun(std::vector<double> const& arrivals_s, std::vector<std::uint32_t> const& iterations, Batching const& batching)
      : arrivals_s_(arrivals_s),
        iterations_(iterations),
        step_([batching](Batch const& batch, std::span<TaskAmount> amounts) {
          amounts[0].total = batching.fixed_s + batching.per_member_s * static_cast<double>(batch.items.size());
        }),
        simulation_(EngineKind::fast, *this),
        station_(simulation_.add_station({})),
        iteration_(simulation_.add_graph(TaskGraph({Task{TaskKind::compute, first_free_part, 0, 0}}, {}))),
        server_(simulation_.add_server({scheduler_, step_, iteration_, {station_}, {}})),
        call_(simulation_.add_graph(TaskGraph({rest()}, {}))),
        outcomes_(arrivals_s.size()) {
    scheduler_.largest = batching.largest;
    scheduler_.least = batching.least;
    scheduler_.timeout_s = batching.timeout_s;
  }

  std::vector<Outcome> run() {
    for (std::uint32_t job = 0; job < arrivals_s_.size(); ++job) simulation_.schedule_arrival(arrivals_s_[job], job);
    simulation_.run(std::numeric_limits<double>::infinity());
    return outcomes_;
  }

  void arrived(std::uint32_t job) override {
    TaskAmount const steps = {static_cast<double>(iterations_[job])};
    simulation_.start(call_, {{}, {}, std::span(&server_, 1)}, job, std::span(&steps, 1));
  }
  void timer_fired(std::uint32_t, std::uint32_t) override {}
  void run_ended(RunId run, std::uint32_t job) override {
    outcomes_[job] = {simulation_.now_s(), simulation_.part_times(run)};
  }

 private:
  static Task rest() {
    Task task{TaskKind::serve, first_free_part, 0, 1};
    task.form = ServeForm::rest;
    return task;
  }

  std::vector<double> const& arrivals_s_;
  std::vector<std::uint32_t> const& iterations_;
  ScriptedScheduler scheduler_;
  ScriptedStep step_;
  Simulation simulation_;
  StationId station_;
  GraphId iteration_;
  ServerId server_;
  GraphId call_;
  std::vector<Outcome> outcomes_;
};

}  // namespace

std::vector<Outcome> run_batches(std::vector<double> const& arrivals_s, std::vector<std::uint32_t> const& iterations,
                                 Batching const& batching) {
  return BatchRun(arrivals_s, iterations, batching).run();
}

}  // namespace coinfer::theory
