#include <catch2/catch.hpp>

#include <limits>

#include "platforms/platforms.pb.h"
#include "sim/base/distribution_load.hpp"
#include "sim/base/field_rules.hpp"
#include "sim/base/source_load.hpp"
#include "sim/base/text_proto.hpp"
#include "workloads/workloads.pb.h"

using namespace coinfer;

namespace {

template <class Message>
std::string violations(std::string const& text) {
  Located<Message> located;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto("a.textproto", text, located, diagnostics));
  check_rules(located.message, located.where(), diagnostics);
  return diagnostics.text();
}

}  // namespace

TEST_CASE("a missing field is told at the place of its message") {
  CHECK(violations<proto::FieldSource>("") ==
        "a.textproto: field 'fields' is missing\n"
        "a.textproto: field 'citation' is missing\n"
        "a.textproto: field 'grade' is missing");
  CHECK(violations<proto::Arrivals>("\n poisson {}") == "a.textproto:2:2: field 'rate_per_s' is missing");
}

TEST_CASE("an empty name is no name") {
  CHECK(violations<proto::FieldSource>("fields: ''\ncitation: ''\ngrade: MEASURED") ==
        "a.textproto:1:1: field 'fields' is empty\na.textproto:2:1: field 'citation' is empty");
}

TEST_CASE("a value out of range is told with its bounds and their reason") {
  CHECK(violations<proto::Arrivals>("poisson { rate_per_s: -3 }") ==
        "a.textproto:1:11: rate_per_s is -3 (must be above 0)");
  CHECK(violations<proto::Arrivals>("poisson { rate_per_s: 0 }") == "a.textproto:1:11: rate_per_s is 0 (must be above 0)");
  CHECK(violations<proto::Arrivals>("replay { path: 'x' keep: 1.5 }") ==
        "a.textproto:1:20: keep is 1.5 (must be above 0 and at most 1)");
  CHECK(violations<proto::Arrivals>("closed_loop { users: 0 }") ==
        "a.textproto:1:15: users is 0 (must be at least 1 and at most 1e+07: each user is held in memory)");
  CHECK(violations<proto::Link>("name: 'x' up_mbit_per_s: 0 latency_ms: -0.5") ==
        "a.textproto:1:11: up_mbit_per_s is 0 (must be above 0: a link without bandwidth never delivers)\n"
        "a.textproto:1:28: latency_ms is -0.5 (must be at least 0)");
  CHECK(violations<proto::Model>("name: 'x' input_shape: [3, 0] parts { layer { name: 'y' op { add {} } } }") ==
        "a.textproto:1:28: input_shape is 0 (must be at least 1)");
}

TEST_CASE("bounds include what they say they include") {
  CHECK(violations<proto::Arrivals>("replay { path: 'x' keep: 1 }").empty());
  CHECK(violations<proto::Link>("name: 'x' up_mbit_per_s: 1e-300 latency_ms: 0").empty());
  CHECK(violations<proto::Arrivals>("closed_loop { users: 10000000 }").empty());
}

TEST_CASE("a message that must be of some kind says which there are") {
  CHECK(violations<proto::Arrivals>("") ==
        "a.textproto: none of 'poisson', 'fixed_rate', 'gamma', 'closed_loop', 'replay' is given");
  CHECK(violations<proto::ModelPart>("") == "a.textproto: none of 'layer', 'block' is given");
  CHECK_THAT(violations<proto::Layer>("name: 'x'\nop {}"), Catch::StartsWith("a.textproto:2:1: none of 'convolution', "));
}

TEST_CASE("what the text parser would refuse is refused in messages from elsewhere too") {
  proto::Arrivals arrivals;
  arrivals.mutable_poisson()->set_rate_per_s(std::numeric_limits<double>::quiet_NaN());
  proto::FieldSource source;
  source.add_fields("x");
  source.set_citation("y");
  source.set_grade(proto::GRADE_UNSET);
  Diagnostics diagnostics;
  check_rules(arrivals, Where(proto::Arrivals::descriptor(), nullptr, {"a", 0, 0}), diagnostics);
  check_rules(source, Where(proto::FieldSource::descriptor(), nullptr, {"a", 0, 0}), diagnostics);
  CHECK(diagnostics.text() == "a: rate_per_s is not a finite number\na: 'GRADE_UNSET' cannot be given");
}

TEST_CASE("a random quantity needs a kind and a uniform one bounds in order") {
  auto check = [](std::string const& text) {
    Located<proto::Distribution> located;
    Diagnostics diagnostics;
    REQUIRE(parse_text_proto("a", text, located, diagnostics));
    check_distribution(located.message, located.where(), diagnostics);
    check_rules(located.message, located.where(), diagnostics);
    return diagnostics.text();
  };
  CHECK(check("") == "a: none of 'constant', 'exponential', 'uniform', 'gamma', 'log_normal' is given");
  CHECK(check("uniform { low: 2 high: 1.5 }") == "a:1:18: high is 1.5 (must be at least low, which is 2)");
  CHECK(check("uniform { low: 2 high: 2 }").empty());
}

TEST_CASE("random quantities and grades are what the text says") {
  auto load = [](std::string const& text) {
    Located<proto::Distribution> located;
    Diagnostics diagnostics;
    REQUIRE(parse_text_proto("a", text, located, diagnostics));
    return load_distribution(located.message);
  };
  CHECK(std::get<Constant>(load("constant { value: 3 }")).value == 3);
  CHECK(std::get<Exponential>(load("exponential { mean: 3 }")).mean == 3);
  CHECK(std::get<Uniform>(load("uniform { low: 1 high: 2 }")).low == 1);
  CHECK(std::get<Uniform>(load("uniform { low: 1 high: 2 }")).high == 2);
  CHECK(std::get<Gamma>(load("gamma { mean: 3 cv: 2 }")).mean == 3);
  CHECK(std::get<Gamma>(load("gamma { mean: 3 cv: 2 }")).cv == 2);
  CHECK(std::get<LogNormal>(load("log_normal { median: 3 sigma: 2 }")).median == 3);
  CHECK(std::get<LogNormal>(load("log_normal { median: 3 sigma: 2 }")).sigma == 2);
  for (auto const& [grade, word] : {std::pair{proto::MEASURED, "MEASURED"}, std::pair{proto::PUBLISHED, "PUBLISHED"},
                                    std::pair{proto::SECONDARY, "SECONDARY"}, std::pair{proto::DERIVED, "DERIVED"},
                                    std::pair{proto::ASSUMED, "ASSUMED"}, std::pair{proto::GRADE_UNSET, "ASSUMED"}}) {
    CHECK(to_string(grade_of(grade)) == word);
  }
  CHECK(Grade::measured < Grade::assumed);
}
