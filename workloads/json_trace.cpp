#include "workloads/json_trace.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <utility>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr std::uint32_t hash_id_tokens = 512;
constexpr double prefix_id_end = 1099511627776;  // 2^40

Value const* find(Struct const& object, std::string_view name) {
  auto const found = object.fields().find(std::string(name));
  return found == object.fields().end() ? nullptr : &found->second;
}

std::optional<double> number_of(Value const* value) {
  if (value == nullptr || !value->has_number_value() || !std::isfinite(value->number_value())) return std::nullopt;
  return value->number_value();
}

// The keys that the first line has, which all others must have too.
struct Keys {
  std::string time;
  double units_per_s = 1;
  std::string prompt;  // empty: the trace has no tokens
  std::string output;
  bool prefixes = false;
};

class JsonTrace {
 public:
  JsonTrace(std::string const& file, Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  bool add_line(std::string_view line) {
    ++line_;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return true;
    Struct object;
    auto const status = google::protobuf::util::JsonStringToMessage(std::string(line), &object);
    if (!status.ok()) return fail("the line is not a JSON object", "a trace has one per line");
    if (times_.empty() && !choose_keys(object)) return false;
    return add_time(object) && add_tokens(object) && add_prefixes(object);
  }

  ArrivalTrace result() && {
    std::vector<Seconds> times;
    times.reserve(times_.size());
    for (double const time : times_) times.emplace_back((time - times_[0]) / keys_.units_per_s);
    ArrivalTrace trace{std::move(times), nullptr};
    if (!keys_.prompt.empty()) trace.lengths = std::make_shared<RecordedLengths const>(std::move(lengths_));
    return trace;
  }

 private:
  bool fail(std::string problem, std::string why) {
    diagnostics_.add(Location{file_, line_, 1}, std::move(problem), std::move(why));
    return false;
  }

  bool choose_keys(Struct const& object) {
    constexpr double ms_per_s = 1000;
    for (auto const& [name, units_per_s] :
         {std::pair("timestamp", ms_per_s), std::pair("arrival_time", 1.0), std::pair("arrival_s", 1.0)}) {
      if (!keys_.time.empty() || find(object, name) == nullptr) continue;
      keys_.time = name;
      keys_.units_per_s = units_per_s;
    }
    if (keys_.time.empty()) {
      return fail("no key holds arrival times", "one must be called timestamp, arrival_time or arrival_s");
    }
    for (auto const& [prompt, output] : {std::pair("input_length", "output_length"), std::pair("input_toks", "output_toks"),
                                         std::pair("prompt_tokens", "output_tokens")}) {
      if (!keys_.prompt.empty() || (find(object, prompt) == nullptr && find(object, output) == nullptr)) continue;
      keys_.prompt = prompt;
      keys_.output = output;
    }
    keys_.prefixes = !keys_.prompt.empty() && find(object, "hash_ids") != nullptr;
    if (keys_.prefixes) lengths_.prefix_id_tokens = hash_id_tokens;
    return true;
  }

  bool add_time(Struct const& object) {
    auto const time = number_of(find(object, keys_.time));
    if (!time) return fail("'" + keys_.time + "' is not an arrival time", "it must be a finite number");
    if (!times_.empty() && *time < times_.back()) {
      return fail("arrival '" + shortest(*time) + "' is before the one above it", "arrival times must not decrease");
    }
    times_.push_back(*time);
    return true;
  }

  bool add_tokens(Struct const& object) {
    if (keys_.prompt.empty()) return true;
    for (auto const& [key, tokens] :
         {std::pair(&keys_.prompt, &lengths_.prompt_tokens), std::pair(&keys_.output, &lengths_.output_tokens)}) {
      auto const count = token_count(number_of(find(object, *key)));
      if (!count) return fail("'" + *key + "' is not a number of tokens", token_count_range);
      tokens->push_back(*count);
    }
    return true;
  }

  bool add_prefixes(Struct const& object) {
    if (!keys_.prefixes) return true;
    Value const* const ids = find(object, "hash_ids");
    if (ids == nullptr || !ids->has_list_value()) return fail("'hash_ids' is not a list", "the lines above have one");
    for (Value const& value : ids->list_value().values()) {
      auto const id = number_of(&value);
      if (!id || *id < 0 || *id >= prefix_id_end || *id != std::floor(*id)) {
        return fail("'hash_ids' has an element that is not an id", "ids are whole numbers below 2^40");
      }
      lengths_.prefix_ids.push_back(static_cast<std::uint64_t>(*id));
    }
    lengths_.prefix_ends.push_back(lengths_.prefix_ids.size());
    return true;
  }

  std::string const& file_;
  Diagnostics& diagnostics_;
  int line_ = 0;
  Keys keys_;
  std::vector<double> times_;  // as recorded
  RecordedLengths lengths_;
};

}  // namespace

std::optional<ArrivalTrace> read_json_trace(std::string const& file, std::string_view text, Diagnostics& diagnostics) {
  JsonTrace trace(file, diagnostics);
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    if (!trace.add_line(text.substr(0, end))) return std::nullopt;
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return std::move(trace).result();
}

}  // namespace coinfer
