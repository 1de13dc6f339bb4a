#include "scenarios/gate/gate_files.hpp"

#include <catch2/catch.hpp>

#include "scenarios/gate/gate_case.hpp"
#include "scenarios/gate/junit.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/run/run.hpp"
#include "scenarios/version.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/scenarios/scenario_samples.hpp"
#include "tests/unit/scenarios/sweep_run_samples.hpp"

namespace coinfer {

using namespace samples;  // NOLINT(google-build-using-namespace)

namespace {

/// Three requests on a phone, 2 s each, of which the second waits for nothing.
Scenario expecting(std::string const& expectations) {
  return scenario_of("name: \"s & <t>\"\n" + device("phone") + workload("w", "phone", local + each_5_s) + expectations +
                     "stop { requests: 3 }\n");
}

std::string const missed_and_met =
    "expect { metric: \"end_s\" at_most: 0.5 because: \"nobody \\\"waits\\\"\\001\" }\n"
    "expect { metric: \"requests.completed\" at_least: 3 }\n";

}  // namespace

TEST_CASE("The JUnit file has a case for each expectation, with its value and bound, and a failure where it is missed") {
  TemporaryFolder const folder;
  Scenario const scenario = expecting(missed_and_met);
  Results const results = run(scenario);
  write_gate_files({folder.path() / "j.xml", folder.path() / "m.md"}, scenario, results);
  std::string const reason = "by its value: a run has one such value; replications in a sweep give it an interval";
  std::string const because = "nobody &quot;waits&quot;\xef\xbf\xbd";
  std::string const told = "end_s is 17, expected at most 0.5 because " + because + ": " + reason;
  CHECK(read_file(folder.path() / "j.xml") ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"coinfer\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
        "  <testsuite name=\"s &amp; &lt;t&gt;\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0\">\n"
        "    <properties>\n"
        "      <property name=\"scenario\" value=\"s &amp; &lt;t&gt;\"/>\n"
        "      <property name=\"seed\" value=\"1\"/>\n"
        "      <property name=\"coinfer_version\" value=\"" +
            std::string(version) +
            "\"/>\n"
            "    </properties>\n"
            "    <testcase classname=\"s &amp; &lt;t&gt;\" name=\"end_s at most 0.5\" time=\"0\">\n"
            "      <failure type=\"missed\" message=\"" +
            told + "\">s &amp; &lt;t&gt;: " + told +
            "</failure>\n"
            "      <system-out>metric: end_s\nvalue: 17\nat_most: 0.5\nverdict: missed\nreason: " +
            reason + "\nbecause: " + because +
            "\n</system-out>\n"
            "    </testcase>\n"
            "    <testcase classname=\"s &amp; &lt;t&gt;\" name=\"requests.completed at least 3\" time=\"0\">\n"
            "      <system-out>metric: requests.completed\nvalue: 3\nat_least: 3\nverdict: met\nreason: " +
            reason +
            "\n</system-out>\n"
            "    </testcase>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
  std::string const markdown = read_file(folder.path() / "m.md");
  CHECK(markdown.rfind(
            "### s & \\<t>: 1 of 2 expectations met\n\n| Verdict | Figure | Value | 95 % interval | Expected | Why |\n"
            "|---|---|--:|---|---|---|\n| **missed** | end\\_s | 17 | none | at most 0.5 | by its value: ",
            0) == 0);
  CHECK(
      missed_text(scenario, results).rfind("expectation missed: s & <t>: end_s is 17, expected at most 0.5 because ", 0) ==
      0);
  CHECK(expectations_text(results).rfind("\nWhat was expected\n  MISSED        end_s at most 0.5: 17, by its value: ", 0) ==
        0);
}

TEST_CASE("XML text holds no character that XML forbids, and no byte that is not UTF-8") {
  CHECK(xml_text("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(xml_text("1\n2\t3\r") == "1&#10;2&#9;3&#13;");
  CHECK(xml_text("\x1b[31m") == "\xef\xbf\xbd[31m");
  CHECK(xml_text("\xc3\xa9\xff\xed\xa0\x80") == "\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(xml_text("\xef\xbf\xbe") == "\xef\xbf\xbd");
}

TEST_CASE("A table cell of Markdown stays one cell on one line") {
  CHECK(markdown_cell("a|b\nc\x1b") == "a\\|b c ");
  CHECK(markdown_cell("privacy[x/y_z].value") == "privacy\\[x/y\\_z\\].value");
}

TEST_CASE("Expectations change summary.json alone, and there only the list of them") {
  Scenario const with = expecting(missed_and_met);
  Scenario const without = expecting("");
  Results const one = run(with);
  Results const other = run(without);
  std::string text = summary_json(with, one);
  std::size_t const at = text.find("  \"expectations\": [");
  REQUIRE(at != std::string::npos);
  CHECK(text.substr(0, at) == summary_json(without, other).substr(0, at));
  CHECK(summary_json(without, other).substr(at) == "  \"expectations\": []\n}\n");
  CHECK(resources_csv(one) == resources_csv(other));
  CHECK(exposures_csv(one) == exposures_csv(other));
  CHECK(servers_csv(one) == servers_csv(other));
}

TEST_CASE("A file that can never be written is refused before the work") {
  TemporaryFolder const folder;
  std::filesystem::path const missing = folder.path() / "missing";
  CHECK_NOTHROW(check_gate_files({folder.path() / "new.xml", ""}, ""));
  CHECK_THROWS_AS(check_gate_files({missing / "new.xml", ""}, ""), InputError);
  CHECK_THROWS_AS(check_gate_files({"", folder.path()}, ""), InputError);
  // The folder of the results will be there by then.
  CHECK_NOTHROW(check_gate_files({missing / "new.xml", missing / "new.md"}, missing));
  CHECK_NOTHROW(check_gate_files({missing / "new.xml", ""}, missing / ""));
  CHECK_THROWS_AS(check_gate_files({missing / "deeper" / "new.xml", ""}, missing), InputError);
}

}  // namespace coinfer
