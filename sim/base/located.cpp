#include "sim/base/located.hpp"

#include <google/protobuf/descriptor.h>

#include <cassert>

namespace coinfer {

namespace {

google::protobuf::FieldDescriptor const* find_field(google::protobuf::Descriptor const* type, std::string_view name) {
  auto const* field = type->FindFieldByName(std::string(name));
  assert(field != nullptr && "the schema has no such field");
  return field;
}

LocationTree const* find_child(LocationTree const* tree, google::protobuf::FieldDescriptor const* field, int index) {
  if (tree == nullptr) return nullptr;
  auto const found = tree->children.find({field->number(), index});
  return found == tree->children.end() ? nullptr : &found->second;
}

}  // namespace

Where::Where(google::protobuf::Descriptor const* type, LocationTree const* tree, Location fallback)
    : type_(type), tree_(tree), fallback_(std::move(fallback)) {}

Location Where::field(std::string_view name, int index) const {
  LocationTree const* child = find_child(tree_, find_field(type_, name), index);
  return child == nullptr ? fallback_ : child->here;
}

Where Where::child(std::string_view name, int index) const {
  auto const* field = find_field(type_, name);
  assert(field->message_type() != nullptr && "only a message has fields of its own");
  LocationTree const* tree = find_child(tree_, field, index);
  return Where(field->message_type(), tree, tree == nullptr ? fallback_ : tree->here);
}

}  // namespace coinfer
