"""Every check of this folder finds what it is for, in a small repository made for it."""

import contextlib
import io
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import format as formatting
import layering
import readme_commands
import schema_comments
import summary
import tidy
import tree
import wording


class HouseTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name).resolve()
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def quietly(self, function, *arguments):
        """The result of a function and what it printed."""
        with contextlib.redirect_stdout(io.StringIO()) as output:
            result = function(*arguments)
        return result, output.getvalue()


class TreeTest(HouseTest):
    def test_ignored_files_are_not_looked_at_and_new_ones_are(self):
        self.plant(".gitignore", "/build/\n")
        self.plant("build/sim/a.cpp", "")
        self.plant("sim/a.cpp", "")
        self.assertEqual(tree.sources(self.root), [Path("sim/a.cpp")])


class LayeringTest(HouseTest):
    def only(self, name, text):
        """The violations when this is the only file."""
        path = self.plant(name, text)
        found = layering.violations(self.root)
        path.unlink()
        return found

    def test_a_room_may_include_itself_and_earlier_rooms(self):
        self.assertEqual(self.only("privacy/a.cpp", '#include "privacy/a.hpp"\n#include "sim/base/ids.hpp"\n'
                                   '#include <vector>\n#include <google/protobuf/message.h>\n'), [])

    def test_a_room_must_not_include_a_later_one(self):
        self.assertEqual(self.only("sim/a.cpp", '#include <vector>\n#include "platforms/a.hpp"\n'),
                         ["sim/a.cpp:2: includes platforms/a.hpp: sim stands before platforms and must not know it"])
        self.assertEqual(len(self.only("workloads/a.hpp", '#  include <scenarios/scenario.pb.h>\n')), 1)

    def test_schemas_obey_the_same_order(self):
        self.assertEqual(self.only("platforms/a.proto", 'syntax = "proto2";\nimport "privacy/privacy.proto";\n'),
                         ["platforms/a.proto:2: includes privacy/privacy.proto: "
                          "platforms stands before privacy and must not know it"])
        self.assertEqual(self.only("privacy/a.proto", 'import "google/protobuf/descriptor.proto";\n'
                                   'import "sim/base/rules.proto";\n'), [])

    def test_base_does_not_know_the_kernel(self):
        self.assertEqual(self.only("sim/base/a.hpp", '#include "sim/kernel/a.hpp"\n'),
                         ["sim/base/a.hpp:1: includes sim/kernel/a.hpp: sim/base must not know sim/kernel"])

    def test_simgrid_stays_in_its_files(self):
        self.assertEqual(self.only("sim/kernel/simgrid_a.cpp", "#include <simgrid/s4u.hpp>\n#include <xbt/log.h>\n"), [])
        for name in ("sim/kernel/simgrid_a.hpp", "sim/kernel/a.cpp", "sim/base/simgrid_a.cpp", "tests/unit/sim/a_test.cpp"):
            self.assertEqual(self.only(name, "#include <simgrid/s4u.hpp>\n"),
                             [f"{name}:1: includes simgrid/s4u.hpp: only sim/kernel/simgrid_*.cpp include SimGrid"])

    def test_nothing_but_tests_includes_tests(self):
        self.assertEqual(self.only("scenarios/a.cpp", '#include "tests/support.hpp"\n'),
                         ["scenarios/a.cpp:1: includes tests/support.hpp: nothing but tests/ includes tests/"])
        self.assertEqual(self.only("tests/a.cpp", '#include "tests/support.hpp"\n'), [])

    def test_a_quoted_include_is_a_path_from_the_root(self):
        self.assertEqual(len(self.only("sim/base/a.cpp", '#include "ids.hpp"\n')), 1)
        self.assertEqual(len(self.only("sim/base/a.cpp", '#include "../base/ids.hpp"\n')), 1)

    def test_code_lives_in_rooms_and_analysis_only_reads_files(self):
        self.assertEqual(len(self.only("analysis/a.cpp", "")), 1)
        self.assertEqual(len(self.only("extra/a.hpp", "")), 1)
        self.assertEqual(self.only("analysis/a.py", "import pandas\nfrom ctypes import cdll\n"),
                         ["analysis/a.py:2: imports ctypes: analysis/ reads files only"])


class FormatTest(HouseTest):
    def test_a_badly_formatted_source_is_named(self):
        self.plant(".clang-format", "BasedOnStyle: Google\n")
        self.plant("sim/good.cpp", "int f() { return 1; }\n")
        self.assertEqual(formatting.violations(self.root), [])
        self.plant("sim/bad.cpp", "int f( ) {return 1;}\n")
        self.assertTrue(formatting.violations(self.root)[0].startswith("sim/bad.cpp:1:7: error"))
        formatting.violations(self.root, fix=True)
        self.assertEqual(formatting.violations(self.root), [])


class TidyTest(HouseTest):
    def setUp(self):
        super().setUp()
        self.build = self.root / "build" / "dev"
        self.build.mkdir(parents=True)
        self.plant(".clang-tidy", "Checks: '-*,bugprone-integer-division'\nWarningsAsErrors: '*'\n")
        for name in ("a", "b"):
            self.plant(f"sim/{name}.cpp", f'#include "sim/h.hpp"\nnamespace {{\nint help() {{ return 1; }}\n}}  // namespace\n'
                       f"int {name}() {{ return help(); }}\n")
        self.plant("sim/h.hpp", "#pragma once\n")
        commands = [{"directory": str(self.build), "file": str(self.root / name),
                     "command": f"ccache c++ -std=c++20 -I{self.root} -Wall -o a.o -c {self.root / name}"}
                    for name in ("sim/a.cpp", "sim/b.cpp")]
        (self.build / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")

    def test_a_source_is_looked_at_again_only_after_a_change_it_can_see(self):
        self.assertEqual(self.tidy()[0], 0)
        self.assertIn("2 sources, 0 looked at", self.tidy()[1])
        self.plant("sim/h.hpp", "#pragma once\ninline double half(int n) { return n / 2; }\n")
        status, output = self.tidy()
        self.assertEqual(status, 1)
        self.assertIn("h.hpp:2:36: error", output)
        self.assertIn("2 sources, 2 looked at", output)
        self.assertEqual(self.tidy()[0], 1)

    def test_sources_with_a_common_hidden_name_do_not_share_a_unit(self):
        flags = {"sim/a.cpp": (), "sim/b.cpp": ()}
        self.assertEqual(tidy.batches(self.root, ["sim/a.cpp", "sim/b.cpp"], flags), [["sim/a.cpp"], ["sim/b.cpp"]])
        self.plant("sim/b.cpp", "double b(int n) { return n / 2; }\n")
        self.assertEqual(tidy.batches(self.root, ["sim/a.cpp", "sim/b.cpp"], flags), [["sim/a.cpp", "sim/b.cpp"]])
        status, output = self.tidy()
        self.assertEqual(status, 1)
        self.assertIn("1 with findings: sim/b.cpp\n", output)

    def tidy(self):
        tidy.reached.cache_clear()
        return self.quietly(tidy.main, self.root, self.build, [])


class SchemaCommentsTest(HouseTest):
    HEAD = 'syntax = "proto2";\n// A thing.\nmessage Thing {\n'

    def found(self, body):
        self.plant("sim/a.proto", self.HEAD + body + "}\n")
        return schema_comments.violations(self.root)

    def test_a_complete_schema_passes(self):
        self.assertEqual(self.found("  // The kinds.\n  enum Kind {\n    KIND_UNSET = 0;\n    CPU = 1;\n    // Both of them.\n"
                                    "    CPU_AND_GPU = 2;\n  }\n  // The kind. Unset means CPU.\n  optional Kind kind = 1;\n"
                                    '  // The speed. Required.\n  optional double speed = 2 [(rules) = { why: "}" }];\n'), [])

    def test_each_part_needs_a_comment(self):
        for body, name in (("  optional double a = 1;\n", "a"), ("  repeated sim.Thing b = 1;\n", "b"),
                           ("  message Inner {}\n", "message Inner"), ("  enum Kind {\n  }\n", "enum Kind"),
                           ("  // Kinds.\n  enum Kind {\n    TWO_WORDS = 1;\n  }\n", "TWO_WORDS"),
                           ("  oneof kind {\n    Thing c = 1;\n  }\n", "c"), ("  map<string, double> d = 1;\n", "d")):
            found = self.found(body)
            self.assertEqual(len(found), 1, body)
            self.assertTrue(found[0].endswith(f": {name} has no comment above it"), found)

    def test_comments_are_sentences_and_say_what_unset_means(self):
        self.assertEqual(self.found("  // the speed\n  repeated double a = 1;\n"),
                         ["sim/a.proto:5: the comment of a is not in whole sentences: the speed"])
        self.assertEqual(self.found("  // The speed.\n  optional double a = 1;\n"),
                         ["sim/a.proto:5: the comment of a does not say what unset means"])


class WordingTest(HouseTest):
    def test_unfinished_words_machine_paths_and_overlong_sources_are_found(self):
        self.plant("a.md", "to do later\nTO" + "DO later\n")
        self.plant("b.sh", "cd /wo" + "rk/here\n")
        self.plant("c.cpp", "\n" * 401)
        self.plant("d.csv", "1\n" * 401)
        self.assertEqual([text.split(": ")[0] for text in wording.violations(self.root)], ["a.md:2", "b.sh:1", "c.cpp:401"])

    def test_a_title_that_ctest_does_not_find_again_is_named(self):
        self.plant("a.cpp", 'TEST_' + 'CASE("One thing, and (another)") {\n  f("[];");\n}\n')
        self.plant("b.cpp", 'TEST_' + 'CASE(\n    "One thing; another") {}\n')
        self.plant("c.cpp", 'TEST_' + 'CASE("In (0, 1] all is well") {}\n')
        self.assertEqual([text.split(": ")[0] for text in wording.violations(self.root)], ["b.cpp", "c.cpp"])


class ReadmeTest(HouseTest):
    def found(self, text, full=False):
        self.plant("README.md", text)
        return self.quietly(readme_commands.violations, self.root, Path("/bin/true"), full)

    def test_blocks_run_in_order_in_a_copy(self):
        self.plant("data.txt", "")
        wrong, _ = self.found("```sh\nbuild/release/coinfer run\ntest -e data.txt\ntouch made\n```\n\n```sh\ntest -e made\n```\n")
        self.assertEqual(wrong, [])
        self.assertFalse((self.root / "made").exists())

    def test_a_failing_command_is_named(self):
        wrong, _ = self.found("# Title\n\n```sh\nfalse | cat\ntrue\n```\n")
        self.assertEqual(wrong, ["README.md:3: ended with status 1:\nfalse | cat\ntrue\n"])

    def test_long_blocks_are_skipped_unless_all_is_wanted(self):
        text = "```sh\nbash tests/run.sh\n```\n"
        wrong, output = self.found(text)
        self.assertEqual((wrong, output),
                         ([], "SKIPPED: README: bash tests/run.sh: it installs, builds or tests everything\n"))
        self.assertEqual(len(self.found(text, full=True)[0]), 1)
        self.assertEqual(self.found("```sh skip: needs a trace\nfalse\n```\n"), ([], "SKIPPED: README: false: needs a trace\n"))

    def test_blocks_that_no_test_would_run_are_refused(self):
        self.assertEqual(len(self.found("```sh\ntrue\n```\n```bash\nfalse\n```\n")[0]), 1)
        self.assertEqual(len(self.found("No commands.\n")[0]), 1)


class SummaryTest(HouseTest):
    def ended(self, cases, skips="", *more):
        """Status and output of the summary of test cases (name, status, output)."""
        body = "".join(f'<testcase name="{name}" status="{status}"><system-out>{text}</system-out></testcase>'
                       for name, status, text in cases)
        junit = self.plant("tests.xml", f"<testsuite>{body}</testsuite>")
        return self.quietly(summary.main, [str(junit), str(self.plant("skips.txt", skips)), *more])

    def test_the_last_line_counts(self):
        status, output = self.ended([("a: one", "run", ""), ("a: two", "run", "SKIPPED: two: no data\n")], "# Why.\ntwo\n")
        self.assertEqual((status, output), (0, "Skips:\n  two: no data\n1 passed, 0 failed, 1 skipped\n"))

    def test_a_skipped_part_leaves_the_test_counted(self):
        self.assertEqual(self.ended([("a: one", "run", "SKIPPED: part: no data\n")], "pa*\n")[1].splitlines()[-1],
                         "1 passed, 0 failed, 1 skipped")

    def test_a_skip_that_is_not_on_the_list_fails(self):
        status, output = self.ended([("a: two", "run", "SKIPPED: two: no data\n")], "tw\n")
        self.assertEqual(status, 1)
        self.assertEqual(output.splitlines()[-1], "0 passed, 1 failed, 1 skipped")

    def test_failures_tests_that_did_not_run_and_empty_runs_fail(self):
        for cases in ([("a", "fail", "")], [("a", "notrun", "")], [("a", "disabled", "")], []):
            status, output = self.ended(cases)
            self.assertEqual((status, output.splitlines()[-1]), (1, "0 passed, 1 failed, 0 skipped"))
        self.assertEqual(self.quietly(summary.main, ["absent.xml", str(self.root / "skips.txt")])[0], 1)

    def test_low_coverage_fails(self):
        for covered, expected in ((85, 0), (84, 1)):
            report = self.plant("c.json", json.dumps(
                {"files": [{"filename": "sim/a.cpp", "line_covered": covered, "line_total": 100}]}))
            self.assertEqual(self.ended([("a", "run", "")], "", "--coverage", str(report))[0], expected)


if __name__ == "__main__":
    unittest.main()
