#include "workloads/request_lengths.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <numeric>

#include "sim/base/text_proto.hpp"
#include "workloads/arrivals_load.hpp"
#include "workloads/request_lengths_load.hpp"

using namespace coinfer;

namespace {

std::optional<LengthPattern> load(std::string const& text, Diagnostics& diagnostics) {
  Located<proto::TokenLengths> located;
  REQUIRE(parse_text_proto("l", text, located, diagnostics));
  return load_request_lengths(located.message, located.where(), {}, diagnostics);
}

LengthPattern pattern_of(std::string const& text) {
  Diagnostics diagnostics;
  auto const pattern = load(text, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(pattern.has_value());
  return *pattern;
}

std::string problems_of(std::string const& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(load(text, diagnostics).has_value());
  return diagnostics.text();
}

std::vector<RequestShape> draw_shapes(LengthPattern const& pattern, std::size_t count, std::uint64_t seed = 1,
                                      std::uint64_t index = 0) {
  RequestLengths lengths(pattern, seed, index);
  std::vector<RequestShape> shapes;
  for (std::size_t i = 0; i < count; ++i) shapes.push_back(lengths.next(i));
  return shapes;
}

struct Statistics {
  double mean = 0;
  double median = 0;
  double min = 0;
  double max = 0;
};

Statistics statistics_of(std::vector<RequestShape> const& shapes, std::uint32_t RequestShape::*tokens) {
  std::vector<double> values;
  for (RequestShape const& shape : shapes) values.push_back(shape.*tokens);
  std::sort(values.begin(), values.end());
  double const mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return {mean, values[values.size() / 2], values.front(), values.back()};
}

// Two requests of 3 and 4 tokens with ids, one of them shared.
std::shared_ptr<RecordedLengths const> two_rows() {
  auto rows = std::make_shared<RecordedLengths>();
  rows->prompt_tokens = {600, 1500};
  rows->output_tokens = {9, 2};
  rows->prefix_ids = {5, 6, 5, 7, 8};
  rows->prefix_ends = {2, 5};
  rows->prefix_id_tokens = 512;
  return rows;
}

constexpr std::uint64_t first_id_of_3 = std::uint64_t{3} << 40;

}  // namespace

TEST_CASE("constant lengths are what they say, without output for an encoder") {
  auto const shapes = draw_shapes(pattern_of("prompt { constant: 100 } output { constant: 20 }"), 2);
  CHECK(shapes[1].prompt_tokens == 100);
  CHECK(shapes[1].output_tokens == 20);
  CHECK(shapes[1].prefix_ids.empty());
  LengthPattern const encoder = pattern_of("prompt { constant: 100 }");
  CHECK(draw_shapes(encoder, 1)[0].output_tokens == 0);
  CHECK(largest_lengths(encoder).sum_tokens == 100);
}

TEST_CASE("random lengths are whole, within their bounds, and of a stream each") {
  std::string const prompt = "prompt { distribution { uniform { low: 0 high: 10 } } min: 3 max: 8 }";
  LengthPattern const pattern = pattern_of(prompt + " output { distribution { exponential { mean: 5 } } max: 9 }");
  auto const shapes = draw_shapes(pattern, 20'000, 7, 2);
  auto const prompts = statistics_of(shapes, &RequestShape::prompt_tokens);
  CHECK(prompts.min == 3);
  CHECK(prompts.max == 8);
  // 3.5 of 10 are below 3.5 and become 3, 2.5 of 10 are 7.5 and more and become 8, 1 of 10 each 4 ... 7.
  double const mean = 0.35 * 3 + 0.25 * 8 + 0.1 * (4 + 5 + 6 + 7);
  CHECK(prompts.mean == Approx(mean).epsilon(0.015));
  auto const outputs = statistics_of(shapes, &RequestShape::output_tokens);
  CHECK(outputs.min == 1);
  CHECK(outputs.max == 9);
  CHECK(largest_lengths(pattern).prompt_tokens == 8);
  CHECK(largest_lengths(pattern).output_tokens == 9);
  CHECK(largest_lengths(pattern).sum_tokens == 17);

  auto const prompts_of = [](std::vector<RequestShape> const& from) {
    std::vector<std::uint32_t> tokens;
    for (RequestShape const& shape : from) tokens.push_back(shape.prompt_tokens);
    return tokens;
  };
  // Outputs do not shift prompts.
  CHECK(prompts_of(draw_shapes(pattern_of(prompt), 100, 7, 2)) == prompts_of(draw_shapes(pattern, 100, 7, 2)));
  CHECK(prompts_of(draw_shapes(pattern, 100, 7, 2)) != prompts_of(draw_shapes(pattern, 100, 8, 2)));
  CHECK(prompts_of(draw_shapes(pattern, 100, 7, 2)) != prompts_of(draw_shapes(pattern, 100, 7, 3)));
}

TEST_CASE("lengths of the Azure code trace can be expressed by its published statistics") {
  // Medians and bounds as published; sigma so that the mean within the bounds is that published (a log-normal without them
  // would have sqrt(2 ln(mean / median)): 0.815 and 1.239).
  auto const shapes =
      draw_shapes(pattern_of("prompt { distribution { log_normal { median: 1469 sigma: 0.8843 } } max: 7437 }"
                             "output { distribution { log_normal { median: 13 sigma: 1.2184 } } min: 6 max: 1899 }"),
                  200'000);
  auto const prompts = statistics_of(shapes, &RequestShape::prompt_tokens);
  CHECK(prompts.mean == Approx(2048).epsilon(0.01));
  CHECK(prompts.median == Approx(1469).epsilon(0.01));
  CHECK(prompts.max == 7437);
  auto const outputs = statistics_of(shapes, &RequestShape::output_tokens);
  CHECK(outputs.mean == Approx(28).epsilon(0.02));
  CHECK(outputs.median == 13);
  CHECK(outputs.min == 6);
  CHECK(outputs.max <= 1899);
}

TEST_CASE("shared beginnings are drawn evenly and belong to one workload") {
  LengthPattern const pattern = pattern_of("prompt { constant: 100 } prefix { tokens: 40 groups: 4 }");
  std::vector<int> counts(4);
  for (RequestShape const& shape : draw_shapes(pattern, 40'000, 5, 3)) {
    REQUIRE(shape.prefix_ids.size() == 1);
    REQUIRE(shape.prefix_id_tokens == 40);
    ++counts.at(shape.prefix_ids[0] - first_id_of_3);
  }
  // Five standard deviations of a binomial count.
  for (int const count : counts) CHECK(std::abs(count - 10'000) < 5 * 87);
  CHECK(draw_shapes(pattern_of("prompt { constant: 9 } prefix { tokens: 4 }"), 1)[0].prefix_ids ==
        std::vector<std::uint64_t>{0});
}

TEST_CASE("recorded lengths follow the rows of their arrivals, or repeat in order") {
  LengthPattern by_row;
  by_row.lengths = ReplayedLengths{two_rows(), true};
  RequestLengths rows(by_row, 1, 3);
  for (int time = 0; time < 2; ++time) {
    RequestShape const shape = rows.next(1);
    CHECK(shape.prompt_tokens == 1500);
    CHECK(shape.output_tokens == 2);
    CHECK(shape.prefix_id_tokens == 512);
    CHECK(shape.prefix_ids == std::vector{first_id_of_3 + 5, first_id_of_3 + 7, first_id_of_3 + 8});
  }
  LengthPattern in_order;
  in_order.lengths = ReplayedLengths{two_rows(), false};
  RequestLengths cycle(in_order, 1, 3);
  for (std::uint32_t const tokens : {600U, 1500U, 600U}) CHECK(cycle.next(0).prompt_tokens == tokens);
  CHECK(largest_lengths(by_row).prompt_tokens == 1500);
  CHECK(largest_lengths(by_row).output_tokens == 9);
  CHECK(largest_lengths(by_row).sum_tokens == 1502);
}

TEST_CASE("a thinned trace keeps each request's own row") {
  auto const rows = std::make_shared<RecordedLengths>();
  std::vector<Seconds> times;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    times.emplace_back(i);
    rows->prompt_tokens.push_back(i + 1);
    rows->output_tokens.push_back(1);
  }
  ReplayPattern const replay{std::make_shared<std::vector<Seconds> const>(times), 0.3, rows};
  auto const arrivals = make_arrivals(replay, 9, 0);
  RequestLengths lengths(*lengths_of_arrivals(replay), 9, 0);
  std::size_t count = 0;
  for (auto time = arrivals->next(); time; time = arrivals->next(), ++count) {
    REQUIRE(lengths.next(arrivals->row()).prompt_tokens == time->value() + 1);
  }
  CHECK(count > 200);
  CHECK(count < 400);
  CHECK_FALSE(lengths_of_arrivals(PoissonPattern{1}).has_value());
  CHECK_FALSE(lengths_of_arrivals(ReplayPattern{replay.times, 1, nullptr}).has_value());
}

TEST_CASE("lengths that cannot be are located problems") {
  CHECK(problems_of("") == "l: neither 'prompt' nor 'replay' is given");
  CHECK(problems_of("prompt { constant: 1 } replay { path: 'x' }") == "l:1:24: both 'prompt' and 'replay' are given");
  CHECK(problems_of("replay { path: 'x' } output { constant: 1 }") ==
        "l:1:22: both 'output' and 'replay' are given (the trace has both prompt and output)");
  CHECK(problems_of("prompt { constant: 1 max: 3 }") == "l:1:22: 'max' is given beside 'constant'");
  CHECK(problems_of("prompt { distribution { exponential { mean: 3 } } }") ==
        "l:1:1: field 'max' is missing (the largest request is checked to fit)");
  CHECK(problems_of("prompt { distribution { exponential { mean: 3 } } min: 5 max: 4 }\noutput { constant: 1 min: 2 }") ==
        "l:1:58: max is 4 (must be at least min, which is 5)\nl:2:22: 'min' is given beside 'constant'");
  CHECK(problems_of("replay { path: '/nowhere/trace.csv' }") ==
        "l:1:10: /nowhere/trace.csv: cannot be read (no such file or directory)");
  // What breaks the rules of the schema is reported by those who check the whole file.
  CHECK(problems_of("prompt { constant: 0 }").empty());
}

TEST_CASE("the public traces replay the lengths of their requests") {
  std::string const folder = COINFER_SOURCE_DIR "/../shared/data/arrivals/";
  if (!std::filesystem::exists(folder)) {
    std::cout << "SKIPPED: the public traces replay the lengths of their requests: shared data is absent\n";
    return;
  }
  auto const shapes_of = [&](std::string const& file, std::size_t rows) {
    LengthPattern const pattern = pattern_of("replay { path: '" + folder + file + "' }");
    REQUIRE(std::get<ReplayedLengths>(pattern.lengths).recorded->prompt_tokens.size() == rows);
    return draw_shapes(pattern, rows);
  };
  auto const azure = shapes_of("AzureLLMInferenceTrace_code.csv", 8'819);
  auto const azure_prompts = statistics_of(azure, &RequestShape::prompt_tokens);
  CHECK(azure_prompts.mean == Approx(2048).margin(0.5));
  CHECK(azure_prompts.median == 1469);
  CHECK(azure_prompts.max == 7437);
  auto const azure_outputs = statistics_of(azure, &RequestShape::output_tokens);
  CHECK(azure_outputs.mean == Approx(28).margin(0.5));
  CHECK(azure_outputs.median == 13);
  CHECK(azure_outputs.min == 6);
  CHECK(azure_outputs.max == 1899);
  // The same requests as in the first rows of the Azure file.
  auto const vidur = shapes_of("vidur_format_sample.csv", 100);
  for (std::size_t row = 0; row < vidur.size(); ++row) {
    REQUIRE(vidur[row].prompt_tokens == azure[row].prompt_tokens);
    REQUIRE(vidur[row].output_tokens == azure[row].output_tokens);
  }
  auto const mooncake = shapes_of("mooncake_synthetic_trace.jsonl", 3'993);
  CHECK(statistics_of(mooncake, &RequestShape::prompt_tokens).mean == Approx(15'325).margin(0.5));
  CHECK(statistics_of(mooncake, &RequestShape::output_tokens).mean == Approx(149).margin(0.5));
  std::vector<std::uint64_t> ids;
  for (RequestShape const& shape : mooncake) ids.insert(ids.end(), shape.prefix_ids.begin(), shape.prefix_ids.end());
  REQUIRE(ids.size() == 121'877);
  std::sort(ids.begin(), ids.end());
  CHECK(std::unique(ids.begin(), ids.end()) - ids.begin() == 43'924);
}
