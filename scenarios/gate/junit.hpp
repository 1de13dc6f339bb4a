// JUnit XML, as Jenkins and the test reporters of GitHub and GitLab read it: testsuites, one testsuite with properties, and
// a testcase for each thing that must be kept, with failure or error where it is not. What a case is about stands in its
// system-out, a line each: the strictest schema there is (junit-10.xsd of Jenkins' xUnit plugin) knows no properties of a
// testcase.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/gate/gate_case.hpp"
#include "sim/base/whole_file.hpp"

namespace coinfer {

/// What the first lines must say before the cases come.
struct CaseCounts {
  std::uint64_t cases = 0;
  std::uint64_t failed = 0;
  std::uint64_t broken = 0;

  void add(GateCase::Outcome outcome) {
    ++cases;
    if (outcome == GateCase::Outcome::failed) ++failed;
    if (outcome == GateCase::Outcome::broken) ++broken;
  }
};

/// Text as XML 1.0 has it, in an attribute or between tags. What XML cannot hold (control characters, bytes that are not
/// UTF-8) becomes U+FFFD.
std::string xml_text(std::string_view text);

/// Writes one file, case after case.
class JunitWriter {
 public:
  /// Throws OutputError, likewise what follows.
  JunitWriter(std::filesystem::path const& path, std::string const& suite, CaseProperties const& properties,
              CaseCounts const& counts);
  void add(GateCase const& one);
  void commit();

 private:
  WholeFile file_;
};

}  // namespace coinfer
