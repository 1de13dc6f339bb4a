#include "scenarios/gate/junit.hpp"

#include "sim/base/utf8.hpp"

namespace coinfer {

namespace {

std::string attribute(char const* name, std::string_view value) {
  return " " + std::string(name) + "=\"" + xml_text(value) + "\"";
}

std::string counts_text(CaseCounts const& counts) {
  return attribute("tests", std::to_string(counts.cases)) + attribute("failures", std::to_string(counts.failed)) +
         attribute("errors", std::to_string(counts.broken));
}

/// U+FFFE and U+FFFF are well-formed UTF-8 and no characters of XML.
bool is_xml(std::string_view sequence) { return sequence != "\xef\xbf\xbe" && sequence != "\xef\xbf\xbf"; }

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    char const c = text[0];
    std::size_t length = 1;
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n') {
      out += "&#10;";
    } else if (c == '\r') {
      out += "&#13;";
    } else if (c == '\t') {
      out += "&#9;";
    } else if (std::size_t const sequence = utf8_sequence_length(text);
               sequence > 1 ? is_xml(text.substr(0, sequence)) : sequence == 1 && static_cast<unsigned char>(c) >= 0x20) {
      out += text.substr(0, sequence);
      length = sequence;
    } else {
      out += "\xef\xbf\xbd";
      if (sequence > 1) length = sequence;
    }
    text.remove_prefix(length);
  }
  return out;
}

JunitWriter::JunitWriter(std::filesystem::path const& path, std::string const& suite, CaseProperties const& properties,
                         CaseCounts const& counts)
    : file_(path) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "coinfer") +
                     counts_text(counts) + ">\n  <testsuite" + attribute("name", suite) + counts_text(counts) +
                     attribute("skipped", "0") + attribute("time", "0") + ">\n    <properties>\n";
  for (auto const& [name, value] : properties) {
    text += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  }
  file_.write(text + "    </properties>\n");
}

void JunitWriter::add(GateCase const& one) {
  std::string text =
      "    <testcase" + attribute("classname", one.group) + attribute("name", one.name) + attribute("time", "0") + ">\n";
  if (one.outcome != GateCase::Outcome::passed) {
    std::string const tag = one.outcome == GateCase::Outcome::failed ? "failure" : "error";
    text += "      <" + tag + attribute("type", one.kind) + attribute("message", one.message) + ">" +
            xml_text(one.group + ": " + one.message) + "</" + tag + ">\n";
  }
  if (!one.properties.empty()) {
    text += "      <system-out>";
    for (auto const& [name, value] : one.properties) text += xml_text(name) + ": " + xml_text(value) + "\n";
    text += "</system-out>\n";
  }
  file_.write(text + "    </testcase>\n");
}

void JunitWriter::commit() {
  file_.write("  </testsuite>\n</testsuites>\n");
  file_.commit();
}

}  // namespace coinfer
