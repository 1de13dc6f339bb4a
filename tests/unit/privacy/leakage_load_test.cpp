#include "privacy/leakage_load.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

struct Loaded {
  LeakageTables tables;
  Diagnostics diagnostics;
};

/// Loads rows that stand from line 3 on, below a comment and the header.
Loaded load(std::string const& rows) {
  Loaded loaded;
  std::string const text = "# a table\n" + std::string(leakage_table_header()) + "\n" + rows;
  load_leakage_table("t.csv", text, loaded.tables, loaded.diagnostics);
  return loaded;
}

std::string problems(std::string const& rows) { return load(rows).diagnostics.text(); }

}  // namespace

TEST_CASE("A leakage row keeps every field, and absent spread and n stay absent") {
  auto const loaded = load(
      "m,d,block 5,transport_encrypted,inversion,query_free,ssim,ratio,0.25,0.01,100,\"A, B 2020\",PUBLISHED\n"
      "m,d,block 6,clear,inversion,white_box,ssim,ratio,-0.5,,,A,ASSUMED\n");
  CHECK(loaded.diagnostics.text().empty());
  REQUIRE(loaded.tables.rows().size() == 2);
  LeakageRow const& row = loaded.tables.rows()[0];
  CHECK(row.model == "m");
  CHECK(row.dataset == "d");
  CHECK(row.cut == "block 5");
  CHECK(row.protection == Protection::transport_encrypted);
  CHECK(row.attack == "inversion");
  CHECK(row.knowledge == Knowledge::query_free);
  CHECK(row.metric == "ssim");
  CHECK(row.scale == "ratio");
  CHECK(row.value == 0.25);
  CHECK(row.spread == 0.01);
  CHECK(row.n == 100);
  CHECK(row.source.citation == "A, B 2020");
  CHECK(row.source.grade == Grade::published);
  CHECK(row.where.line == 3);
  CHECK_FALSE(loaded.tables.rows()[1].spread);
  CHECK_FALSE(loaded.tables.rows()[1].n);
  CHECK(loaded.tables.rows()[1].value == -0.5);
}

TEST_CASE("A leakage row without source or grade is refused") {
  CHECK(problems("m,d,c,clear,a,white_box,mse,peak_1,1,,,,MEASURED\n") ==
        "t.csv:3:40: 'source' is empty (every figure says where it comes from)");
  CHECK(problems("m,d,c,clear,a,white_box,mse,peak_1,1,,,A,\n") ==
        "t.csv:3:42: 'grade' is empty (every figure says how far it can be trusted)");
}

TEST_CASE("A leakage row with any empty field but spread and n is refused, once for each") {
  std::vector<std::string> const full = {"m",     "d", "c", "clear", "a", "white_box", "mse",
                                         "ratio", "1", "0", "1",     "A", "MEASURED"};
  auto const columns = leakage_columns();
  REQUIRE(columns.size() == full.size());
  for (std::size_t empty = 0; empty < full.size(); ++empty) {
    std::string line;
    std::size_t place = 1;
    for (std::size_t i = 0; i < full.size(); ++i) {
      if (i == empty) place = line.size() + (i == 0 ? 1 : 2);
      line += (i == 0 ? "" : ",") + (i == empty ? std::string() : full[i]);
    }
    std::string const& name = columns[empty].name;
    if (name == "spread" || name == "n") {
      CHECK(problems(line + "\n").empty());
      continue;
    }
    std::string const start = "t.csv:3:" + std::to_string(place) + ": '" + name + "' is empty";
    std::string const text = problems(line + "\n");
    CHECK(text.substr(0, start.size()) == start);
    CHECK(text.find('\n') == std::string::npos);
  }
  CHECK(problems("m,d,c,clear,a,white_box,mse,peak_1, ,,,A,MEASURED\n") ==
        "t.csv:3:36: 'value' is empty\nt.csv:3:36: value ' ' is not a finite number");
}

TEST_CASE("A line of a leakage table with more or fewer fields than the header is refused") {
  CHECK(problems("m,d,c\n") == "t.csv:3:1: the row has 3 fields (the header has 13)");
  CHECK(problems("m,d,c,clear,a,white_box,mse,peak_1,1,,,A,MEASURED,more\n") ==
        "t.csv:3:1: the row has 14 fields (the header has 13)");
}

TEST_CASE("Unknown words of a leakage table are refused with a suggestion, all at once") {
  auto const loaded = load("m,d,c,claer,a,whitebox,psnr_bd,peak_1,1,,,A,MEASURE\n");
  CHECK(loaded.diagnostics.text() ==
        "t.csv:3:7: unknown protection 'claer' did you mean 'clear'?\n"
        "t.csv:3:15: unknown knowledge 'whitebox' did you mean 'white_box'?\n"
        "t.csv:3:24: unknown metric 'psnr_bd' did you mean 'psnr_db'?\n"
        "t.csv:3:45: unknown grade 'MEASURE' did you mean 'MEASURED'?");
  CHECK(loaded.tables.rows().empty());
}

TEST_CASE("Values of a leakage table must be finite and possible for their metric") {
  std::string const start = "m,d,c,clear,a,white_box,";
  CHECK(problems(start + "mse,peak_1,nan,,,A,MEASURED\n") == "t.csv:3:36: value 'nan' is not a finite number");
  CHECK(problems(start + "mse,peak_1,inf,,,A,MEASURED\n") == "t.csv:3:36: value 'inf' is not a finite number");
  CHECK(problems(start + "mse,peak_1,1e999,,,A,MEASURED\n") == "t.csv:3:36: value '1e999' is not a finite number");
  CHECK(problems(start + "mse,peak_1,below 2,,,A,MEASURED\n") == "t.csv:3:36: value 'below 2' is not a finite number");
  CHECK(problems(start + "mse,peak_1,-0.5,,,A,MEASURED\n") == "t.csv:3:36: value is -0.5 (mse is at least 0)");
  CHECK(problems(start + "ssim,ratio,97.5,,,A,MEASURED\n") == "t.csv:3:36: value is 97.5 (ssim is at most 1)");
  CHECK(problems(start + "mse,peak_1,1,-1,,A,MEASURED\n") ==
        "t.csv:3:38: spread '-1' is not a finite number of at least 0");
  CHECK(problems(start + "mse,peak_1,1,nan,,A,MEASURED\n") ==
        "t.csv:3:38: spread 'nan' is not a finite number of at least 0");
  for (std::string const n : {"0", "1.5", "-3", "many"}) {
    CHECK(problems((start + "mse,peak_1,1,,").append(n) + ",A,MEASURED\n") ==
          "t.csv:3:39: n '" + n + "' is not a whole number of at least 1");
  }
  CHECK(problems(start + "mse,Peak 1,1,,,A,MEASURED\n") ==
        "t.csv:3:29: scale 'Peak 1' is not a word (small letters, digits and underscores)");
}

TEST_CASE("The same figure twice is refused where its values differ and kept once where they agree") {
  std::string const row = "m,d,c,clear,a,white_box,mse,peak_1,1,,,A,MEASURED\n";
  auto const same = load(row + row);
  CHECK(same.diagnostics.text().empty());
  CHECK(same.tables.rows().size() == 1);
  auto const conflict = load(row + "m,d,c,clear,a,white_box,mse,peak_1,2,,,B,MEASURED\n");
  CHECK(
      conflict.diagnostics.text() ==
      "t.csv:4:36: the same figure is 1 at t.csv:3 (equal model, data set, cut, protection, attack, knowledge and metric)");
  CHECK(conflict.tables.rows().size() == 1);
  std::string const other_spread =
      "t.csv:4:36: the same figure has another spread or n at t.csv:3 (equal model, data set, cut, protection, attack, "
      "knowledge "
      "and metric)";
  CHECK(problems(row + "m,d,c,clear,a,white_box,mse,peak_1,1,0.1,,A,MEASURED\n") == other_spread);
  CHECK(problems(row + "m,d,c,clear,a,white_box,mse,peak_1,1,,5,A,MEASURED\n") == other_spread);
}

TEST_CASE("Rows that differ in one key field are different figures") {
  auto const loaded = load(
      "m,d,c,clear,a,white_box,mse,peak_1,1,,,A,MEASURED\n"
      "m2,d,c,clear,a,white_box,mse,peak_1,2,,,A,MEASURED\n"
      "m,d2,c,clear,a,white_box,mse,peak_1,3,,,A,MEASURED\n"
      "m,d,c2,clear,a,white_box,mse,peak_1,4,,,A,MEASURED\n"
      "m,d,c,transport_encrypted,a,white_box,mse,peak_1,5,,,A,MEASURED\n"
      "m,d,c,clear,a2,white_box,mse,peak_1,6,,,A,MEASURED\n"
      "m,d,c,clear,a,black_box,mse,peak_1,7,,,A,MEASURED\n"
      "m,d,c,clear,a,white_box,lpips,alexnet,8,,,A,MEASURED\n");
  CHECK(loaded.diagnostics.text().empty());
  CHECK(loaded.tables.rows().size() == 8);
}

TEST_CASE("A metric may not mix scales for one model and data set, also across files") {
  auto loaded = load("m,d,c,clear,a,white_box,mse,per_element_peak_1,1,,,A,MEASURED\n");
  std::string const header(leakage_table_header());
  load_leakage_table("u.csv",
                     header +
                         "\nm,d,other,clear,a,white_box,mse,sum_over_channels_peak_1,3,,,A,MEASURED\n"
                         "m,d2,other,clear,a,white_box,mse,sum_over_channels_peak_1,3,,,A,MEASURED\n",
                     loaded.tables, loaded.diagnostics);
  CHECK(loaded.diagnostics.text() ==
        "u.csv:2:33: scale 'sum_over_channels_peak_1' of mse differs from 'per_element_peak_1' at t.csv:3 (figures of one "
        "metric "
        "for model 'm' and data set 'd' need one scale)");
  CHECK(loaded.tables.rows().size() == 2);
}

TEST_CASE("A leakage table with wrong columns is refused") {
  LeakageTables tables;
  Diagnostics diagnostics;
  load_leakage_table("t.csv",
                     "model,dataset,cut,protection,attack,knowledge,metric,scale,valu,spread,n,source,grade\n"
                     "m,d,c,clear,a,white_box,mse,peak_1,1,,,A,MEASURED\n",
                     tables, diagnostics);
  CHECK(diagnostics.text() ==
        "t.csv: column 'value' is missing\n"
        "t.csv: unknown column 'valu' did you mean 'value'?");
  CHECK(tables.rows().empty());
}

TEST_CASE("An empty leakage table is refused once") {
  LeakageTables tables;
  Diagnostics diagnostics;
  load_leakage_table("t.csv", "# nothing\n", tables, diagnostics);
  CHECK(diagnostics.text() == "t.csv: the table has no header");
}
