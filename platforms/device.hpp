// A machine, or a fleet of identical ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platforms/enclave.hpp"
#include "platforms/field_source.hpp"
#include "platforms/processor.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

namespace coinfer {

struct Device {
  std::string name;
  std::string catalog_name;                 ///< the entry it started from, which cost traces name; empty if there is none
  std::string description;                  ///< for people; may be empty
  std::uint32_t count = 1;                  ///< identical machines, >= 1; a member costs nothing until it is used
  std::string domain;                       ///< the trust domain that controls the machine and sees what it computes on
  std::optional<Bytes> memory;              ///< absent: unknown, fitting is not checked
  std::vector<Processor> processors;        ///< at least one
  std::optional<UsdPerSecond> price;        ///< of one machine; absent: it has no price
  std::optional<BytesPerSecond> aes_rate;   ///< AES-256-GCM rate of one core; absent: not measured
  std::vector<Enclave> enclaves;            ///< protected modes of its processors
  std::optional<BytesPerSecond> peer_rate;  ///< between members, per member and direction; absent: unknown
  std::optional<Seconds> peer_latency;      ///< between members, one way; absent: unknown, counts as none
  std::vector<FieldSource> sources;         ///< a number that none of them covers is ASSUMED

  /// The processor of that name, or null.
  [[nodiscard]] Processor const* find_processor(std::string_view processor_name) const {
    for (auto const& processor : processors)
      if (processor.name == processor_name) return &processor;
    return nullptr;
  }
  /// The enclave of that name, or null.
  [[nodiscard]] Enclave const* find_enclave(std::string_view enclave_name) const {
    for (auto const& enclave : enclaves)
      if (enclave.name == enclave_name) return &enclave;
    return nullptr;
  }
};

using DeviceId = Id<Device>;

}  // namespace coinfer
