#include <catch2/catch.hpp>

#include "sim/base/json_writer.hpp"

using namespace coinfer;

TEST_CASE("a document keeps the order of its keys and is indented by two spaces") {
  JsonWriter json;
  json.begin_object()
      .field("name", "run")
      .field("mean", 0.1)
      .field("count", 3)
      .field("big", std::uint64_t{18446744073709551615U});
  json.field("low", std::int64_t{-9}).field("small", 7U).field("ok", true).key("gone").value(std::optional<double>());
  json.field("there", std::optional<double>(1e20)).field("text", std::string("x")).key("none").null();
  json.key("list").begin_array().value(1).begin_object().end_object().begin_array().end_array().value(false).end_array();
  json.end_object();
  CHECK(json.text() ==
        "{\n"
        "  \"name\": \"run\",\n"
        "  \"mean\": 0.1,\n"
        "  \"count\": 3,\n"
        "  \"big\": 18446744073709551615,\n"
        "  \"low\": -9,\n"
        "  \"small\": 7,\n"
        "  \"ok\": true,\n"
        "  \"gone\": null,\n"
        "  \"there\": 1e+20,\n"
        "  \"text\": \"x\",\n"
        "  \"none\": null,\n"
        "  \"list\": [\n"
        "    1,\n"
        "    {},\n"
        "    [],\n"
        "    false\n"
        "  ]\n"
        "}\n");
}

TEST_CASE("what JSON cannot hold as it is, is escaped, and broken UTF-8 is replaced") {
  auto quoted = [](std::string_view text) {
    JsonWriter json;
    json.begin_array().value(text).end_array();
    return json.text().substr(4, json.text().size() - 7);
  };
  CHECK(quoted("a\"b\\c\n\t\x01\x1f/") == "\"a\\\"b\\\\c\\n\\t\\u0001\\u001f/\"");
  CHECK(quoted("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") == "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
  CHECK(quoted("\xff") == "\"\xef\xbf\xbd\"");
  CHECK(quoted("\xc3") == "\"\xef\xbf\xbd\"");
  CHECK(quoted("\xe0\x80x") == "\"\xef\xbf\xbd\xef\xbf\xbdx\"");                // an overlong form
  CHECK(quoted("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");  // half of a surrogate pair
}
