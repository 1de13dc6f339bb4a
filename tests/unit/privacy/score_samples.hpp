// An adversary, what it saw and a table, for the tests of scores.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "privacy/leakage_load.hpp"
#include "privacy/score.hpp"

namespace coinfer::scores {

inline Adversary const cloud{"cloud", {"cloud operator"}, Knowledge::white_box};

/// The cut "relu3", also known as "block 9", of model m on data set d, seen once at the cloud in the clear.
inline Exposure seen_cut() {
  Exposure exposure;
  exposure.domain = "cloud operator";
  exposure.workload = "photos";
  exposure.model = "m";
  exposure.dataset = "d";
  exposure.tensor = "relu3";
  exposure.tensor_names = {"relu3", "block 9"};
  exposure.place = "device:cloud";
  exposure.protection = Protection::clear;
  exposure.count = 1;
  return exposure;
}

inline Exposure seen_tensor(std::string const& tensor) {
  Exposure exposure = seen_cut();
  exposure.tensor = tensor;
  exposure.tensor_names = {tensor};
  return exposure;
}

/// Tables of rows written as CSV.
inline LeakageTables tables_of(std::string const& rows) {
  LeakageTables tables;
  Diagnostics diagnostics;
  load_leakage_table("t.csv", std::string(leakage_table_header()) + "\n" + rows, tables, diagnostics);
  REQUIRE(diagnostics.text().empty());
  return tables;
}

inline std::string const mse_row = "m,d,relu3,clear,inversion,black_box,mse,peak_1,0.5,,,Someone 2020,PUBLISHED\n";

inline std::vector<PrivacyScore> score_of(std::vector<Exposure> const& exposures, std::string const& rows,
                                          Adversary const& adversary = cloud) {
  return score(adversary, exposures, tables_of(rows));
}

/// The only row, which must have no value.
inline PrivacyScore only_reason(std::vector<PrivacyScore> const& scores) {
  REQUIRE(scores.size() == 1);
  CHECK_FALSE(scores[0].value);
  CHECK(scores[0].attack.empty());
  CHECK(scores[0].citation.empty());
  CHECK(scores[0].scale.empty());
  return scores[0];
}

}  // namespace coinfer::scores
