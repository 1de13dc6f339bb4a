#include "sim/base/json_writer.hpp"

#include <array>
#include <cassert>

#include "sim/base/number_format.hpp"
#include "sim/base/utf8.hpp"

namespace coinfer {

namespace {

/// A string as JSON has it. Bytes that are not UTF-8 become U+FFFD, because a reader would refuse the whole document.
void append_quoted(std::string& out, std::string_view text) {
  constexpr std::array<char, 17> digits = {"0123456789abcdef"};
  out += '"';
  while (!text.empty()) {
    auto const c = static_cast<unsigned char>(text[0]);
    std::size_t length = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[0];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20) {
      out += "\\u00";
      out += digits[c >> 4U];
      out += digits[c & 0xfU];
    } else if (std::size_t const sequence = utf8_sequence_length(text); sequence > 0) {
      out += text.substr(0, sequence);
      length = sequence;
    } else {
      out += "\xef\xbf\xbd";
    }
    text.remove_prefix(length);
  }
  out += '"';
}

}  // namespace

void JsonWriter::before_value() {
  assert((in_object_.empty() || !in_object_.back() || after_key_) && "a value in an object needs a key");
  if (after_key_) {
    after_key_ = false;
    return;
  }
  before_element();
}

void JsonWriter::before_element() {
  if (has_element_.empty()) {
    assert(out_.empty() && "a document is one value");
    return;
  }
  if (has_element_.back()) out_ += ',';
  has_element_.back() = true;
  out_ += '\n';
  out_.append(2 * has_element_.size(), ' ');
}

JsonWriter& JsonWriter::begin_object() {
  before_value();
  out_ += '{';
  has_element_.push_back(false);
  in_object_.push_back(true);
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  before_value();
  out_ += '[';
  has_element_.push_back(false);
  in_object_.push_back(false);
  return *this;
}

void JsonWriter::end(char close) {
  assert(!has_element_.empty() && !after_key_ && in_object_.back() == (close == '}'));
  bool const had_element = has_element_.back();
  has_element_.pop_back();
  in_object_.pop_back();
  if (had_element) {
    out_ += '\n';
    out_.append(2 * has_element_.size(), ' ');
  }
  out_ += close;
  if (has_element_.empty()) out_ += '\n';
}

JsonWriter& JsonWriter::end_object() {
  end('}');
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  end(']');
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  assert(!in_object_.empty() && in_object_.back() && !after_key_);
  before_element();
  append_quoted(out_, name);
  out_ += ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  before_value();
  append_shortest(out_, number);
  return *this;
}

JsonWriter& JsonWriter::value(std::optional<double> number) { return number ? value(*number) : null(); }

JsonWriter& JsonWriter::value(std::uint64_t number) {
  before_value();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  before_value();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  before_value();
  out_ += truth ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  before_value();
  append_quoted(out_, text);
  return *this;
}

JsonWriter& JsonWriter::null() {
  before_value();
  out_ += "null";
  return *this;
}

}  // namespace coinfer
