#include "scenarios/sweep/read_files.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "scenarios/sweep/record_bytes.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/field_path.hpp"
#include "sim/base/files.hpp"
#include "sim/base/text_proto.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

std::string_view constexpr step_tables = "step_tables_path";

/// Walks messages and keeps what they name.
class Walk {
 public:
  explicit Walk(fs::path folder) : folder_(std::move(folder)) {}

  void message(google::protobuf::Message const& message, fs::path const& beside) {
    std::vector<google::protobuf::FieldDescriptor const*> fields;
    google::protobuf::Reflection const& reflection = *message.GetReflection();
    reflection.ListFields(message, &fields);
    for (google::protobuf::FieldDescriptor const* const field : fields) {
      if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        if (!field->is_repeated()) this->message(reflection.GetMessage(message, field), beside);
        int const size = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
        for (int i = 0; i < size; ++i) this->message(reflection.GetRepeatedMessage(message, field, i), beside);
      } else if (names_file(*field)) {
        add(field->name(), beside / reflection.GetString(message, field));
      }
    }
  }

  std::set<std::string> found;

 private:
  static bool names_file(google::protobuf::FieldDescriptor const& field) {
    bool const is_text = field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING && !field.is_repeated();
    return is_text && (field.name() == "path" || field.name().ends_with("_path"));
  }

  /// `path` is relative to the scenario's folder unless it was written as absolute.
  void add(std::string const& field, fs::path const& path) {
    if (!found.insert(path.string()).second || field != step_tables) return;
    Located<proto::StepTables> tables;
    Diagnostics told_when_it_is_loaded;
    try {
      if (!parse_text_proto(path.string(), read_file(folder_ / path), tables, told_when_it_is_loaded)) return;
    } catch (InputError const&) {
      return;
    }
    message(tables.message, path.parent_path());
  }

  fs::path folder_;
};

}  // namespace

std::set<std::string> named_files(google::protobuf::Message const& message, fs::path const& folder) {
  Walk walk(folder);
  walk.message(message, {});
  return std::move(walk.found);
}

std::string fingerprint_of_files(Sweep const& sweep, Located<proto::Scenario> const& base, fs::path const& folder) {
  Located<proto::Scenario> first = base;
  Diagnostics ignored;  // A value that cannot be set makes its points invalid, whatever any file holds.
  auto const set = [&](Located<proto::Scenario>& scenario, Axis const& axis, std::string const& value) {
    for (std::string const& field : axis.fields) set_field(scenario.message, scenario.tree, field, value, ignored);
  };
  for (Axis const& axis : sweep.axes) {
    if (!axis.values.empty()) set(first, axis, axis.values.front());
  }
  std::set<std::string> files = named_files(first.message, folder);
  for (Axis const& axis : sweep.axes) {
    for (std::string const& value : axis.values) {
      bool const may_name_file = value.find("path") != std::string::npos ||
                                 std::any_of(axis.fields.begin(), axis.fields.end(),
                                             [](std::string const& field) { return field.ends_with("path"); });
      if (!may_name_file) continue;
      Located<proto::Scenario> scenario = first;
      set(scenario, axis, value);
      files.merge(named_files(scenario.message, folder));
    }
  }
  std::string text;
  for (std::string const& file : files) {
    std::string hash = "-";
    try {
      hash = std::to_string(hash_of(read_file(folder / file)));
    } catch (InputError const&) {
    }
    text.append(file).append(" ").append(hash).append("\n");
  }
  return text;
}

}  // namespace coinfer
