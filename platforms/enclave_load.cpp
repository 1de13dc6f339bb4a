#include "platforms/enclave_load.hpp"

#include <algorithm>

#include "platforms/catalog_use.hpp"
#include "platforms/unit_converter.hpp"

namespace coinfer {
namespace {

char const* to_string(Processor::Kind kind) {
  switch (kind) {
    case Processor::Kind::cpu:
      return "a CPU";
    case Processor::Kind::gpu:
      return "a GPU";
    case Processor::Kind::npu:
      return "an NPU";
  }
  return "";
}

std::optional<Processor::Kind> kind_of(proto::Enclave const& enclave) {
  switch (enclave.kind()) {
    case proto::Processor::CPU:
      return Processor::Kind::cpu;
    case proto::Processor::GPU:
      return Processor::Kind::gpu;
    case proto::Processor::NPU:
      return Processor::Kind::npu;
    case proto::Processor::KIND_UNSET:
      break;
  }
  return std::nullopt;
}

/// The processor whose mode the enclave is, by index; 0 after a problem.
std::uint32_t processor_of(proto::Enclave const& enclave, Where const& where, std::vector<Processor> const& processors,
                           Diagnostics& diagnostics) {
  auto const kind = kind_of(enclave);
  std::string const mode = kind ? std::string("it is a mode of ") + to_string(*kind) : "";
  std::vector<std::string> known;
  for (std::uint32_t i = 0; i < processors.size(); ++i) {
    bool const suits = !kind || processors[i].kind == *kind;
    if (!enclave.has_on() && suits) return i;
    known.push_back(processors[i].name);
    if (!enclave.has_on() || processors[i].name != enclave.on()) continue;
    if (!suits)
      diagnostics.add(where.field("on"), "processor '" + enclave.on() + "' cannot have enclave '" + enclave.name() + "'",
                      mode + ", '" + enclave.on() + "' is " + to_string(processors[i].kind));
    return i;
  }
  if (enclave.has_on())
    diagnostics.add(where.field("on"), "no processor '" + enclave.on() + "' for enclave '" + enclave.name() + "'", "",
                    did_you_mean(enclave.on(), known));
  else
    diagnostics.add(where.here(), "no processor of the device can have enclave '" + enclave.name() + "'", mode);
  return 0;
}

EnclaveBridge build_bridge(proto::Enclave::Bridge const& from, Where const& where, Diagnostics& diagnostics) {
  UnitConverter convert(where, diagnostics);
  EnclaveBridge to;
  to.rate = convert.operator()<BytesPerSecond>(from.has_gb_per_s(), "gb_per_s", from.gb_per_s(), 1e9);
  to.toll = convert.operator()<Seconds>(from.has_toll_us(), "toll_us", from.toll_us(), 1e-6);
  to.toll_per_sequence = Seconds(convert("toll_per_sequence_us", from.toll_per_sequence_us(), 1e-6));
  to.toll_per_prompt = Seconds(convert("toll_per_prompt_us", from.toll_per_prompt_us(), 1e-6));
  return to;
}

EnclaveAttestation build_attestation(proto::Enclave::Attestation const& from, Where const& where,
                                     Diagnostics& diagnostics) {
  UnitConverter convert(where, diagnostics);
  EnclaveAttestation to;
  to.quote = convert.operator()<Seconds>(from.has_quote_ms(), "quote_ms", from.quote_ms(), 1e-3);
  if (from.has_quotes_at_once()) to.quotes_at_once = from.quotes_at_once();
  to.verify = convert.operator()<Seconds>(from.has_verify_ms(), "verify_ms", from.verify_ms(), 1e-3);
  return to;
}

}  // namespace

void resolve_enclaves(Located<proto::Device>& device, Where const& where, PlatformCatalog const& catalog,
                      Diagnostics& diagnostics) {
  int const field = proto::Device::kEnclavesFieldNumber;
  std::vector<proto::FieldSource> sources;
  for (int i = 0; i < device.message.enclaves_size(); ++i) {
    auto& enclave = *device.message.mutable_enclaves(i);
    auto const here = where.child("enclaves", i);
    auto const* entry = enclave.has_use() ? catalog.find_enclave(enclave.use()) : nullptr;
    auto effective = resolve_use(enclave, here, entry, catalog.enclave_names(), "enclave", diagnostics);
    std::string const prefix = "enclaves[" + effective.message.name() + "].";
    for (auto source : effective.message.sources()) {
      for (auto& path : *source.mutable_fields()) path.insert(0, prefix);
      sources.push_back(std::move(source));
    }
    effective.message.clear_sources();
    enclave = std::move(effective.message);
    device.tree.children[{field, i}] = std::move(effective.tree);
  }
  for (auto& source : sources) *device.message.add_sources() = std::move(source);
}

Enclave build_enclave(proto::Enclave const& from, Where const& where, std::vector<Processor> const& processors,
                      Diagnostics& diagnostics) {
  Enclave to;
  UnitConverter convert(where, diagnostics);
  to.name = from.name();
  to.catalog_name = from.use();
  to.description = from.description();
  to.processor = processor_of(from, where, processors, diagnostics);
  to.protected_memory = convert.operator()<Bytes>(from.has_protected_memory_mib(), "protected_memory_mib",
                                                  from.protected_memory_mib(), bytes_per_mebibyte);
  to.entry = convert.operator()<Seconds>(from.has_entry_us(), "entry_us", from.entry_us(), 1e-6);
  if (from.has_compute_slowdown()) to.compute_slowdown = from.compute_slowdown();
  if (from.has_memory_slowdown()) to.memory_slowdown = from.memory_slowdown();
  if (from.has_paging()) {
    auto const here = where.child("paging");
    UnitConverter inside(here, diagnostics);
    to.paging = EnclavePaging{Seconds(inside("jump_ms", from.paging().jump_ms(), 1e-3)),
                              BytesPerSecond(inside("gb_per_s", from.paging().gb_per_s(), 1e9))};
  }
  to.im2col = from.im2col();
  to.keeps_activations = from.keeps_activations();
  if (from.has_bridge()) to.bridge = build_bridge(from.bridge(), where.child("bridge"), diagnostics);
  to.initialisation =
      convert.operator()<Seconds>(from.has_initialisation_ms(), "initialisation_ms", from.initialisation_ms(), 1e-3);
  if (from.has_attestation())
    to.attestation = build_attestation(from.attestation(), where.child("attestation"), diagnostics);
  if (from.has_concurrency()) to.concurrency = from.concurrency();
  to.aes_rate = convert.operator()<BytesPerSecond>(from.has_aes_gcm_gbit_per_s(), "aes_gcm_gbit_per_s",
                                                   from.aes_gcm_gbit_per_s(), bytes_per_gigabit);
  return to;
}

}  // namespace coinfer
