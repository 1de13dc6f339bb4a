#include "scenarios/sweep/expectation_record.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "scenarios/sweep/record_bytes.hpp"

namespace coinfer {

namespace {

void write(RecordWriter& out, std::optional<double> value) {
  out.number(static_cast<std::uint8_t>(value.has_value()));
  if (value) out.number(std::bit_cast<std::uint64_t>(*value));
}

std::optional<double> read_optional(RecordReader& in) {
  if (in.number<std::uint8_t>() == 0) return std::nullopt;
  return std::bit_cast<double>(in.number<std::uint64_t>());
}

void write(RecordWriter& out, bool truth) { out.number(static_cast<std::uint8_t>(truth)); }
bool read_truth(RecordReader& in) { return in.number<std::uint8_t>() != 0; }

}  // namespace

std::string packed_expectations(std::vector<ExpectationVerdict> const& verdicts) {
  RecordWriter out;
  out.number(static_cast<std::uint32_t>(verdicts.size()));
  for (ExpectationVerdict const& verdict : verdicts) {
    Expectation const& expectation = verdict.expectation;
    out.text(expectation.metric);
    write(out, expectation.at_most);
    write(out, expectation.at_least);
    write(out, expectation.allow_unmeasured);
    write(out, expectation.by_interval);
    out.text(expectation.because);
  }
  return out.bytes();
}

std::vector<Expectation> unpacked_expectations(std::string_view bytes) {
  RecordReader in(bytes);
  std::vector<Expectation> expectations;
  auto const size = in.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    Expectation& expectation = expectations.emplace_back();
    expectation.metric = in.text();
    expectation.at_most = read_optional(in);
    expectation.at_least = read_optional(in);
    expectation.allow_unmeasured = read_truth(in);
    expectation.by_interval = read_truth(in);
    expectation.because = in.text();
  }
  return expectations;
}

bool are_bounds_of(std::vector<Expectation> const& bounds, std::vector<ExpectationVerdict> const& verdicts) {
  return std::equal(bounds.begin(), bounds.end(), verdicts.begin(), verdicts.end(),
                    [](Expectation const& bound, ExpectationVerdict const& verdict) {
                      Expectation const& other = verdict.expectation;
                      return bound.metric == other.metric && bound.at_most == other.at_most &&
                             bound.at_least == other.at_least && bound.allow_unmeasured == other.allow_unmeasured &&
                             bound.by_interval == other.by_interval && bound.because == other.because;
                    });
}

std::string packed_figures(std::vector<ExpectationVerdict> const& verdicts) {
  RecordWriter out;
  for (ExpectationVerdict const& verdict : verdicts) {
    FigureValue const& figure = verdict.figure;
    write(out, figure.value);
    out.text(figure.absence).number(static_cast<std::uint8_t>(figure.variation));
    write(out, figure.interval ? std::optional<double>(figure.interval->low) : std::nullopt);
    write(out, figure.interval ? std::optional<double>(figure.interval->high) : std::nullopt);
    out.text(figure.no_interval);
    write(out, figure.unsettled);
    write(out, figure.keeps_up);
    out.text(figure.leaves_out);
    out.number(static_cast<std::uint8_t>(figure.keeps));
  }
  return out.bytes();
}

std::vector<ExpectationVerdict> unpacked_verdicts(std::vector<Expectation> const& expectations, std::string_view bytes) {
  RecordReader in(bytes);
  std::vector<ExpectationVerdict> verdicts;
  for (Expectation const& expectation : expectations) {
    FigureValue figure;
    figure.value = read_optional(in);
    figure.absence = in.text();
    figure.variation = static_cast<Variation>(in.number<std::uint8_t>());
    std::optional<double> const low = read_optional(in);
    std::optional<double> const high = read_optional(in);
    if (low && high) figure.interval = Interval{*low, *high};
    figure.no_interval = in.text();
    figure.unsettled = read_truth(in);
    figure.keeps_up = read_truth(in);
    figure.leaves_out = in.text();
    figure.keeps = static_cast<FigureValue::Keeps>(in.number<std::uint8_t>());
    verdicts.push_back(decide(expectation, figure));
  }
  return verdicts;
}

}  // namespace coinfer
