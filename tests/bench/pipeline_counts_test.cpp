// What the speed of the kernel rests on and can be counted, so that it can gate: events and allocations per request of the
// pipeline, and per iteration of a server.
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <new>

#include "tests/bench/heap_pipeline.hpp"
#include "tests/bench/kernel_iterations.hpp"
#include "tests/bench/kernel_pipeline.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// All forms, since the address sanitizer brings its own of each, and those do not match these.
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
  ++allocations;
  return std::malloc(size > 0 ? size : 1);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return operator new(size, std::nothrow); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::nothrow_t const&) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::nothrow_t const&) noexcept { std::free(memory); }

namespace coinfer::bench {

namespace {

double constexpr warm_up_s = 600;
double constexpr end_s = 1200;

}  // namespace

TEST_CASE("The kernel handles seven events per request of the pipeline, as the bare event loop does") {
  KernelPipeline kernel(PipelineSpec{}, 1);
  HeapPipeline heap(PipelineSpec{}, 1);
  kernel.run_until(end_s);
  heap.run_until(end_s);
  // Arrival, edge, propagation and wire up, GPU, propagation and wire down. Requests under way at the end make up the rest.
  double const per_request = static_cast<double>(kernel.counts().events) / static_cast<double>(kernel.counts().completed);
  std::cout << "bench: " << per_request << " events per request\n";
  CHECK(per_request == Approx(7).epsilon(0.001));
  CHECK(kernel.counts().events == heap.counts().events);
  CHECK(kernel.counts().completed == heap.counts().completed);
  CHECK(kernel.counts().latency_sum_s == Approx(heap.counts().latency_sum_s).epsilon(1e-9));
}

TEST_CASE("In its steady state the kernel allocates nothing for a request") {
  KernelPipeline kernel(PipelineSpec{}, 1);
  kernel.run_until(warm_up_s);
  REQUIRE(allocations > 0);  // the count works
  std::uint64_t const completed = kernel.counts().completed;
  std::uint64_t const before = allocations;
  kernel.run_until(end_s);
  std::uint64_t const allocated = allocations - before;
  std::cout << "bench: " << allocated << " allocations for " << kernel.counts().completed - completed << " requests\n";
  REQUIRE(kernel.counts().completed - completed > 100'000);
  CHECK(allocated == 0);
}

TEST_CASE("In its steady state an iteration of hundreds of tasks costs an event a task and allocates nothing") {
  KernelIterations kernel(900, 32);
  kernel.run_until(100);
  std::uint64_t const iterations = kernel.iterations();
  std::uint64_t const events = kernel.events();
  std::uint64_t const before = allocations;
  kernel.run_until(1000);
  std::uint64_t const allocated = allocations - before;
  double const measured = static_cast<double>(kernel.iterations() - iterations);
  double const per_iteration = static_cast<double>(kernel.events() - events) / measured;
  std::cout << "bench: " << per_iteration << " events and " << allocated << " allocations for " << measured
            << " iterations of 900 tasks\n";
  REQUIRE(measured > 500);
  // Each session steps ten times, parks for 0.3 s and comes back: an event for its parking, one to wake the server.
  CHECK(per_iteration < 910);
  CHECK(allocated == 0);
}

}  // namespace coinfer::bench
