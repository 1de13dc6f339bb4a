#include "sim/base/field_path.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "sim/base/suggest.hpp"
#include "sim/base/text_proto.hpp"

namespace coinfer {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// One part of a path as written: `devices[phone]` is a name and a selector.
struct Segment {
  std::string name;
  std::optional<std::string> selector;
};

/// One part of a path as found in the schema and the message. `index` is -1 for a singular field, and for a list that is
/// meant whole; it is the size of the list where an element is to be appended.
struct Step {
  FieldDescriptor const* field = nullptr;
  int index = -1;
};

/// Finds what a path means in a message.
class PathReader {
 public:
  PathReader(Message const& message, std::string_view path, std::string_view value, Diagnostics& diagnostics)
      : message_(message), path_(path), value_(value), diagnostics_(diagnostics) {}

  /// Fills the steps; false after a problem.
  bool read() { return split() && resolve(); }
  /// At least one once the path was read.
  [[nodiscard]] std::vector<Step> const& steps() const { return steps_; }

  bool fail(std::string problem, std::string why = {}, std::string suggestion = {}) {
    diagnostics_.add(place(), std::move(problem), std::move(why), std::move(suggestion));
    return false;
  }

  /// A user reads the place as the argument that was given: there may be several, and none has lines.
  [[nodiscard]] Location place() const { return {"--set " + std::string(path_) + "=" + std::string(value_), 0, 0}; }

 private:
  bool split() {
    std::size_t at = 0;
    for (;;) {
      Segment segment;
      std::size_t const end = std::min(path_.find_first_of(".[]", at), path_.size());
      segment.name = path_.substr(at, end - at);
      if (segment.name.empty()) return fail("a field name is missing");
      at = end;
      if (at < path_.size() && path_[at] == '[') {
        std::size_t const close = path_.find(']', at);
        if (close == std::string_view::npos) return fail("'[' is not closed");
        segment.selector = std::string(path_.substr(at + 1, close - at - 1));
        if (segment.selector->empty()) return fail("a name or an index is missing");
        at = close + 1;
      }
      segments_.push_back(std::move(segment));
      if (at == path_.size()) return true;
      if (path_[at] != '.') return fail("expected '.' or '=', got '" + std::string(1, path_[at]) + "'");
      ++at;
    }
  }

  bool resolve() {
    Descriptor const* type = message_.GetDescriptor();
    Message const* message = &message_;  // null below what is not there yet
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      Segment const& segment = segments_[i];
      bool const last = i + 1 == segments_.size();
      if (type == nullptr) {
        return fail("'" + steps_.back().field->name() + "' has no fields");
      }
      FieldDescriptor const* field = type->FindFieldByName(segment.name);
      if (field == nullptr) return unknown_field(segment, *type);
      steps_.push_back(Step{field, -1});
      if (!field->is_repeated() && segment.selector) {
        return fail("'" + field->name() + "' is not a list");
      }
      if (field->is_repeated() && !segment.selector) {
        // A list may be replaced whole, in brackets as in a file.
        if (last && value_.starts_with('[')) return true;
        return fail("'" + field->name() + "' is a list: name an element, as in " + example(*field, message));
      }
      if (field->is_repeated() && !select(segment, message)) return false;
      message = below(message, steps_.back());
      type = field->message_type();
    }
    return true;
  }

  bool unknown_field(Segment const& segment, Descriptor const& type) {
    std::vector<std::string> names;
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
    return fail("no field '" + segment.name + "' in " + type.name(), {}, did_you_mean(segment.name, names));
  }

  /// Finds the element that a selector means: an index if it is all digits, else a name.
  bool select(Segment const& segment, Message const* message) {
    FieldDescriptor const* field = steps_.back().field;
    int const size = message == nullptr ? 0 : message->GetReflection()->FieldSize(*message, field);
    std::string const& selector = *segment.selector;
    if (selector.find_first_not_of("0123456789") == std::string::npos) {
      // Ten digits are more elements than fit a message.
      int const index = selector.size() > 9 ? size + 1 : std::stoi(selector);
      if (index > size) {
        return fail("index " + selector + " is out of range",
                    "'" + field->name() + "' has " + std::to_string(size) + (size == 1 ? " element" : " elements"));
      }
      steps_.back().index = index;
      return true;
    }
    std::vector<std::string> const names = element_names(*field, message);
    auto const found = std::find(names.begin(), names.end(), selector);
    if (found == names.end()) {
      return fail("no element '" + selector + "' in '" + field->name() + "'", {}, did_you_mean(selector, names));
    }
    steps_.back().index = static_cast<int>(found - names.begin());
    return true;
  }

  /// The `name` of every element; empty where there is none.
  static std::vector<std::string> element_names(FieldDescriptor const& list, Message const* message) {
    if (message == nullptr || list.message_type() == nullptr) return {};
    FieldDescriptor const* name = list.message_type()->FindFieldByName("name");
    if (name == nullptr || name->is_repeated() || name->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return {};
    std::vector<std::string> names;
    auto const* reflection = message->GetReflection();
    for (int i = 0; i < reflection->FieldSize(*message, &list); ++i) {
      Message const& element = reflection->GetRepeatedMessage(*message, &list, i);
      names.push_back(element.GetReflection()->GetString(element, name));
    }
    return names;
  }

  static std::string example(FieldDescriptor const& list, Message const* message) {
    std::vector<std::string> const names = element_names(list, message);
    return list.name() + '[' + (names.empty() || names[0].empty() ? std::string("0") : names[0]) + ']';
  }

  /// The sub-message a step leads to, or null where it is not there yet or the field is no message.
  static Message const* below(Message const* message, Step const& step) {
    if (message == nullptr || step.field->message_type() == nullptr) return nullptr;
    auto const* reflection = message->GetReflection();
    if (!step.field->is_repeated()) {
      return reflection->HasField(*message, step.field) ? &reflection->GetMessage(*message, step.field) : nullptr;
    }
    return step.index < reflection->FieldSize(*message, step.field)
               ? &reflection->GetRepeatedMessage(*message, step.field, step.index)
               : nullptr;
  }

  Message const& message_;
  std::string_view path_;
  std::string_view value_;
  Diagnostics& diagnostics_;
  std::vector<Segment> segments_;
  std::vector<Step> steps_;
};

class Setter {
 public:
  Setter(Message& message, LocationTree& tree, std::string_view path, std::string_view value, Diagnostics& diagnostics)
      : message_(message),
        tree_(tree),
        reader_(message, path, value, diagnostics),
        value_(value),
        diagnostics_(diagnostics) {}

  /// Nothing is touched before the path and the value are known to be right.
  bool set() {
    if (!reader_.read()) return false;
    std::unique_ptr<Message> const scratch = parse();
    if (scratch == nullptr) return false;
    apply(*scratch);
    return true;
  }

 private:
  /// A message of the type that holds the last field, with that field alone set; null if the value is wrong.
  std::unique_ptr<Message> parse() {
    FieldDescriptor const* field = reader_.steps().back().field;
    std::unique_ptr<Message> scratch(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(field->containing_type())->New());
    bool const whole_list = field->is_repeated() && reader_.steps().back().index < 0;
    bool const is_string = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (is_string && !whole_list && !value_.starts_with('"') && !value_.starts_with('\'')) {
      auto const* reflection = scratch->GetReflection();
      if (field->is_repeated()) {
        reflection->AddString(scratch.get(), field, std::string(value_));
      } else {
        reflection->SetString(scratch.get(), field, std::string(value_));
      }
      return scratch;
    }
    if (value_.empty()) {
      reader_.fail("no value is given for '" + field->name() + "'");
      return nullptr;
    }
    if (field->message_type() != nullptr && !whole_list && !value_.starts_with('{')) {
      reader_.fail("'" + field->name() + "' takes its fields in braces, as in {...}");
      return nullptr;
    }
    std::string const prefix = field->name() + ": ";
    Diagnostics found;
    LocationTree places;
    parse_text_proto("--set", prefix + std::string(value_), *scratch, places, found);
    for (Diagnostic& diagnostic : found.sorted()) {
      diagnostic.where = reader_.place();
      diagnostic.why.clear();  // the rest of an assignment is nothing to speak of
      diagnostics_.add(std::move(diagnostic));
    }
    if (!found.ok()) return nullptr;
    if (!holds_one_value(*scratch, field, whole_list)) {
      reader_.fail("more than one value is given for '" + field->name() + "'");
      return nullptr;
    }
    return scratch;
  }

  /// A value such as `3 other: 4` would set a second field.
  static bool holds_one_value(Message const& scratch, FieldDescriptor const* field, bool whole_list) {
    std::vector<FieldDescriptor const*> fields;
    scratch.GetReflection()->ListFields(scratch, &fields);
    if (whole_list && fields.empty()) return true;
    if (fields.size() != 1) return false;
    return !field->is_repeated() || whole_list || scratch.GetReflection()->FieldSize(scratch, field) == 1;
  }

  void apply(Message const& scratch) {
    Location const place = reader_.place();
    Message* message = &message_;
    LocationTree* tree = &tree_;
    for (std::size_t i = 0; i + 1 < reader_.steps().size(); ++i) {
      Step const& step = reader_.steps()[i];
      forget_rivals(*tree, step.field);
      tree = &child(*tree, step, place);
      auto const* reflection = message->GetReflection();
      if (!step.field->is_repeated()) {
        message = reflection->MutableMessage(message, step.field);
      } else if (step.index == reflection->FieldSize(*message, step.field)) {
        message = reflection->AddMessage(message, step.field);
      } else {
        message = reflection->MutableRepeatedMessage(message, step.field, step.index);
      }
    }
    Step const& step = reader_.steps().back();
    forget_rivals(*tree, step.field);
    put(*message, step, scratch);
    if (!step.field->is_repeated() || step.index >= 0) {
      child(*tree, step, place) = LocationTree{place, {}};
      return;
    }
    int const number = step.field->number();
    tree->children.erase(tree->children.lower_bound({number, 0}), tree->children.lower_bound({number + 1, 0}));
    for (int e = 0; e < message->GetReflection()->FieldSize(*message, step.field); ++e) {
      tree->children[{number, e}] = LocationTree{place, {}};
    }
  }

  /// Writes the one field of `scratch` into `message`.
  static void put(Message& message, Step const& step, Message const& scratch) {
    auto const* reflection = message.GetReflection();
    FieldDescriptor const* field = step.field;
    if (!field->is_repeated() || step.index < 0) {
      reflection->ClearField(&message, field);
      message.MergeFrom(scratch);
      return;
    }
    int const size = reflection->FieldSize(message, field);
    message.MergeFrom(scratch);
    if (step.index == size) return;
    reflection->SwapElements(&message, field, step.index, size);
    reflection->RemoveLast(&message, field);
  }

  static LocationTree& child(LocationTree& tree, Step const& step, Location const& place) {
    return tree.children.try_emplace({step.field->number(), std::max(step.index, 0)}, LocationTree{place, {}})
        .first->second;
  }

  /// Another member of the same oneof loses its value, and so its place.
  static void forget_rivals(LocationTree& tree, FieldDescriptor const* field) {
    auto const* oneof = field->real_containing_oneof();
    for (int i = 0; oneof != nullptr && i < oneof->field_count(); ++i) {
      if (oneof->field(i) != field) tree.children.erase({oneof->field(i)->number(), 0});
    }
  }

  Message& message_;
  LocationTree& tree_;
  PathReader reader_;
  std::string_view value_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool set_field(Message& message, LocationTree& tree, std::string_view path, std::string_view value,
               Diagnostics& diagnostics) {
  return Setter(message, tree, path, value, diagnostics).set();
}

std::optional<std::string> indexed_path(Message const& message, std::string_view path, std::string_view value,
                                        Diagnostics& diagnostics) {
  PathReader reader(message, path, value, diagnostics);
  if (!reader.read()) return std::nullopt;
  std::string indexed;
  for (Step const& step : reader.steps()) {
    indexed += (indexed.empty() ? "" : ".") + step.field->name();
    if (step.index >= 0) indexed += '[' + std::to_string(step.index) + ']';
  }
  return indexed;
}

std::optional<std::pair<std::string_view, std::string_view>> split_assignment(std::string_view assignment) {
  // A name in brackets may hold an equals sign.
  int depth = 0;
  for (std::size_t i = 0; i < assignment.size(); ++i) {
    if (assignment[i] == '[') ++depth;
    if (assignment[i] == ']') --depth;
    if (assignment[i] == '=' && depth <= 0) return std::pair(assignment.substr(0, i), assignment.substr(i + 1));
  }
  return std::nullopt;
}

bool set_field(Message& message, LocationTree& tree, std::string_view assignment, Diagnostics& diagnostics) {
  if (auto const parts = split_assignment(assignment)) {
    return set_field(message, tree, parts->first, parts->second, diagnostics);
  }
  diagnostics.add(Location{"--set " + std::string(assignment), 0, 0}, "'=' is missing", "expected PATH=VALUE");
  return false;
}

}  // namespace coinfer
