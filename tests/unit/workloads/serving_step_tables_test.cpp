// Measured iteration times: grids, interpolation, mixed iterations, and what lies outside.
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "sim/base/field_rules.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/serving/serving_load.hpp"
#include "workloads/serving/step_tables_load.hpp"
#include "workloads/serving/table_step_cost.hpp"

using namespace coinfer;

namespace {

std::shared_ptr<StepTables const> load(std::string const& text, Diagnostics& diagnostics,
                                       std::filesystem::path const& folder = {}) {
  Located<proto::StepTables> located;
  if (!parse_text_proto("t", text, located, diagnostics)) return nullptr;
  check_rules(located.message, located.where(), diagnostics);
  return load_step_tables(located.message, located.where(), folder, diagnostics);
}

TableStepCost cost_of(std::string const& tables, Seconds overhead = {}, std::filesystem::path const& folder = {}) {
  Diagnostics diagnostics;
  auto const loaded = load("name: 't' model: 'm' " + tables, diagnostics, folder);
  INFO(diagnostics.text());
  REQUIRE(loaded != nullptr);
  return {loaded, overhead};
}

std::string problems_of(std::string const& tables) {
  Diagnostics diagnostics;
  CHECK(load("name: 't' model: 'm' " + tables, diagnostics) == nullptr);
  return diagnostics.text();
}

BatchItem opened(std::uint32_t units, std::uint32_t held, bool yields = true) { return {0, 0, units, held, true, yields}; }
BatchItem stepped(std::uint32_t held) { return {0, 0, 1, held, false, true}; }

/// Time in microseconds, with a mark where it was extrapolated.
std::string time_of(TableStepCost const& cost, std::vector<BatchItem> items) {
  auto const result = cost.time(Batch{std::move(items)});
  return std::to_string(std::llround(result.seconds * 1e9)) + (result.extrapolated ? " ns outside" : " ns");
}

std::string const attention = R"(
tables { name: "attention" times: 2
  axes { column: "chunk" quantity: PREFILL_TOKENS }
  axes { column: "before" quantity: PREFILL_CONTEXT }
  axes { column: "n" quantity: DECODE_SEQUENCES }
  axes { column: "held" quantity: DECODE_CONTEXT }
  csv: "chunk,before,n,held,time_us\n"
       "0,0,1,10,1\n0,0,1,20,2\n0,0,3,10,3\n0,0,3,20,6\n"
       "10,0,0,0,5\n20,0,0,0,9\n10,8,0,0,7\n20,8,0,0,13\n"
       "10,0,1,10,11\n10,8,1,10,12\n20,0,1,10,21\n20,8,1,10,22\n"
       "10,0,1,20,31\n10,8,1,20,32\n20,0,1,20,41\n20,8,1,20,42\n" })";

}  // namespace

TEST_CASE("step tables: operations are added up as often as they run") {
  auto const cost =
      cost_of(R"(tables { name: "dense" times: 2 select_column: "layer" axes { column: "tokens" quantity: TOKENS }
    select { value: "mlp" times: 3 } select { value: "norm" }
    csv: "layer,tokens,time_us\nmlp,1,10\nmlp,5,30\nnorm,1,1\nnorm,3,2\nother,1,1000\n" }
    tables { name: "head" axes { column: "sequences" quantity: SEQUENCES } csv: "sequences,time_us\n1,100\n2,120\n" })",
              Seconds(7e-6));
  // Three tokens: 2 * (3 * 20 + 2); two results: 120; overhead 7 us.
  CHECK(time_of(cost, {opened(2, 0), stepped(9)}) == "251000 ns");
  // No result, no head.
  CHECK(time_of(cost, {opened(3, 0, false)}) == "131000 ns");
  // Five tokens: 'norm' goes on beyond three in a straight line: 2 * (3 * 30 + 3).
  CHECK(time_of(cost, {opened(5, 0, false)}) == "193000 ns outside");
  CHECK(cost.seconds({}) == 0);
  CHECK(cost.seconds(Batch{{opened(5, 0, false)}}) == Approx(193e-6));
  CHECK(cost.priced() == 2);
  CHECK(cost.extrapolated() == 1);
}

TEST_CASE("step tables: openings, steps and mixed iterations have grids of their own") {
  auto const cost = cost_of(attention);
  CHECK(time_of(cost, {stepped(10)}) == "2000 ns");
  // Two steps at a mean of 15: halfway along both axes, (1 + 2 + 3 + 6) / 4, twice.
  CHECK(time_of(cost, {stepped(12), stepped(18)}) == "6000 ns");
  CHECK(time_of(cost, {opened(10, 8)}) == "14000 ns");
  // Two openings count as 15 tokens after a mean of (12 * 5 + 3 * 0) / 15 = 4: (5 + 9 + 7 + 13) / 4, twice.
  CHECK(time_of(cost, {opened(12, 5), opened(3, 0)}) == "17000 ns");
  CHECK(time_of(cost, {stepped(20), opened(20, 8)}) == "84000 ns");
  CHECK(time_of(cost, {stepped(15), opened(15, 4)}) == "53000 ns");
  // An opening of four among steps lies between none (1 us) and ten tokens (11 us).
  CHECK(time_of(cost, {stepped(10), opened(4, 0)}) == "10000 ns");
}

TEST_CASE("step tables: outside the grid is told, in a straight line above and level below") {
  auto const cost = cost_of(attention);
  CHECK(time_of(cost, {stepped(30)}) == "6000 ns outside");
  CHECK(time_of(cost, {stepped(4)}) == "2000 ns outside");
  CHECK(time_of(cost, {opened(40, 0)}) == "34000 ns outside");
  CHECK(time_of(cost, {opened(2, 0)}) == "10000 ns outside");
  // The mixed grid has one number of sequences only.
  CHECK(time_of(cost, {stepped(10), stepped(10), opened(10, 0)}) == "22000 ns outside");
}

TEST_CASE("step tables: without a mixed grid the two kinds are added, and that is told") {
  auto const cost = cost_of(R"(tables { name: "a" axes { column: "c" quantity: PREFILL_TOKENS }
    axes { column: "n" quantity: DECODE_SEQUENCES } csv: "c,n,time_us\n0,1,3\n5,0,4\n" })");
  CHECK(time_of(cost, {stepped(1), opened(5, 0)}) == "7000 ns outside");
  auto const steps =
      cost_of(R"(tables { name: "a" axes { column: "n" quantity: DECODE_SEQUENCES } csv: "n,time_us\n1,3\n" })");
  CHECK(time_of(steps, {stepped(1), opened(5, 0)}) == "3000 ns");
  CHECK(time_of(steps, {opened(5, 0)}) == "0 ns");
}

TEST_CASE("step tables: what is wrong is told with its place") {
  CHECK(problems_of(R"(tables { name: "a" axes { column: "c" quantity: TOKENS } })") ==
        "t:1:22: table 'a' needs a path or csv (one of them)");
  CHECK(problems_of(R"(tables { name: "a" csv: "tokns,time_us\n1,2\n" axes { column: "tokens" quantity: TOKENS } })") ==
        "t:1:76: the table has no column 'tokens' did you mean 'tokns'?");
  CHECK(problems_of(R"(tables { name: "a" csv: "c,time_us\n1,-2\n" axes { column: "c" quantity: TOKENS } })") ==
        "t: csv of table 'a':2:3: time_us is '-2' (it must be a finite number, at least 0)");
  CHECK(problems_of(R"(tables { name: "a" csv: "c,d,time_us\n1,1,1\n1,2,1\n2,2,1\n"
    axes { column: "c" quantity: TOKENS } axes { column: "d" quantity: SEQUENCES } })") ==
        "t: csv of table 'a': no row has c 2, d 1 (all combinations of the values must be measured)");
  CHECK(problems_of(R"(tables { name: "a" csv: "c,time_us\n1,1\n1,2\n" axes { column: "c" quantity: TOKENS } })") ==
        "t: csv of table 'a':3:1: the combination stands in line 2 (each is measured once)");
  CHECK(problems_of(R"(tables { name: "a" csv: "c,time_us\n1,1\n" axes { column: "c" quantity: DECODE_CONTEXT } })") ==
        "t:1:65: a context axis stands without DECODE_SEQUENCES (a context of nobody means nothing)");
  CHECK(problems_of(R"(tables { name: "a" csv: "c,time_us\n0,1\n" axes { column: "c" quantity: PREFILL_TOKENS } })") ==
        "t: csv of table 'a':2:1: the row has neither prefill tokens nor decode sequences (such an iteration does "
        "nothing)");
  CHECK(problems_of(R"(tables { name: "a" csv: "l,c,time_us\nx,1,1\n" select_column: "l" select { value: "y" }
    axes { column: "c" quantity: TOKENS } })") ==
        "t:1:88: no row for 'a.y' (an operation without measurements has no time)");
}

TEST_CASE("servers: what is unset has the documented defaults, and what does not go together is told") {
  auto const load_text = [](std::string const& text, Diagnostics& diagnostics) {
    Located<proto::Server> located;
    REQUIRE(parse_text_proto("s", text, located, diagnostics));
    return load_server(located.message, located.where(), {}, diagnostics);
  };
  Diagnostics none;
  auto const plain = load_text("on: 'cloud.gpu'", none);
  REQUIRE(plain.has_value());
  CHECK(plain->name == "cloud.gpu");
  CHECK(std::get<ContinuousBatching>(plain->batching).token_budget == 2048);
  CHECK(plain->router == RouterKind::least_outstanding);
  CHECK(plain->group_size() == 1);
  auto const rich = load_text(
      "on: 'cloud' name: 'a' tensor_parallel: 4 pipeline_parallel: 2 peer { bandwidth_gb_per_s: 450 latency_us: 3 } "
      "static_batch { max_sequences: 8 timeout_ms: 20 } prefix_caching { scope: PER_USER } router: ROUND_ROBIN "
      "overhead_us: 500 prefill_on: 'b' kv_capacity_tokens: 41408",
      none);
  INFO(none.text());
  REQUIRE(rich.has_value());
  CHECK(rich->group_size() == 8);
  CHECK(rich->peer->bandwidth == BytesPerSecond(450e9));
  CHECK(std::get<StaticBatching>(rich->batching).timeout.value() == Approx(0.02));
  CHECK(rich->prefix_caching == PrefixScope::per_user);
  CHECK(rich->router == RouterKind::round_robin);
  CHECK(rich->overhead.value() == Approx(500e-6));
  Diagnostics wrong;
  CHECK_FALSE(load_text("on: 'c' tensor_parallel: 2 kv_capacity_tokens: 8 prefill_on: 'c'", wrong).has_value());
  CHECK(wrong.text() ==
        "s: server 'c' is a group without a peer (its members exchange activations over something)\n"
        "s:1:28: kv_capacity_tokens is 8 (one block has 16 tokens)\n"
        "s:1:50: server 'c' sends its openings to itself");
}
