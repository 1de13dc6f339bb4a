// How many requests per second does the edge -> uplink -> GPU -> downlink pipeline simulate? The kernel and the bare event
// loop; run_pipeline.py puts them beside SimPy and the whole program.
#include <benchmark/benchmark.h>

#include "tests/bench/heap_pipeline.hpp"
#include "tests/bench/kernel_pipeline.hpp"

namespace coinfer::bench {

namespace {

template <typename Pipeline>
void simulate(benchmark::State& state) {
  PipelineSpec const spec;
  PipelineCounts counts;
  std::uint64_t requests = 0;
  for (auto _ : state) {
    Pipeline pipeline(spec, 1);
    pipeline.run_until(static_cast<double>(state.range(0)) / spec.arrivals_per_s);
    counts = pipeline.counts();
    requests += counts.completed;
  }
  auto const completed = static_cast<double>(counts.completed);
  state.counters["requests_per_s"] = benchmark::Counter(static_cast<double>(requests), benchmark::Counter::kIsRate);
  state.counters["mean_latency_s"] = counts.latency_sum_s / completed;
  state.counters["events_per_request"] = static_cast<double>(counts.events) / completed;
}

}  // namespace

BENCHMARK_TEMPLATE(simulate, KernelPipeline)->Name("kernel")->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(simulate, HeapPipeline)->Name("bare event loop")->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace coinfer::bench

BENCHMARK_MAIN();
