#include "scenarios/saved/saved_requests.hpp"

#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <string_view>

#include "scenarios/saved/saved_lines.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

/// The words of one column and their indices.
class Words {
 public:
  explicit Words(std::vector<std::string>& list) : list_(list) {}
  std::uint32_t index_of(std::string_view word) {
    // Neighbouring rows mostly repeat a word.
    if (last_ < list_.size() && list_[last_] == word) return last_;
    auto const found = index_.find(word);
    if (found != index_.end()) return last_ = found->second;
    last_ = static_cast<std::uint32_t>(list_.size());
    list_.emplace_back(word);
    index_.emplace(word, last_);
    return last_;
  }

 private:
  std::vector<std::string>& list_;
  std::map<std::string, std::uint32_t, std::less<>> index_;
  std::uint32_t last_ = 0;
};

/// What a field of a row is put into; returns false where the text is none of its kind.
using Put = std::function<bool(SavedRequest&, std::string_view)>;

template <class Number>
bool parse(std::string_view text, Number& into) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if constexpr (std::is_floating_point_v<Number>) return std::isfinite(into);
  return true;
}

template <class Number>
Put needed(Number SavedRequest::*member) {
  return [member](SavedRequest& row, std::string_view text) { return parse(text, row.*member); };
}

template <class Number>
Put optional(std::optional<Number> SavedRequest::*member) {
  return
      [member](SavedRequest& row, std::string_view text) { return text.empty() || parse(text, (row.*member).emplace()); };
}

Put word(std::uint32_t SavedRequest::*member, Words& words) {
  return [member, &words](SavedRequest& row, std::string_view text) {
    row.*member = words.index_of(text);
    return true;
  };
}

bool put_outcome(SavedRequest& row, std::string_view text) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    if (text != to_string(static_cast<Outcome>(i))) continue;
    row.outcome = static_cast<Outcome>(i);
    return true;
  }
  return false;
}

bool put_warm_up(SavedRequest& row, std::string_view text) {
  row.warm_up = text == "true";
  return row.warm_up || text == "false";
}

Put put_part(std::size_t part) {
  return [part](SavedRequest& row, std::string_view text) {
    if (text.empty()) return !row.parts_s || part == 0;
    if (part == 0) row.parts_s.emplace();
    return row.parts_s && parse(text, (*row.parts_s)[part]);
  };
}

/// Every column that we write, by name.
std::map<std::string, Put, std::less<>> columns(Words& workloads, Words& devices, Words& protocols, Words& cuts) {
  std::map<std::string, Put, std::less<>> by_name = {
      {"request_id", needed(&SavedRequest::request_id)},
      {"arrival_s", needed(&SavedRequest::arrival_s)},
      {"start_s", optional(&SavedRequest::start_s)},
      {"end_s", optional(&SavedRequest::end_s)},
      {"latency_s", optional(&SavedRequest::latency_s)},
      {"outcome", put_outcome},
      {"workload", word(&SavedRequest::workload, workloads)},
      {"device", word(&SavedRequest::device, devices)},
      {"protocol", word(&SavedRequest::protocol, protocols)},
      {"cut", word(&SavedRequest::cut, cuts)},
      {"attempts", needed(&SavedRequest::attempts)},
      {"warm_up", put_warm_up},
      {"prompt_tokens", optional(&SavedRequest::prompt_tokens)},
      {"output_tokens", optional(&SavedRequest::output_tokens)},
      {"ttft_s", optional(&SavedRequest::ttft_s)},
      {"tpot_s", optional(&SavedRequest::tpot_s)},
  };
  for (std::size_t part = 0; part < part_names.size(); ++part)
    by_name[std::string(part_names[part].column)] = put_part(part);
  return by_name;
}

/// By column of the file: its name and what it is put into (nothing: passed over). All that we write must be there.
std::vector<std::pair<std::string, Put>> read_header(SavedLines& lines, std::map<std::string, Put, std::less<>> by_name) {
  std::vector<std::pair<std::string, Put>> puts;
  if (!lines.next()) lines.refuse(0, "the table has no header");
  for (std::size_t i = 0; i < lines.fields().size(); ++i) {
    std::string const name(lines.fields()[i]);
    auto const found = by_name.find(name);
    puts.emplace_back(name, found == by_name.end() ? Put() : found->second);
    if (found != by_name.end()) by_name.erase(found);
  }
  if (!by_name.empty()) lines.refuse(0, "column '" + by_name.begin()->first + "' is missing");
  return puts;
}

}  // namespace

SavedRequests load_saved_requests(std::filesystem::path const& file) {
  SavedRequests requests;
  Words workloads(requests.workloads);
  Words devices(requests.devices);
  Words protocols(requests.protocols);
  Words cuts(requests.cuts);
  std::string const text = read_file(file);
  SavedLines lines(file.string(), text);
  auto const puts = read_header(lines, columns(workloads, devices, protocols, cuts));
  while (lines.next()) {
    if (lines.fields().size() != puts.size()) {
      lines.refuse(0, "the row has " + std::to_string(lines.fields().size()) + " fields",
                   "the header has " + std::to_string(puts.size()));
    }
    SavedRequest row;
    for (std::size_t i = 0; i < puts.size(); ++i) {
      auto const& [name, put] = puts[i];
      if (!put || put(row, lines.fields()[i])) continue;
      lines.refuse(i, name + ": '" + std::string(lines.fields()[i]) + "' is not what such a column holds");
    }
    requests.rows.push_back(row);
  }
  return requests;
}

}  // namespace coinfer
