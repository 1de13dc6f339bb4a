#include <catch2/catch.hpp>

#include "sim/base/csv.hpp"

using namespace coinfer;

namespace {

std::string problems(std::string const& text) {
  Diagnostics diagnostics;
  CsvTable::parse("t.csv", text, diagnostics);
  return diagnostics.text();
}

}  // namespace

TEST_CASE("a table is read with its header, comments, quotes and either line end") {
  for (std::string const& end : {std::string("\n"), std::string("\r\n")}) {
    Diagnostics diagnostics;
    CsvTable const table = CsvTable::parse(
        "t.csv",
        "# a comment, \"with\" quotes" + end + end + "name,value_s" + end + "a,1" + end + "\"b, \"\"c\"\"\",2" + end + ",",
        diagnostics);
    CHECK(diagnostics.text().empty());
    CHECK(table.header() == std::vector<std::string>{"name", "value_s"});
    REQUIRE(table.rows() == 3);
    CHECK(table.column("value_s") == 1);
    CHECK_FALSE(table.column("value").has_value());
    CHECK(table.at(0, 0) == "a");
    CHECK(table.at(0, 1) == "1");
    CHECK(table.at(1, 0) == "b, \"c\"");
    CHECK(table.at(1, 1) == "2");
    CHECK(table.at(2, 1).empty());
    CHECK(to_string(Diagnostic{table.where(1, 1), "x", "", ""}) == "t.csv:5:12: x");
  }
}

TEST_CASE("a quoted field may hold line ends, and later rows still know their line") {
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse("t.csv", "a,b\n\"1\n2\",3\n4,5\n", diagnostics);
  REQUIRE(table.rows() == 2);
  CHECK(table.at(0, 0) == "1\n2");
  CHECK(table.where(1, 0).line == 4);
}

TEST_CASE("a mark that spreadsheets put first and empty lines are no fields") {
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse("t.csv",
                                         "\xef\xbb\xbf"
                                         "a\n\n1\n\n",
                                         diagnostics);
  CHECK(table.column("a") == 0);
  CHECK(table.rows() == 1);
  CHECK(diagnostics.ok());
}

TEST_CASE("every wrong row is told, and the right ones are kept") {
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse("t.csv", "a,b\n1\n1,2,3\n1,2\nx\"y,2\n\"x\"y,2\n3,\"4", diagnostics);
  CHECK(diagnostics.text() ==
        "t.csv:2:1: the row has 1 field (the header has 2)\n"
        "t.csv:3:1: the row has 3 fields (the header has 2)\n"
        "t.csv:5:2: a quote stands inside an unquoted field\n"
        "t.csv:6:4: text follows a closing quote\n"
        "t.csv:7:3: the quote is not closed");
  REQUIRE(table.rows() == 1);
  CHECK(table.at(0, 1) == "2");
}

TEST_CASE("a header must be there, and name every column once") {
  CHECK(problems("") == "t.csv: the table has no header");
  CHECK(problems("# only\n\n") == "t.csv: the table has no header");
  CHECK(problems("a,,b,a\n") == "t.csv:1:3: the column has no name\nt.csv:1:6: column 'a' stands twice");
  CHECK(problems("a,\"b\n1,2\n") == "t.csv:1:3: the quote is not closed");
}

TEST_CASE("a number is the whole field, finite, without space") {
  CHECK(parse_number("1.5e-3") == 0.0015);
  CHECK(parse_number("-2") == -2);
  CHECK(parse_number("007") == 7);
  for (char const* text : {"", " 1", "1 ", "1x", "nan", "inf", "-inf", "1e400", "1,5", "+1", "0x10", "."}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text).has_value());
  }
}
