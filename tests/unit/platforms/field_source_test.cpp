#include "platforms/field_source.hpp"

#include <catch2/catch.hpp>

#include "platforms/platforms.pb.h"

using namespace coinfer;

namespace {

proto::Device sample() {
  proto::Device device;
  device.set_name("box");
  device.set_count(2);
  device.set_memory_gib(4);
  auto* cpu = device.add_processors();
  cpu->set_name("cpu");
  cpu->set_kind(proto::Processor::CPU);
  auto* rate = cpu->add_rates();
  rate->set_type(proto::FP32);
  rate->set_gflop_per_s(10);
  device.add_processors()->set_idle_w(1);  // has no name
  return device;
}

}  // namespace

TEST_CASE("A source path covers itself and everything below it, and nothing beside it") {
  CHECK(covers("memory_gib", "memory_gib"));
  CHECK(covers("processors", "processors[cpu].rates[0].efficiency"));
  CHECK(covers("processors[cpu]", "processors[cpu].rates[0].efficiency"));
  CHECK(covers("processors[cpu].rates[0]", "processors[cpu].rates[0].efficiency"));
  CHECK_FALSE(covers("processors[cpu].rates[0]", "processors[cpu].rates[1].efficiency"));
  CHECK_FALSE(covers("processors[cp", "processors[cpu].idle_w"));
  CHECK_FALSE(covers("memory", "memory_gib"));
  CHECK_FALSE(covers("processors[cpu].rates[0]", "processors[cpu].rates"));
  CHECK_FALSE(covers("", "memory_gib"));
}

TEST_CASE("The numbers of a message are listed by name where elements have one and by index elsewhere") {
  CHECK(number_paths(sample()) ==
        std::vector<std::string>{"count", "memory_gib", "processors[cpu].rates[0].gflop_per_s", "processors[1].idle_w"});
}

TEST_CASE("A number that no source covers is found") {
  auto device = sample();
  auto* source = device.add_sources();
  source->set_citation("datasheet");
  source->set_grade(proto::PUBLISHED);
  source->add_fields("count");
  source->add_fields("processors[cpu].rates");
  auto const sources = field_sources_of(device.sources());
  CHECK(uncovered_numbers(device, sources) == std::vector<std::string>{"memory_gib", "processors[1].idle_w"});
  REQUIRE(find_source(sources, "processors[cpu].rates[0].gflop_per_s") != nullptr);
  CHECK(find_source(sources, "processors[cpu].rates[0].gflop_per_s")->source.citation == "datasheet");
  CHECK(find_source(sources, "memory_gib") == nullptr);
}

TEST_CASE("Grades are read as written and an unset one counts as assumed") {
  google::protobuf::RepeatedPtrField<proto::FieldSource> list;
  for (auto const grade : {proto::MEASURED, proto::PUBLISHED, proto::SECONDARY, proto::DERIVED, proto::ASSUMED})
    list.Add()->set_grade(grade);
  list.Add()->set_note("how");
  auto const sources = field_sources_of(list);
  CHECK(sources[0].source.grade == Grade::measured);
  CHECK(sources[1].source.grade == Grade::published);
  CHECK(sources[2].source.grade == Grade::secondary);
  CHECK(sources[3].source.grade == Grade::derived);
  CHECK(sources[4].source.grade == Grade::assumed);
  CHECK(sources[5].source.grade == Grade::assumed);
  CHECK(sources[5].note == "how");
}
