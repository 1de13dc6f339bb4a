#include "platforms/platform_build.hpp"

#include "platforms/enclave_load.hpp"
#include "platforms/unit_converter.hpp"
#include "sim/base/distribution_load.hpp"

namespace coinfer {
namespace {

Processor::Kind kind_of(proto::Processor::Kind kind) {
  switch (kind) {
    case proto::Processor::GPU:
      return Processor::Kind::gpu;
    case proto::Processor::NPU:
      return Processor::Kind::npu;
    case proto::Processor::CPU:
    case proto::Processor::KIND_UNSET:
      break;
  }
  return Processor::Kind::cpu;
}

void build_rates(proto::Processor const& from, Where const& where, Processor& to, Diagnostics& diagnostics) {
  for (int i = 0; i < from.rates_size(); ++i) {
    auto const& rate = from.rates(i);
    auto const here = where.child("rates", i);
    auto& slot = to.rates[static_cast<std::size_t>(data_type_of(rate.type()))];
    if (slot)
      diagnostics.add(here.field("type"), "duplicate rate for " + proto::DataType_Name(rate.type()),
                      "a processor has one rate per data type");
    double const efficiency = rate.has_efficiency() ? rate.efficiency() : 1;
    slot = FlopPerSecond(UnitConverter(here, diagnostics)("gflop_per_s", rate.gflop_per_s(), 1e9 * efficiency));
  }
}

Processor build_processor(proto::Processor const& from, Where const& where, Diagnostics& diagnostics) {
  Processor to;
  UnitConverter convert(where, diagnostics);
  to.name = from.name();
  to.kind = kind_of(from.kind());
  build_rates(from, where, to, diagnostics);
  double const efficiency = from.has_memory_efficiency() ? from.memory_efficiency() : 1;
  to.memory = convert.operator()<BytesPerSecond>(from.has_memory_gb_per_s(), "memory_gb_per_s", from.memory_gb_per_s(),
                                                 1e9 * efficiency);
  to.launch = convert.operator()<Seconds>(from.has_launch_us(), "launch_us", from.launch_us(), 1e-6);
  if (from.has_slots()) to.slots = from.slots();
  if (from.discipline() == proto::Processor::PROCESSOR_SHARING) to.discipline = Discipline::processor_sharing;
  to.idle = convert.operator()<Watts>(from.has_idle_w(), "idle_w", from.idle_w(), 1);
  to.busy = convert.operator()<Watts>(from.has_busy_w(), "busy_w", from.busy_w(), 1);
  return to;
}

}  // namespace

Device build_device(proto::Device const& from, Where const& where, Diagnostics& diagnostics) {
  Device to;
  UnitConverter convert(where, diagnostics);
  to.name = from.name();
  to.catalog_name = from.use();
  to.description = from.description();
  if (from.has_count()) to.count = from.count();
  to.domain = from.domain();
  to.memory = convert.operator()<Bytes>(from.has_memory_gib(), "memory_gib", from.memory_gib(), bytes_per_gibibyte);
  for (int i = 0; i < from.processors_size(); ++i)
    to.processors.push_back(build_processor(from.processors(i), where.child("processors", i), diagnostics));
  to.price = convert.operator()<UsdPerSecond>(from.has_price_usd_per_hour(), "price_usd_per_hour",
                                              from.price_usd_per_hour(), 1.0 / 3600);
  to.aes_rate = convert.operator()<BytesPerSecond>(from.has_aes_gcm_gbit_per_s(), "aes_gcm_gbit_per_s",
                                                   from.aes_gcm_gbit_per_s(), bytes_per_gigabit);
  for (int i = 0; i < from.enclaves_size(); ++i)
    to.enclaves.push_back(build_enclave(from.enclaves(i), where.child("enclaves", i), to.processors, diagnostics));
  to.peer_rate = convert.operator()<BytesPerSecond>(from.has_peer_gb_per_s(), "peer_gb_per_s", from.peer_gb_per_s(), 1e9);
  to.peer_latency =
      convert.operator()<Seconds>(from.has_peer_latency_us(), "peer_latency_us", from.peer_latency_us(), 1e-6);
  to.sources = field_sources_of(from.sources());
  return to;
}

Link build_link(proto::Link const& from, Where const& where, Diagnostics& diagnostics) {
  Link to;
  UnitConverter convert(where, diagnostics);
  to.name = from.name();
  to.is_private = from.private_();
  to.up = BytesPerSecond(convert("up_mbit_per_s", from.up_mbit_per_s(), bytes_per_megabit));
  to.down = to.up;
  if (from.duplex() == proto::Link::HALF) to.duplex = Duplex::half;
  if (from.has_down_mbit_per_s()) {
    if (to.duplex == Duplex::half)
      diagnostics.add(where.field("down_mbit_per_s"), "down_mbit_per_s is given on a half-duplex link",
                      "its directions share up_mbit_per_s");
    to.down = BytesPerSecond(convert("down_mbit_per_s", from.down_mbit_per_s(), bytes_per_megabit));
  }
  to.latency = Seconds(convert("latency_ms", from.latency_ms(), 1e-3));
  if (from.has_jitter_ms()) {
    Diagnostics unsuited;
    check_distribution(from.jitter_ms(), where.child("jitter_ms"), unsuited);
    if (unsuited.ok()) to.jitter_ms = load_distribution(from.jitter_ms());
    for (auto& problem : unsuited.sorted()) diagnostics.add(std::move(problem));
  }
  if (from.sharing() == proto::Link::FIFO_ORDER) to.sharing = Sharing::fifo;
  to.domain = from.domain();
  to.up_energy = convert.operator()<JoulesPerByte>(from.has_up_j_per_mb(), "up_j_per_mb", from.up_j_per_mb(), 1e-6);
  to.down_energy = convert.operator()<JoulesPerByte>(from.has_down_j_per_mb(), "down_j_per_mb", from.down_j_per_mb(), 1e-6);
  to.up_price = convert.operator()<UsdPerByte>(from.has_up_usd_per_gb(), "up_usd_per_gb", from.up_usd_per_gb(), 1e-9);
  to.down_price =
      convert.operator()<UsdPerByte>(from.has_down_usd_per_gb(), "down_usd_per_gb", from.down_usd_per_gb(), 1e-9);
  to.sources = field_sources_of(from.sources());
  return to;
}

}  // namespace coinfer
