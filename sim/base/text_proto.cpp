#include "sim/base/text_proto.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "sim/base/suggest.hpp"
#include "sim/base/text_places.hpp"

namespace coinfer {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

/// No schema nests this deep; the limit keeps hostile input from exhausting the stack.
constexpr int deepest_message = 100;

/// Turns the parser's reports into problems in our words.
class Collector : public google::protobuf::io::ErrorCollector {
 public:
  Collector(Descriptor const* root, TextPlaces const& places, Diagnostics& diagnostics)
      : root_(root), places_(places), diagnostics_(diagnostics) {}

  void AddWarning(int line, google::protobuf::io::ColumnNumber column, std::string const& message) override {
    std::vector<std::string> const words = quoted(message);
    std::size_t const at = places_.offset(line, column);
    // The parser reports where it stands after the name; the user looks for the name itself.
    if (message.find("has no field named") != std::string::npos && words.size() == 2) {
      add_unknown_field(root_->file()->pool()->FindMessageTypeByName(words[0]), words[1],
                        places_.name_before(words[1], at));
    } else if (message.starts_with("Ignoring extension") && words.size() == 2) {
      add(places_.name_before(words[0], at), "unknown field '[" + words[0] + "]'");
    } else {
      add(at, rewritten(message, at));
    }
  }

  void AddError(int line, google::protobuf::io::ColumnNumber column, std::string const& message) override {
    keep_last();
    std::vector<std::string> const words = quoted(message);
    std::size_t const at = places_.offset(line, column);
    auto error = [this](std::size_t place, std::string problem, std::string suggestion = {}) {
      last_error_ = Diagnostic{places_.location(place), std::move(problem), {}, std::move(suggestion)};
    };
    if (message.starts_with("Unknown enumeration value of") && words.size() == 2) {
      error(places_.name_before(words[0], at), "unknown value '" + words[0] + "' for '" + words[1] + "'",
            enum_suggestion(words[0], words[1], at));
    } else if (message.starts_with("Non-repeated field") && words.size() == 1) {
      error(places_.name_before(words[0], at), "field '" + words[0] + "' is given twice");
    } else if (message.find("another member of oneof") != std::string::npos && words.size() == 3) {
      error(places_.name_before(words[0], at),
            "'" + words[0] + "' is given beside '" + words[1] + "', but only one '" + words[2] + "' may be");
    } else if (message.starts_with("Invalid value for boolean field") && words.size() == 2) {
      error(places_.name_before(words[1], at), "'" + words[1] + "' for '" + words[0] + "' is neither true nor false");
    } else if (places_.is_end(at) && !places_.enclosing(at).empty()) {
      error(at, "'}' is missing at the end, '" + places_.enclosing(at).back() + "' is still open");
    } else {
      error(at, rewritten(message, at));
    }
  }

  /// To be called after the parse: hands over the last error, which says so if it ended the list.
  void finish(bool rest_unread) {
    if (last_error_ && rest_unread) last_error_->why = "the rest of the file was not read";
    keep_last();
  }

 private:
  void keep_last() {
    if (last_error_) diagnostics_.add(std::move(*last_error_));
    last_error_.reset();
  }

  void add(std::size_t at, std::string problem, std::string why = {}, std::string suggestion = {}) {
    diagnostics_.add(places_.location(at), std::move(problem), std::move(why), std::move(suggestion));
  }

  /// A field that exists further out tells of a brace that is missing before it.
  void add_unknown_field(Descriptor const* type, std::string const& name, std::size_t at) {
    Descriptor const* outer = root_;
    for (std::string const& open : places_.enclosing(at)) {
      if (outer == nullptr || outer == type) break;
      if (outer->FindFieldByName(name) != nullptr) {
        add(at, "unknown field '" + name + "'", "it is a field of " + outer->name() + ", not of " + type->name(),
            "is a '}' missing before it");
        return;
      }
      FieldDescriptor const* below = outer->FindFieldByName(open);
      outer = below == nullptr ? nullptr : below->message_type();
    }
    add(at, "unknown field '" + name + "'", {}, did_you_mean(name, field_names(type)));
  }

  /// The parts of a message that stand in double quotes.
  static std::vector<std::string> quoted(std::string const& message) {
    std::vector<std::string> words;
    for (std::size_t at = message.find('"'); at != std::string::npos;) {
      std::size_t const end = message.find('"', at + 1);
      if (end == std::string::npos) break;
      words.push_back(message.substr(at + 1, end - at - 1));
      at = message.find('"', end + 1);
    }
    return words;
  }

  /// The parser's message in our grammar: lower case, single quotes, no full stop.
  [[nodiscard]] std::string rewritten(std::string message, std::size_t at) const {
    std::size_t const got = message.find(", got: ");
    if (got != std::string::npos && message.starts_with("Expect")) {
      std::string const what = message.substr(message.find(' ') + 1, got - message.find(' ') - 1);
      std::string found = message.substr(got + 7);
      if (found == "-") found += places_.word(at + 1);
      return "expected " + in_plain_words(what, found) + ", got " +
             (found.empty() ? std::string("the end") : "'" + found + "'");
    }
    if (message.starts_with("Expected") && message.find(", found ") != std::string::npos) {
      if (message.ends_with("found \"\".")) message.replace(message.size() - 3, 3, "the end.");
      message.replace(message.find(", found "), 8, ", got ");
    }
    if (message.starts_with("String literals cannot cross line")) return "a text in quotes does not end on its line";
    if (message.ends_with('.') && !message.ends_with("..")) message.pop_back();
    for (char& c : message) {
      if (c == '"') c = '\'';
    }
    if (message.size() > 1 && message[0] >= 'A' && message[0] <= 'Z' && !(message[1] >= 'A' && message[1] <= 'Z')) {
      message[0] = static_cast<char>(message[0] - 'A' + 'a');
    }
    return message;
  }

  /// What the parser expected, without its jargon.
  static std::string in_plain_words(std::string const& what, std::string const& found) {
    if (what == "identifier") return "a field name";
    if (what == "string") return "a text in quotes";
    if (what == "double") return "a number";
    if (what == "integer") return found.starts_with('-') ? "a whole number of at least 0" : "a whole number";
    return what;
  }

  static std::vector<std::string> field_names(Descriptor const* type) {
    std::vector<std::string> names;
    for (int i = 0; type != nullptr && i < type->field_count(); ++i) names.push_back(type->field(i)->name());
    return names;
  }

  /// The parser names the field but not the message it stands in, which the open braces tell.
  [[nodiscard]] std::string enum_suggestion(std::string const& value, std::string const& field, std::size_t at) const {
    Descriptor const* type = root_;
    for (std::string const& name : places_.enclosing(at)) {
      FieldDescriptor const* below = type->FindFieldByName(name);
      if (below == nullptr || below->message_type() == nullptr) return {};
      type = below->message_type();
    }
    FieldDescriptor const* found = type->FindFieldByName(field);
    if (found == nullptr || found->enum_type() == nullptr) return {};
    std::vector<std::string> names;
    add_values(*found->enum_type(), names);
    return did_you_mean(value, names);
  }

  static void add_values(EnumDescriptor const& type, std::vector<std::string>& names) {
    for (int v = 0; v < type.value_count(); ++v) {
      if (!type.value(v)->name().ends_with("_UNSET")) names.push_back(type.value(v)->name());
    }
  }

  Descriptor const* root_;
  TextPlaces const& places_;
  Diagnostics& diagnostics_;
  std::optional<Diagnostic> last_error_;
};

/// Walks a message and the parser's places side by side: records ours, and finds the values protobuf takes but we do not.
class Recorder {
 public:
  Recorder(TextPlaces const& places, Diagnostics& diagnostics) : places_(places), diagnostics_(diagnostics) {}

  void record(Message const& message, TextFormat::ParseInfoTree const* info, LocationTree& tree) {
    std::vector<FieldDescriptor const*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (FieldDescriptor const* field : fields) {
      int const size = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
      std::vector<Location> const where = places_of(field, size, info, tree.here);
      for (int i = 0; i < size; ++i) {
        LocationTree& child = tree.children[{field->number(), i}];
        child.here = where[static_cast<std::size_t>(i)];
        record_value(message, field, i, info, child);
      }
    }
  }

 private:
  /// One place per element; a short list stands in the parser's places once, hence the scan of the text.
  [[nodiscard]] std::vector<Location> places_of(FieldDescriptor const* field, int size,
                                                TextFormat::ParseInfoTree const* info, Location const& fallback) const {
    std::vector<Location> where;
    for (int i = 0; info != nullptr && i < size; ++i) {
      auto const range = info->GetLocationRange(field, field->is_repeated() ? i : -1);
      if (range.start.line < 0) break;
      std::size_t const begin = places_.offset(range.start.line, range.start.column);
      if (!field->is_repeated()) return {places_.location(begin)};
      std::size_t const end = places_.offset(range.end.line, range.end.column);
      for (std::size_t at : places_.elements(begin, end)) where.push_back(places_.location(at));
    }
    Location const rest = where.empty() ? fallback : where.back();
    where.resize(static_cast<std::size_t>(size), rest);
    return where;
  }

  void record_value(Message const& message, FieldDescriptor const* field, int index, TextFormat::ParseInfoTree const* info,
                    LocationTree& child) {
    auto const* reflection = message.GetReflection();
    bool const many = field->is_repeated();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Message const& below =
          many ? reflection->GetRepeatedMessage(message, field, index) : reflection->GetMessage(message, field);
      record(below, info == nullptr ? nullptr : info->GetTreeForNested(field, many ? index : -1), child);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      check_finite(many ? reflection->GetRepeatedDouble(message, field, index) : reflection->GetDouble(message, field),
                   field, child);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
      check_finite(many ? reflection->GetRepeatedFloat(message, field, index) : reflection->GetFloat(message, field), field,
                   child);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      auto const* value = many ? reflection->GetRepeatedEnum(message, field, index) : reflection->GetEnum(message, field);
      if (value->number() == 0 && value->name().ends_with("_UNSET")) {
        diagnostics_.add(child.here, "'" + value->name() + "' cannot be given");
      }
    }
  }

  void check_finite(double value, FieldDescriptor const* field, LocationTree const& child) {
    if (!std::isfinite(value)) diagnostics_.add(child.here, field->name() + " is not a finite number");
  }

  TextPlaces const& places_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool parse_text_proto(std::string const& file, std::string const& text, Message& message, LocationTree& tree,
                      Diagnostics& diagnostics) {
  message.Clear();
  tree = LocationTree{Location{file, 0, 0}, {}};
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    diagnostics.add(tree.here, "the file is longer than 2 GiB");
    return false;
  }
  Diagnostics found;
  TextPlaces const places(file, text);
  Collector collector(message.GetDescriptor(), places, found);
  TextFormat::ParseInfoTree info;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(&info);
  parser.AllowUnknownField(true);
  parser.AllowPartialMessage(true);
  parser.SetRecursionLimit(deepest_message);
  // One byte at a time, so that the count of bytes taken tells how far an erroneous file was read.
  google::protobuf::io::ArrayInputStream input(text.data(), static_cast<int>(text.size()), 1);
  bool const parsed = parser.Parse(&input, &message);
  std::size_t const read = static_cast<std::size_t>(input.ByteCount());
  std::size_t const rest = read + places.word(read).size();  // the parser may have stopped inside a word
  collector.finish(text.find_first_not_of(" \t\r\n", rest) != std::string::npos);
  if (!parsed && found.ok()) found.add(tree.here, "cannot be read as protobuf text");
  Recorder(places, found).record(message, &info, tree);
  for (Diagnostic& diagnostic : found.sorted()) diagnostics.add(std::move(diagnostic));
  return parsed && found.ok();
}

}  // namespace coinfer
