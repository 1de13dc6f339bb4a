// A message read from text, with the place of every field, so that a semantic error found later still points at its cause.
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/diagnostics.hpp"

namespace coinfer {

/// Where a message and its fields stand. A child is found by field number and element index (0 for a singular field).
struct LocationTree {
  Location here;
  std::map<std::pair<int, int>, LocationTree> children;
};

/// A read-only view of one message inside a `LocationTree`, which names fields as the schema does. Never null: where a
/// field was not written, the place of the nearest enclosing thing that was stands in for it.
class Where {
 public:
  Where(google::protobuf::Descriptor const* type, LocationTree const* tree, Location fallback);
  /// The place of the message itself.
  [[nodiscard]] Location here() const { return fallback_; }
  /// The place of a field (or element `index` of a repeated one). `field` must exist in the schema (asserted).
  [[nodiscard]] Location field(std::string_view name, int index = 0) const;
  /// The view of a sub-message.
  [[nodiscard]] Where child(std::string_view name, int index = 0) const;
  /// A copy of the places of the message and everything below it; of the message alone where nothing was written.
  [[nodiscard]] LocationTree tree() const { return tree_ != nullptr ? *tree_ : LocationTree{fallback_, {}}; }

 private:
  google::protobuf::Descriptor const* type_;
  LocationTree const* tree_;  ///< null where nothing was written
  Location fallback_;
};

/// A message together with its places.
template <class Message>
struct Located {
  Message message;
  LocationTree tree;
  [[nodiscard]] Where where() const { return Where(Message::descriptor(), &tree, tree.here); }
};

}  // namespace coinfer
