#include "workloads/arrival_trace.hpp"

#include <chrono>

#include "sim/base/csv.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "workloads/json_trace.hpp"

namespace coinfer {

namespace {

// Takes text from the front, piece by piece; once a piece is not there, nothing more is.
class TimestampReader {
 public:
  explicit TimestampReader(std::string_view text) : rest_(text) {}

  // Exactly `digits` decimal digits.
  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) ok_ = false;
    for (std::size_t i = 0; ok_ && i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') ok_ = false;
      value = 10 * value + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(digits);
    return value;
  }

  // One of the given characters, or 0.
  char one_of(std::string_view choices) {
    if (!ok_ || rest_.empty() || choices.find(rest_[0]) == std::string_view::npos) return 0;
    char const c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  void expect(std::string_view choices) {
    if (one_of(choices) == 0) ok_ = false;
  }

  // Decimals after a point, as nanoseconds.
  std::int64_t fraction() {
    std::int64_t value = 0;
    std::int64_t unit = 100'000'000;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      value += unit * (rest_[digits] - '0');
      unit /= 10;
    }
    if (digits == 0) ok_ = false;
    rest_.remove_prefix(digits);
    return value;
  }

  void require(bool condition) { ok_ = ok_ && condition; }
  [[nodiscard]] bool whole() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::vector<Seconds> after_first(std::vector<std::int64_t> const& nanoseconds) {
  std::vector<Seconds> times;
  times.reserve(nanoseconds.size());
  for (std::int64_t const time : nanoseconds) times.emplace_back(static_cast<double>(time - nanoseconds[0]) / 1e9);
  return times;
}

std::vector<Seconds> after_first(std::vector<double> const& seconds) {
  std::vector<Seconds> times;
  times.reserve(seconds.size());
  for (double const time : seconds) times.emplace_back(time - seconds[0]);
  return times;
}

// Reads a column with `parse`, which gives a number in some unit, or nothing.
template <class Parse>
std::optional<std::vector<Seconds>> read_column(CsvTable const& table, std::size_t column, Parse parse, char const* needed,
                                                Diagnostics& diagnostics) {
  std::vector<typename decltype(parse(std::string_view()))::value_type> times;
  times.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string const& text = table.at(row, column);
    auto const time = parse(text);
    if (!time) {
      diagnostics.add(table.where(row, column), "'" + text + "' is not an arrival time",
                      std::string("it must be ") + needed);
      return std::nullopt;
    }
    if (!times.empty() && *time < times.back()) {
      diagnostics.add(table.where(row, column), "arrival '" + text + "' is before the one above it",
                      "arrival times must not decrease");
      return std::nullopt;
    }
    times.push_back(*time);
  }
  return after_first(times);
}

// The columns of tokens, where there are any.
bool read_lengths(CsvTable const& table, ArrivalTrace& trace, Diagnostics& diagnostics) {
  constexpr std::pair<char const*, char const*> names[] = {{"ContextTokens", "GeneratedTokens"},
                                                           {"num_prefill_tokens", "num_decode_tokens"},
                                                           {"prompt_tokens", "output_tokens"}};
  for (auto const& [prompt_name, output_name] : names) {
    auto const prompt = table.column(prompt_name);
    auto const output = table.column(output_name);
    if (!prompt && !output) continue;
    if (!prompt || !output) {
      diagnostics.add(table.where(0, prompt ? *prompt : *output),
                      std::string("column '") + (prompt ? output_name : prompt_name) + "' is missing",
                      "a trace gives the tokens of both prompt and output, or of neither");
      return false;
    }
    auto lengths = std::make_shared<RecordedLengths>();
    for (std::size_t row = 0; row < table.rows(); ++row) {
      for (auto const& [column, tokens] :
           {std::pair(*prompt, &lengths->prompt_tokens), std::pair(*output, &lengths->output_tokens)}) {
        auto const count = token_count(parse_number(table.at(row, column)));
        if (!count) {
          diagnostics.add(table.where(row, column), "'" + table.at(row, column) + "' is not a number of tokens",
                          token_count_range);
          return false;
        }
        tokens->push_back(*count);
      }
    }
    trace.lengths = std::move(lengths);
    return true;
  }
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  TimestampReader reader(text);
  int const year = reader.number(4);
  reader.expect("-");
  int const month = reader.number(2);
  reader.expect("-");
  int const day = reader.number(2);
  reader.expect(" T");
  int const hour = reader.number(2);
  reader.expect(":");
  int const minute = reader.number(2);
  reader.expect(":");
  int const second = reader.number(2);
  std::int64_t const fraction = reader.one_of(".") != 0 ? reader.fraction() : 0;
  int offset_minutes = 0;
  if (char const sign = reader.one_of("+-"); sign != 0) {
    int const offset_hours = reader.number(2);
    reader.expect(":");
    offset_minutes = (60 * offset_hours + reader.number(2)) * (sign == '+' ? 1 : -1);
  } else {
    reader.one_of("Z");
  }
  std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  reader.require(date.ok() && year >= 1900 && year <= 2200 && hour < 24 && minute < 60 && second < 61);
  if (!reader.whole()) return std::nullopt;
  std::int64_t const days = std::chrono::sys_days(date).time_since_epoch().count();
  std::int64_t const minutes = std::int64_t{60} * hour + minute - offset_minutes;
  std::int64_t const seconds = 86400 * days + 60 * minutes + second;
  return 1'000'000'000 * seconds + fraction;
}

std::optional<ArrivalTrace> read_arrival_trace(std::string const& file, std::string_view text, Diagnostics& diagnostics) {
  if (text.find_first_not_of(" \t\r\n") != std::string_view::npos && text[text.find_first_not_of(" \t\r\n")] == '{') {
    return read_json_trace(file, text, diagnostics);
  }
  Diagnostics found;
  CsvTable const table = CsvTable::parse(file, text, found);
  for (auto& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  if (!found.ok()) return std::nullopt;
  auto column = table.column("arrival_s");
  if (!column) column = table.column("arrived_at");
  auto const stamp = table.column("TIMESTAMP");
  if (!column && !stamp) {
    diagnostics.add(Location{file, 0, 0}, "no column holds arrival times",
                    "one must be called arrival_s, arrived_at or TIMESTAMP");
    return std::nullopt;
  }
  if (table.rows() == 0) {
    diagnostics.add(Location{file, 0, 0}, "the trace has no arrivals");
    return std::nullopt;
  }
  auto times =
      column ? read_column(table, *column, parse_number, "a finite number of seconds", diagnostics)
             : read_column(table, *stamp, parse_timestamp, "a date and time such as 2023-11-16 18:17:03.98", diagnostics);
  if (!times) return std::nullopt;
  ArrivalTrace trace{*std::move(times), nullptr};
  if (!read_lengths(table, trace, diagnostics)) return std::nullopt;
  return trace;
}

std::optional<ArrivalTrace> load_arrival_trace(std::filesystem::path const& path, Location const& named,
                                               Diagnostics& diagnostics) {
  // Some 25 million arrivals, every one held in memory for the whole run.
  std::size_t constexpr longest_trace_bytes = std::size_t{1} << 30;
  std::string text;
  try {
    text = read_file(path, longest_trace_bytes);
  } catch (InputError const& error) {
    diagnostics.add(named, error.what());
    return std::nullopt;
  }
  return read_arrival_trace(path.string(), text, diagnostics);
}

}  // namespace coinfer
