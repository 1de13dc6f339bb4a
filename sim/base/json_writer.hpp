// Writes JSON with keys in the order given and numbers in shortest round-trip form. Debian's JSON libraries print doubles
// with Grisu2, which is not always the shortest form; our files promise it, hence this small writer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// Streams one document into a string, indented by two spaces. Misuse (a value without a key in an object) is asserted.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(double number);  ///< finite; absent values go through the optional overload
  JsonWriter& value(std::optional<double> number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(unsigned number) { return value(static_cast<std::uint64_t>(number)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(char const* text) { return value(std::string_view(text)); }
  JsonWriter& null();
  /// key and value in one call.
  template <class T>
  JsonWriter& field(std::string_view name, T const& v) {
    return key(name).value(v);
  }
  /// The document so far; complete, with a final line end, once every object and array is closed.
  [[nodiscard]] std::string const& text() const { return out_; }

 private:
  void before_value();
  void before_element();
  void end(char close);
  std::string out_;
  std::vector<bool> has_element_;  ///< of each open object and array
  std::vector<bool> in_object_;    ///< whether each of them is an object
  bool after_key_ = false;
};

}  // namespace coinfer
