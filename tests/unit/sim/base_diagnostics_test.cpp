#include <catch2/catch.hpp>

#include "sim/base/diagnostics.hpp"
#include "sim/base/suggest.hpp"

using namespace coinfer;

TEST_CASE("a diagnostic prints place, problem, reason and suggestion, and nothing for what is absent") {
  CHECK(to_string(Diagnostic{{"a.textproto", 3, 5}, "unknown field 'devces'", "", "did you mean 'devices'"}) ==
        "a.textproto:3:5: unknown field 'devces' did you mean 'devices'?");
  CHECK(to_string(Diagnostic{{"x.textproto", 4, 18}, "rate_per_s is -3", "must be above 0", ""}) ==
        "x.textproto:4:18: rate_per_s is -3 (must be above 0)");
  CHECK(to_string(Diagnostic{{"a.textproto", 0, 0}, "field 'name' is missing", "", ""}) ==
        "a.textproto: field 'name' is missing");
  CHECK(to_string(Diagnostic{{}, "no file is given", "", ""}) == "no file is given");
}

TEST_CASE("problems are told by file as first met, then by line and column, each once") {
  Diagnostics diagnostics;
  CHECK(diagnostics.ok());
  diagnostics.add({"b", 9, 1}, "third");
  diagnostics.add({"a", 1, 1}, "fourth");
  diagnostics.add({"b", 2, 7}, "second");
  diagnostics.add({"b", 2, 3}, "first");
  diagnostics.add({"b", 2, 7}, "second too");
  diagnostics.add({"b", 2, 7}, "second");
  CHECK_FALSE(diagnostics.ok());
  CHECK(diagnostics.text() == "b:2:3: first\nb:2:7: second\nb:2:7: second too\nb:9:1: third\na:1:1: fourth");
}

TEST_CASE("a part of a longer name is understood where no name is near") {
  std::vector<std::string> const names = {"h100_sxm_80", "h100_pcie_80", "cloud operator"};
  CHECK(nearest("H100", names) == "h100_sxm_80");
  CHECK(nearest("cloud", names) == "cloud operator");
  CHECK(nearest("h1", names).empty());
}

TEST_CASE("the nearest word is suggested, without case, and only when it is near") {
  std::vector<std::string> const words = {"devices", "links", "count", "counts"};
  CHECK(nearest("devces", words) == "devices");
  CHECK(nearest("DEVICES", words) == "devices");
  CHECK(nearest("dveices", words) == "devices");  // a swap of neighbours is one step
  CHECK(nearest("count", words) == "count");
  CHECK(nearest("coun", words) == "count");
  CHECK(nearest("devce", words) == "devices");  // 2 of 7 letters
  CHECK(nearest("dxvxcxs", words).empty());     // 3 of 7 letters
  CHECK(nearest("", words).empty());
  CHECK(nearest(std::string(100000, 'x'), words).empty());
  CHECK(did_you_mean("lnks", words) == "did you mean 'links'");
  CHECK(did_you_mean("zebra", words).empty());
  SECTION("of words equally near, the one that begins alike is meant") {
    std::vector<std::string> const models = {"vgg16_224px", "vgg19_bn_64px"};
    CHECK(nearest("vgg19_64px", models) == "vgg19_bn_64px");
  }
  SECTION("a short word may be one letter off, and ties go to the first") {
    std::vector<std::string> const letters = {"ab", "cb"};
    CHECK(nearest("bb", letters) == "ab");
    CHECK(nearest("xy", letters).empty());
  }
}
