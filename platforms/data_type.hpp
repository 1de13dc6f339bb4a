// The number formats a processor computes in, a link carries and a tensor is stored in.
#pragma once

#include <array>
#include <string_view>

#include "platforms/platforms.pb.h"
#include "sim/base/units.hpp"

namespace coinfer {

enum class DataType { fp32, fp16, bf16, fp8, int8, uint8, int4 };

/// Every data type, in the order of the enumeration.
inline constexpr std::array<DataType, 7> data_types = {DataType::fp32, DataType::fp16,  DataType::bf16, DataType::fp8,
                                                       DataType::int8, DataType::uint8, DataType::int4};

/// Size of one element: 4, 2, 1 or (int4) half a byte.
Bytes size_of(DataType type);

/// "fp32", "fp16", ...
std::string_view to_string(DataType type);

/// The schema's value as ours. `type` must not be UNSET (asserted): the field rules refuse it before.
DataType data_type_of(proto::DataType type);

}  // namespace coinfer
