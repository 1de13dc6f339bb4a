#include "platforms/field_source.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "sim/base/source_load.hpp"

namespace coinfer {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool is_number(FieldDescriptor const& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return true;
    default:
      return false;
  }
}

/// "[cpu]" for a message with a name, else "[2]".
std::string element_key(Message const* element, int index) {
  if (element != nullptr) {
    auto const* name = element->GetDescriptor()->FindFieldByName("name");
    if (name != nullptr && name->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !name->is_repeated()) {
      auto const& text = element->GetReflection()->GetString(*element, name);
      if (!text.empty()) return "[" + text + "]";
    }
  }
  return "[" + std::to_string(index) + "]";
}

void collect(Message const& message, std::string const& prefix, std::vector<std::string>& paths) {
  auto const* reflection = message.GetReflection();
  auto const* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    auto const& field = *type->field(i);
    if (field.name() == "sources") continue;
    bool const is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!is_message && !is_number(field)) continue;
    std::string const path = prefix + field.name();
    if (field.is_repeated()) {
      for (int k = 0; k < reflection->FieldSize(message, &field); ++k) {
        if (!is_message) {
          paths.push_back(path + element_key(nullptr, k));
          continue;
        }
        auto const& element = reflection->GetRepeatedMessage(message, &field, k);
        collect(element, path + element_key(&element, k) + ".", paths);
      }
    } else if (reflection->HasField(message, &field)) {
      if (is_message)
        collect(reflection->GetMessage(message, &field), path + ".", paths);
      else
        paths.push_back(path);
    }
  }
}

}  // namespace

std::vector<FieldSource> field_sources_of(google::protobuf::RepeatedPtrField<proto::FieldSource> const& sources) {
  std::vector<FieldSource> result;
  result.reserve(static_cast<std::size_t>(sources.size()));
  for (auto const& source : sources)
    result.push_back(
        {{source.fields().begin(), source.fields().end()}, {source.citation(), grade_of(source.grade())}, source.note()});
  return result;
}

FieldSource const* find_source(std::vector<FieldSource> const& sources, std::string_view path) {
  for (auto const& source : sources)
    for (auto const& field : source.fields)
      if (covers(field, path)) return &source;
  return nullptr;
}

std::vector<std::string> number_paths(Message const& message) {
  std::vector<std::string> paths;
  collect(message, "", paths);
  return paths;
}

std::vector<std::string> uncovered_numbers(Message const& message, std::vector<FieldSource> const& sources) {
  auto paths = number_paths(message);
  std::erase_if(paths, [&](std::string const& path) { return find_source(sources, path) != nullptr; });
  return paths;
}

bool covers(std::string_view covering, std::string_view path) {
  if (covering.empty() || !path.starts_with(covering)) return false;
  return path.size() == covering.size() || path[covering.size()] == '.' || path[covering.size()] == '[';
}

}  // namespace coinfer
