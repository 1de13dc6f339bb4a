#include "platforms/data_type.hpp"

#include <cassert>

namespace coinfer {

Bytes size_of(DataType type) {
  switch (type) {
    case DataType::fp32:
      return Bytes(4);
    case DataType::fp16:
    case DataType::bf16:
      return Bytes(2);
    case DataType::fp8:
    case DataType::int8:
    case DataType::uint8:
      return Bytes(1);
    case DataType::int4:
      return Bytes(0.5);
  }
  assert(false && "unknown data type");
  return Bytes(0);
}

std::string_view to_string(DataType type) {
  switch (type) {
    case DataType::fp32:
      return "fp32";
    case DataType::fp16:
      return "fp16";
    case DataType::bf16:
      return "bf16";
    case DataType::fp8:
      return "fp8";
    case DataType::int8:
      return "int8";
    case DataType::uint8:
      return "uint8";
    case DataType::int4:
      return "int4";
  }
  assert(false && "unknown data type");
  return {};
}

DataType data_type_of(proto::DataType type) {
  switch (type) {
    case proto::FP32:
      return DataType::fp32;
    case proto::FP16:
      return DataType::fp16;
    case proto::BF16:
      return DataType::bf16;
    case proto::FP8:
      return DataType::fp8;
    case proto::INT8:
      return DataType::int8;
    case proto::UINT8:
      return DataType::uint8;
    case proto::INT4:
      return DataType::int4;
    case proto::DATA_TYPE_UNSET:
      break;
  }
  assert(false && "a data type must be given");
  return DataType::fp32;
}

}  // namespace coinfer
