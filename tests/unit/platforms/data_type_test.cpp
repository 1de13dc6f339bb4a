#include "platforms/data_type.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

TEST_CASE("Each data type has its schema value, its name and its size") {
  struct Row {
    proto::DataType schema;
    DataType type;
    char const* name;
    double bytes;
  };
  Row const rows[] = {{proto::FP32, DataType::fp32, "fp32", 4},  {proto::FP16, DataType::fp16, "fp16", 2},
                      {proto::BF16, DataType::bf16, "bf16", 2},  {proto::FP8, DataType::fp8, "fp8", 1},
                      {proto::INT8, DataType::int8, "int8", 1},  {proto::UINT8, DataType::uint8, "uint8", 1},
                      {proto::INT4, DataType::int4, "int4", 0.5}};
  REQUIRE(std::size(rows) == data_types.size());
  // A data type added to the schema must be added here.
  REQUIRE(proto::DataType_descriptor()->value_count() == static_cast<int>(std::size(rows)) + 1);
  for (auto const& row : rows) {
    CHECK(data_type_of(row.schema) == row.type);
    CHECK(to_string(row.type) == row.name);
    CHECK(size_of(row.type) == Bytes(row.bytes));
    CHECK(data_types[static_cast<std::size_t>(row.type)] == row.type);
  }
}
