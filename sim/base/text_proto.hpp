// Reading protobuf text format: every unknown field is reported with its place and a suggestion; a syntax or type error may
// end the list.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "sim/base/located.hpp"

namespace coinfer {

/// Parses `text` into `message` and records where each field stands; `file` is the name used in places. Problems go to
/// `diagnostics`; returns whether there were none. Non-finite numbers, which protobuf accepts, are problems.
bool parse_text_proto(std::string const& file, std::string const& text, google::protobuf::Message& message,
                      LocationTree& tree, Diagnostics& diagnostics);

/// Typed convenience over the above.
template <class Message>
bool parse_text_proto(std::string const& file, std::string const& text, Located<Message>& located,
                      Diagnostics& diagnostics) {
  return parse_text_proto(file, text, located.message, located.tree, diagnostics);
}

}  // namespace coinfer
