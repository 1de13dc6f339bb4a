#include "scenarios/compare/input_differences.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/scenario.pb.h"
#include "scenarios/sweep.pb.h"

namespace coinfer {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

/// The value of a field, or of element `index` of a list, on one line.
std::string value_of(Message const& message, FieldDescriptor const& field, int index = -1) {
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintFieldValueToString(message, &field, index, &text);
  text.erase(text.find_last_not_of(' ') + 1);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) text = "{" + text + "}";
  std::size_t constexpr longest = 60;
  return text.size() > longest ? text.substr(0, longest) + "..." : text;
}

/// How element `index` of a list goes: by its name where it has one.
std::string element_name(Message const& message, FieldDescriptor const& list, int index) {
  FieldDescriptor const* const name = list.message_type() ? list.message_type()->FindFieldByName("name") : nullptr;
  if (name == nullptr || name->cpp_type() != FieldDescriptor::CPPTYPE_STRING || name->is_repeated()) {
    return std::to_string(index);
  }
  Message const& element = message.GetReflection()->GetRepeatedMessage(message, &list, index);
  std::string const text = element.GetReflection()->GetString(element, name);
  return text.empty() ? std::to_string(index) : text;
}

std::vector<std::string> element_names(Message const& message, FieldDescriptor const& list) {
  std::vector<std::string> names;
  int const size = message.GetReflection()->FieldSize(message, &list);
  for (int i = 0; i < size; ++i) names.push_back(element_name(message, list, i));
  return names;
}

void differing_elements(Message const& a, Message const& b, FieldDescriptor const& list, std::string const& path,
                        std::vector<InputDifference>& differences) {
  std::vector<std::string> const before = element_names(a, list);
  std::vector<std::string> const after = element_names(b, list);
  auto const place = [](std::vector<std::string> const& names, std::string const& name) {
    return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    std::string const here = path + "[" + before[i] + "]";
    int const own = static_cast<int>(i);
    int const other = place(after, before[i]);
    if (other == static_cast<int>(after.size())) {
      differences.push_back({here, value_of(a, list, own), ""});
    } else if (list.message_type() != nullptr) {
      differing_fields(a.GetReflection()->GetRepeatedMessage(a, &list, own),
                       b.GetReflection()->GetRepeatedMessage(b, &list, other), here, differences);
    } else if (value_of(a, list, own) != value_of(b, list, other)) {
      differences.push_back({here, value_of(a, list, own), value_of(b, list, other)});
    }
  }
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (place(before, after[i]) < static_cast<int>(before.size())) continue;
    differences.push_back({path + "[" + after[i] + "]", "", value_of(b, list, static_cast<int>(i))});
  }
}

std::string scalar(SavedJson const& json, char const* path) {
  nlohmann::json const* const found = json.find(path);
  if (found == nullptr) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

void differing_scalars(SavedJson const& a, SavedJson const& b, std::vector<char const*> const& paths,
                       std::vector<InputDifference>& differences) {
  for (char const* const path : paths) {
    std::string const before = scalar(a, path);
    std::string const after = scalar(b, path);
    if (before != after) differences.push_back({path, before, after});
  }
}

/// The texts that stand at a path of both, as messages of one type.
template <class MessageType>
void differing_texts(SavedJson const& a, SavedJson const& b, char const* path, std::string const& prefix,
                     std::vector<InputDifference>& differences) {
  std::string const before = scalar(a, path);
  std::string const after = scalar(b, path);
  if (before == after) return;
  MessageType one;
  MessageType other;
  std::size_t const known = differences.size();
  if (TextFormat::ParseFromString(before, &one) && TextFormat::ParseFromString(after, &other)) {
    differing_fields(one, other, prefix, differences);
    if (differences.size() > known) return;
  }
  differences.push_back({path, "(the text", "differs)"});
}

}  // namespace

void differing_fields(Message const& a, Message const& b, std::string const& prefix,
                      std::vector<InputDifference>& differences) {
  google::protobuf::Reflection const& of_a = *a.GetReflection();
  google::protobuf::Reflection const& of_b = *b.GetReflection();
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i) {
    FieldDescriptor const& field = *a.GetDescriptor()->field(i);
    std::string const path = prefix.empty() ? field.name() : prefix + "." + field.name();
    if (field.is_repeated()) {
      differing_elements(a, b, field, path, differences);
      continue;
    }
    bool const in_a = of_a.HasField(a, &field);
    bool const in_b = of_b.HasField(b, &field);
    if (in_a && in_b && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      differing_fields(of_a.GetMessage(a, &field), of_b.GetMessage(b, &field), path, differences);
    } else if (in_a != in_b || (in_a && value_of(a, field) != value_of(b, field))) {
      differences.push_back({path, in_a ? value_of(a, field) : "", in_b ? value_of(b, field) : ""});
    }
  }
}

std::vector<InputDifference> input_differences(SavedJson const& a, SavedJson const& b) {
  std::vector<InputDifference> differences;
  differing_texts<proto::Scenario>(a, b, "input", "", differences);
  // The manifest says what they were also where the scenario leaves them to a default.
  std::erase_if(differences, [](InputDifference const& one) { return one.what == "engine" || one.what == "seed"; });
  differing_scalars(a, b, {"coinfer_version", "engine.kind", "seed"}, differences);
  return differences;
}

std::vector<InputDifference> sweep_input_differences(SavedJson const& a, SavedJson const& b) {
  std::vector<InputDifference> differences;
  differing_scalars(a, b, {"coinfer_version"}, differences);
  differing_texts<proto::Sweep>(a, b, "sweep", "sweep", differences);
  differing_texts<proto::Scenario>(a, b, "scenario", "", differences);
  return differences;
}

}  // namespace coinfer
