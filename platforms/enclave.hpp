// A protected mode of one processor of a device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/units.hpp"

namespace coinfer {

/// What a working set beyond the protected memory costs; workloads/enclave_cost.hpp has the equation.
struct EnclavePaging {
  Seconds jump;         ///< paid once, when the working set first outgrows the protected memory, >= 0
  BytesPerSecond rate;  ///< at which bytes are brought in from then on, > 0
};

/// The one serial way by which bytes cross between host and protected memory. The copies of one iteration
/// that yields n tokens, p of them the first of their sequence, and moves b bytes take
/// toll + n * toll_per_sequence + p * toll_per_prompt + b / rate, one transfer at a time.
struct EnclaveBridge {
  std::optional<BytesPerSecond> rate;  ///< absent: unknown, bytes cross at no cost
  std::optional<Seconds> toll;         ///< per iteration or forward pass; absent: unknown, counts as none
  Seconds toll_per_sequence;           ///< >= 0
  Seconds toll_per_prompt;             ///< >= 0
};

/// How the enclave proves to others what runs inside. Absent times are unknown and count as none.
struct EnclaveAttestation {
  std::optional<Seconds> quote;
  std::optional<std::uint32_t> quotes_at_once;  ///< of the machine; absent: as many as are asked for
  std::optional<Seconds> verify;                ///< by the other side, collateral at hand
};

struct Enclave {
  std::string name;                               ///< unique among the processors and enclaves of its device
  std::string catalog_name;                       ///< the entry it started from; empty if there is none
  std::string description;                        ///< for people; may be empty
  std::uint32_t processor = 0;                    ///< whose mode it is, by index in `Device::processors`
  std::optional<Bytes> protected_memory;          ///< absent: all memory of the device is protected
  std::optional<Seconds> entry;                   ///< one crossing, in or out; absent: unknown, counts as none
  std::optional<double> compute_slowdown;         ///< factor >= 1; absent: unknown, counts as 1
  std::optional<double> memory_slowdown;          ///< factor >= 1; absent: unknown, counts as 1
  std::optional<EnclavePaging> paging;            ///< absent: unknown, a working set that does not fit has no price
  bool im2col = false;                            ///< convolutions unfold their input first
  bool keeps_activations = false;                 ///< every layer's output stays until the end
  std::optional<EnclaveBridge> bridge;            ///< absent: nothing is copied
  std::optional<Seconds> initialisation;          ///< once, before the first use; absent: unknown, counts as none
  std::optional<EnclaveAttestation> attestation;  ///< absent: nothing is known about it
  std::optional<std::uint32_t> concurrency;       ///< jobs inside at the same time; absent: the slots of the processor
  std::optional<BytesPerSecond> aes_rate;         ///< AES-256-GCM of one core inside; absent: that of the device
};

}  // namespace coinfer
