#include "sim/base/overlay.hpp"

#include <google/protobuf/descriptor.h>

#include <cassert>
#include <memory>
#include <vector>

namespace coinfer {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Forgets the places of every value of a field.
void forget(LocationTree& tree, int number) {
  tree.children.erase(tree.children.lower_bound({number, 0}), tree.children.lower_bound({number + 1, 0}));
}

/// Copies the places of every value of a field.
void take_places(LocationTree& tree, LocationTree const& from, int number) {
  forget(tree, number);
  tree.children.insert(from.children.lower_bound({number, 0}), from.children.lower_bound({number + 1, 0}));
}

/// Copies one field whole, whatever its type: a message that holds nothing else is merged over the cleared field.
void replace(Message& base, Message const& over, FieldDescriptor const* field) {
  std::unique_ptr<Message> alone(over.New());
  alone->CopyFrom(over);
  std::vector<FieldDescriptor const*> fields;
  over.GetReflection()->ListFields(over, &fields);
  for (FieldDescriptor const* other : fields) {
    if (other != field) alone->GetReflection()->ClearField(alone.get(), other);
  }
  base.GetReflection()->ClearField(&base, field);
  base.MergeFrom(*alone);
}

}  // namespace

void overlay(Message& base, LocationTree& base_tree, Message const& over, LocationTree const& over_tree) {
  assert(base.GetDescriptor() == over.GetDescriptor());
  base_tree.here = over_tree.here;
  auto const* reflection = base.GetReflection();
  std::vector<FieldDescriptor const*> fields;
  over.GetReflection()->ListFields(over, &fields);
  for (FieldDescriptor const* field : fields) {
    // Another member of the same oneof loses its value, and so its place.
    auto const* oneof = field->real_containing_oneof();
    for (int i = 0; oneof != nullptr && i < oneof->field_count(); ++i) {
      if (oneof->field(i) != field) forget(base_tree, oneof->field(i)->number());
    }
    bool const is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated();
    auto const place = over_tree.children.find({field->number(), 0});
    if (is_message && reflection->HasField(base, field) && place != over_tree.children.end()) {
      overlay(*reflection->MutableMessage(&base, field), base_tree.children[{field->number(), 0}],
              over.GetReflection()->GetMessage(over, field), place->second);
    } else if (is_message && reflection->HasField(base, field)) {
      LocationTree const unknown{over_tree.here, {}};
      overlay(*reflection->MutableMessage(&base, field), base_tree.children[{field->number(), 0}],
              over.GetReflection()->GetMessage(over, field), unknown);
    } else {
      replace(base, over, field);
      take_places(base_tree, over_tree, field->number());
    }
  }
}

}  // namespace coinfer
