#include "sim/base/field_rules.hpp"

#include <google/protobuf/descriptor.h>

#include <cmath>
#include <optional>

#include "sim/base/number_format.hpp"
#include "sim/base/rules.pb.h"

namespace coinfer {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

/// "must be above 0 and at most 1: the reason", or an empty string where no bound stands.
std::string range_text(proto::FieldRules const& rules) {
  std::string text;
  auto bound = [&text](bool given, char const* words, double value) {
    if (given) text += (text.empty() ? "must be " : " and ") + std::string(words) + shortest(value);
  };
  bound(rules.has_above(), "above ", rules.above());
  bound(rules.has_min(), "at least ", rules.min());
  bound(rules.has_max(), "at most ", rules.max());
  bound(rules.has_below(), "below ", rules.below());
  if (!text.empty() && rules.has_why()) text += ": " + rules.why();
  return text;
}

bool in_range(double value, proto::FieldRules const& rules) {
  return !(rules.has_above() && !(value > rules.above())) && !(rules.has_min() && !(value >= rules.min())) &&
         !(rules.has_max() && !(value <= rules.max())) && !(rules.has_below() && !(value < rules.below()));
}

/// The value of a numeric field as a double (the bounds are doubles too), or nothing for other types. Element `index` of a
/// repeated field.
std::optional<double> number(Message const& message, FieldDescriptor const* field, int index) {
  auto const* reflection = message.GetReflection();
  bool const many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return many ? reflection->GetRepeatedDouble(message, field, index) : reflection->GetDouble(message, field);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return many ? reflection->GetRepeatedFloat(message, field, index) : reflection->GetFloat(message, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return many ? reflection->GetRepeatedInt32(message, field, index) : reflection->GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return many ? reflection->GetRepeatedUInt32(message, field, index) : reflection->GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(many ? reflection->GetRepeatedInt64(message, field, index)
                                      : reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(many ? reflection->GetRepeatedUInt64(message, field, index)
                                      : reflection->GetUInt64(message, field));
    default:
      return std::nullopt;
  }
}

/// Checks one value that is set: its range, or what its type asks of it.
void check_value(Message const& message, FieldDescriptor const* field, int index, proto::FieldRules const& rules,
                 Where const& where, Diagnostics& diagnostics) {
  auto const* reflection = message.GetReflection();
  bool const many = field->is_repeated();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    check_rules(many ? reflection->GetRepeatedMessage(message, field, index) : reflection->GetMessage(message, field),
                where.child(field->name(), index), diagnostics);
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    auto const* value = many ? reflection->GetRepeatedEnum(message, field, index) : reflection->GetEnum(message, field);
    if (value->number() == 0 && value->name().ends_with("_UNSET")) {
      diagnostics.add(where.field(field->name(), index), "'" + value->name() + "' cannot be given");
    }
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string const text =
        many ? reflection->GetRepeatedString(message, field, index) : reflection->GetString(message, field);
    if (rules.required() && text.empty()) {
      diagnostics.add(where.field(field->name(), index), "field '" + field->name() + "' is empty");
    }
  } else if (auto const value = number(message, field, index)) {
    if (!std::isfinite(*value)) {
      diagnostics.add(where.field(field->name(), index), field->name() + " is not a finite number");
    } else if (!in_range(*value, rules)) {
      diagnostics.add(where.field(field->name(), index), field->name() + " is " + shortest(*value), range_text(rules));
    }
  }
}

/// Oneofs of these names say what their message is; a message of no kind means nothing.
bool must_be_given(OneofDescriptor const& oneof) {
  return oneof.name() == "kind" || oneof.name() == "op" || oneof.name() == "part";
}

}  // namespace

std::string none_given(OneofDescriptor const& oneof) {
  std::string text = "none of ";
  for (int i = 0; i < oneof.field_count(); ++i) text += (i > 0 ? ", '" : "'") + oneof.field(i)->name() + "'";
  return text + " is given";
}

void check_rules(Message const& message, Where const& where, Diagnostics& diagnostics) {
  auto const* type = message.GetDescriptor();
  auto const* reflection = message.GetReflection();
  for (int f = 0; f < type->field_count(); ++f) {
    FieldDescriptor const* field = type->field(f);
    proto::FieldRules const& rules = field->options().GetExtension(proto::rules);
    int const size =
        field->is_repeated() ? reflection->FieldSize(message, field) : (reflection->HasField(message, field) ? 1 : 0);
    if (size == 0 && rules.required()) diagnostics.add(where.here(), "field '" + field->name() + "' is missing");
    if (rules.unresolved()) continue;
    for (int i = 0; i < size; ++i) check_value(message, field, i, rules, where, diagnostics);
  }
  for (int o = 0; o < type->real_oneof_decl_count(); ++o) {
    OneofDescriptor const* oneof = type->oneof_decl(o);
    if (must_be_given(*oneof) && !reflection->HasOneof(message, oneof)) diagnostics.add(where.here(), none_given(*oneof));
  }
}

}  // namespace coinfer
