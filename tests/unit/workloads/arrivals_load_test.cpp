#include "workloads/arrivals_load.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "sim/base/text_proto.hpp"
#include "workloads/arrival_trace.hpp"

using namespace coinfer;

namespace {

std::optional<ArrivalPattern> load(std::string const& text, std::filesystem::path const& folder, Diagnostics& diagnostics) {
  Located<proto::Arrivals> located;
  REQUIRE(parse_text_proto("a", text, located, diagnostics));
  return load_arrivals(located.message, located.where(), folder, diagnostics);
}

ArrivalPattern pattern_of(std::string const& text, std::filesystem::path const& folder = {}) {
  Diagnostics diagnostics;
  auto const pattern = load(text, folder, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(pattern.has_value());
  return *pattern;
}

std::string problems_of(std::string const& text, std::filesystem::path const& folder = {}) {
  Diagnostics diagnostics;
  CHECK_FALSE(load(text, folder, diagnostics).has_value());
  return diagnostics.text();
}

std::vector<double> times_of(std::string const& text) {
  Diagnostics diagnostics;
  auto const trace = read_arrival_trace("t", text, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(trace.has_value());
  std::vector<double> values;
  for (Seconds const time : trace->times) values.push_back(time.value());
  return values;
}

std::string trace_problems(std::string const& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(read_arrival_trace("t", text, diagnostics).has_value());
  return diagnostics.text();
}

// A folder with one trace, removed with the object.
class TraceFolder {
 public:
  explicit TraceFolder(std::string const& content)
      : path_(std::filesystem::temp_directory_path() / ("coinfer_arrivals_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
    std::ofstream(path_ / "trace.csv") << content;
  }
  ~TraceFolder() { std::filesystem::remove_all(path_); }
  TraceFolder(TraceFolder const&) = delete;
  TraceFolder& operator=(TraceFolder const&) = delete;
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("each kind of arrivals is read with its numbers") {
  CHECK(std::get<PoissonPattern>(pattern_of("poisson { rate_per_s: 2.5 }")).rate_per_s == 2.5);
  CHECK(std::get<FixedRatePattern>(pattern_of("fixed_rate { rate_per_s: 3 }")).rate_per_s == 3);
  auto const gamma = std::get<GammaPattern>(pattern_of("gamma { rate_per_s: 3 cv: 2 }"));
  CHECK(gamma.rate_per_s == 3);
  CHECK(gamma.cv == 2);
  auto const loop = std::get<ClosedLoop>(pattern_of("closed_loop { users: 7 think_s { exponential { mean: 4 } } }"));
  CHECK(loop.users == 7);
  CHECK(mean(loop.think) == 4);
  CHECK(mean(std::get<ClosedLoop>(pattern_of("closed_loop { users: 7 }")).think) == 0);
}

TEST_CASE("a trace is found beside its scenario, scaled and thinned") {
  TraceFolder const folder("id,arrival_s\n1,10\n2,10.5\n3,14\n");
  auto const replay =
      std::get<ReplayPattern>(pattern_of(R"(replay { path: "trace.csv" time_scale: 2 keep: 0.5 })", folder.path()));
  CHECK(*replay.times == std::vector{Seconds(0), Seconds(1), Seconds(8)});
  CHECK(replay.keep == 0.5);
  CHECK(std::get<ReplayPattern>(pattern_of(R"(replay { path: "trace.csv" })", folder.path())).keep == 1);
  CHECK(problems_of(R"(replay { path: "trace.csv" time_scale: 1e308 })", folder.path()) ==
        "a:1:28: the scaled trace has no finite end");
}

TEST_CASE("arrivals that cannot be are located problems") {
  CHECK(problems_of("poisson { rate_per_s: 1e-320 }") == "a:1:11: rate_per_s is 1e-320 (its mean gap is not finite)");
  CHECK(problems_of("fixed_rate { rate_per_s: 1e-320 }") == "a:1:14: rate_per_s is 1e-320 (its mean gap is not finite)");
  CHECK(problems_of("gamma { rate_per_s: 1e-320 cv: 1 }") == "a:1:9: rate_per_s is 1e-320 (its mean gap is not finite)");
  CHECK(problems_of("closed_loop { users: 1 think_s { uniform { low: 2 high: 1 } } }") ==
        "a:1:51: high is 1 (must be at least low, which is 2)");
  CHECK(problems_of(R"(replay { path: "/nowhere/trace.csv" })") ==
        "a:1:10: /nowhere/trace.csv: cannot be read (no such file or directory)");
  // What breaks the rules of the schema is reported by those who check the whole file.
  CHECK(problems_of("poisson {}").empty());
}

TEST_CASE("times are read in seconds or as dates, with any line ends") {
  CHECK(times_of("arrived_at,x\r\n0.5,1\r\n0.75,2\r\n") == std::vector{0.0, 0.25});
  CHECK(times_of("TIMESTAMP,n\r\n2023-11-16 18:17:03.9799600,1\r\n2023-11-16 18:17:04.0319600,2\r\n") ==
        std::vector{0.0, 0.052});
  CHECK(times_of("TIMESTAMP\n2023-12-31T23:59:59Z\n2024-01-01 00:00:00.000000001+00:00\n2024-01-01 02:00:00.5+02:00\n") ==
        std::vector{0.0, 1.000000001, 1.5});
  // Seconds win over dates where a file has both.
  CHECK(times_of("TIMESTAMP,arrival_s\nyesterday,1\nnow,3\n") == std::vector{0.0, 2.0});
}

TEST_CASE("date and time become nanoseconds since 1970") {
  CHECK(parse_timestamp("1970-01-01 00:00:00") == 0);
  CHECK(parse_timestamp("2000-03-01 00:00:00.1234567899") == 951'868'800'123'456'789);
  CHECK(parse_timestamp("1969-12-31 23:59:59.5") == -500'000'000);
  for (char const* const wrong : {"", "2023-11-16", "2023-11-16 18:17", "2023-02-29 00:00:00", "2023-13-01 00:00:00",
                                  "2023-11-16 24:00:00", "2023-11-16 18:17:03.", "2023-11-16 18:17:03x",
                                  "2023/11/16 18:17:03", "9999-01-01 00:00:00", "2023-11-16 18:17:03+1"}) {
    INFO(wrong);
    CHECK_FALSE(parse_timestamp(wrong).has_value());
  }
}

TEST_CASE("a wrong trace of arrivals is told by place") {
  CHECK(trace_problems("time\n1\n") ==
        "t: no column holds arrival times (one must be called arrival_s, arrived_at or TIMESTAMP)");
  CHECK(trace_problems("arrival_s\n") == "t: the trace has no arrivals");
  CHECK(trace_problems("x,arrival_s\n1,2\n1,soon\n") ==
        "t:3:3: 'soon' is not an arrival time (it must be a finite number of seconds)");
  CHECK(trace_problems("arrival_s\ninf\n") ==
        "t:2:1: 'inf' is not an arrival time (it must be a finite number of seconds)");
  CHECK(trace_problems("TIMESTAMP\n12:00\n") ==
        "t:2:1: '12:00' is not an arrival time (it must be a date and time such as 2023-11-16 18:17:03.98)");
  CHECK(trace_problems("arrival_s\n1\n3\n2\n") ==
        "t:4:1: arrival '2' is before the one above it (arrival times must not decrease)");
}

TEST_CASE("a trace may say how many tokens its requests have") {
  auto const lengths_of = [](std::string const& text) {
    Diagnostics diagnostics;
    auto const trace = read_arrival_trace("t", text, diagnostics);
    INFO(diagnostics.text());
    REQUIRE(trace.has_value());
    return trace->lengths;
  };
  CHECK(lengths_of("arrival_s\n1\n") == nullptr);
  for (std::string const columns :
       {"ContextTokens,GeneratedTokens", "num_prefill_tokens,num_decode_tokens", "prompt_tokens,output_tokens"}) {
    auto const lengths = lengths_of("arrival_s," + columns + "\r\n1,10,2\r\n1,30,4\r\n");
    REQUIRE(lengths != nullptr);
    CHECK(lengths->prompt_tokens == std::vector<std::uint32_t>{10, 30});
    CHECK(lengths->output_tokens == std::vector<std::uint32_t>{2, 4});
    CHECK(lengths->prefix_ends.empty());
  }
  CHECK(trace_problems("arrival_s,prompt_tokens\n1,2\n") ==
        "t:2:3: column 'output_tokens' is missing (a trace gives the tokens of both prompt and output, or of neither)");
  CHECK(trace_problems("arrival_s,prompt_tokens,output_tokens\n1,2,2.5\n") ==
        "t:2:5: '2.5' is not a number of tokens (it must be a whole number from 1 to 10000000)");
  CHECK(trace_problems("arrival_s,prompt_tokens,output_tokens\n1,0,2\n") ==
        "t:2:3: '0' is not a number of tokens (it must be a whole number from 1 to 10000000)");
}

TEST_CASE("a trace of JSON lines gives times, tokens and ids of shared blocks") {
  std::string const text =
      "{\"timestamp\": 500, \"input_length\": 700, \"output_length\": 3, \"hash_ids\": [0, 1]}\r\n"
      "\n{\"timestamp\": 2000, \"input_length\": 20, \"output_length\": 9, \"hash_ids\": [0], \"more\": {}}";
  CHECK(times_of(text) == std::vector{0.0, 1.5});
  Diagnostics diagnostics;
  auto const lengths = read_arrival_trace("t", text, diagnostics)->lengths;
  CHECK(lengths->prompt_tokens == std::vector<std::uint32_t>{700, 20});
  CHECK(lengths->output_tokens == std::vector<std::uint32_t>{3, 9});
  CHECK(lengths->prefix_ids == std::vector<std::uint64_t>{0, 1, 0});
  CHECK(lengths->prefix_ends == std::vector<std::size_t>{2, 3});
  CHECK(lengths->prefix_id_tokens == 512);
  CHECK(times_of("{\"arrival_time\": 7.5, \"input_toks\": 1, \"output_toks\": 1}\n"
                 "{\"arrival_time\": 8, \"input_toks\": 1, \"output_toks\": 1}\n") == std::vector{0.0, 0.5});
}

TEST_CASE("a wrong line of JSON is told by its number") {
  CHECK(trace_problems("{\"timestamp\": 1}\n[]") == "t:2:1: the line is not a JSON object (a trace has one per line)");
  CHECK(trace_problems("{\"time\": 1}") ==
        "t:1:1: no key holds arrival times (one must be called timestamp, arrival_time or arrival_s)");
  CHECK(trace_problems("{\"timestamp\": 1}\n{}") ==
        "t:2:1: 'timestamp' is not an arrival time (it must be a finite number)");
  CHECK(trace_problems("{\"timestamp\": 2}\n{\"timestamp\": 1}") ==
        "t:2:1: arrival '1' is before the one above it (arrival times must not decrease)");
  CHECK(trace_problems("{\"timestamp\": 2, \"input_length\": 3}") ==
        "t:1:1: 'output_length' is not a number of tokens (it must be a whole number from 1 to 10000000)");
  std::string const row = "{\"timestamp\": 2, \"input_length\": 3, \"output_length\": 3, \"hash_ids\": ";
  CHECK(trace_problems(row + "[1]}\n" + row + "1}") == "t:2:1: 'hash_ids' is not a list (the lines above have one)");
  CHECK(trace_problems(row + "[-1]}") ==
        "t:1:1: 'hash_ids' has an element that is not an id (ids are whole numbers below 2^40)");
}

TEST_CASE("the public Azure trace replays its 8,819 arrivals") {
  std::string const path = COINFER_SOURCE_DIR "/../shared/data/arrivals/AzureLLMInferenceTrace_code.csv";
  if (!std::filesystem::exists(path)) {
    std::cout << "SKIPPED: the public Azure trace replays its 8,819 arrivals: shared data is absent\n";
    return;
  }
  auto const replay = std::get<ReplayPattern>(pattern_of("replay { path: \"" + path + "\" }"));
  REQUIRE(replay.times->size() == 8'819);
  CHECK(replay.times->front() == Seconds(0));
  CHECK((*replay.times)[1].value() == 0.052);
  CHECK(replay.times->back().value() == 3435.948056);
}
