#include "scenarios/resource_use.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "platforms/energy.hpp"
#include "platforms/price.hpp"

namespace coinfer {

namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Adds parts up until one of them is missing, and then remembers which.
class Sum {
 public:
  explicit Sum(std::string missing) : missing_(std::move(missing)) {}
  void add(std::optional<double> part, std::string const& what) {
    if (part) {
      sum_ += *part;
    } else {
      absent_ += (absent_.empty() ? "" : ", ") + what;
    }
  }
  [[nodiscard]] Total total() const {
    if (absent_.empty()) return {sum_, ""};
    return {std::nullopt, missing_ + absent_};
  }

 private:
  std::string missing_;
  std::string absent_;
  double sum_ = 0;
};

/// The time that the arrivals stand for: n of them span n - 1 gaps. Fewer than two stand for the time until the last.
double time_of_arrivals_s(RunRecord const& record) {
  double const n = static_cast<double>(record.requests.size());
  if (n < 2) return record.last_arrival_s;
  return (record.last_arrival_s - record.requests.front().arrival_s) * n / (n - 1);
}

ResourceResult processor_result(Device const& device, Processor const& processor, ResourceRecord const& record,
                                double end_s, double arrivals_s) {
  double const members = device.count;
  double const slots = members * processor.slots;
  ResourceResult result;
  result.resource = device.name + "." + processor.name;
  result.kind = "processor";
  result.members = device.count;
  result.members_used = record.members_used;
  // A processor-sharing station can hold more jobs than slots; its busy share counts full speed once.
  bool const sharing = processor.discipline == Discipline::processor_sharing;
  result.utilisation = share(sharing ? record.busy_s : record.service_s, (sharing ? members : slots) * end_s);
  result.offered_utilisation = share(record.offered, slots * arrivals_s);
  result.mean_waiting = share(record.waiting_s, end_s);
  result.max_waiting = record.max_waiting;
  result.served = record.served;
  // Rounding in the sum over members may pass the whole by an ulp where none of them ever rests.
  result.busy_s = std::min(record.busy_s, members * end_s);
  // All members draw power from 0 to the end, whether a request ever came their way or not.
  if (auto const energy = processor_energy(processor, Seconds(result.busy_s), Seconds(members * end_s))) {
    result.energy_j = energy->value();
  }
  return result;
}

/// The units of an enclave that served anything: its own slots, its bridge, what signs its quotes. They draw no power of
/// their own beside their processor.
void add_enclave(std::vector<ResourceResult>& results, Device const& device, Enclave const& enclave,
                 std::span<ResourceRecord const> units, double end_s, double arrivals_s) {
  std::array<std::string_view, enclave_unit_count> constexpr names = {"", " bridge", " quoting"};
  for (std::size_t unit = 0; unit < names.size(); ++unit) {
    ResourceRecord const& record = units[unit];
    if (record.members_used == 0) continue;
    ResourceResult result;
    result.resource = device.name + "." + enclave.name + std::string(names[unit]);
    result.kind = "enclave";
    result.members = device.count;
    result.members_used = record.members_used;
    double slots = 1;
    if (unit == 0) slots = enclave.concurrency.value_or(device.processors[enclave.processor].slots);
    bool const quotes = unit == 2 && enclave.attestation;
    // As many quotes as are asked for: it is busy while there is one, and never asked for more than it can do.
    bool const unbounded = quotes && !enclave.attestation->quotes_at_once;
    if (quotes) slots = enclave.attestation->quotes_at_once.value_or(1);
    result.utilisation = share(unbounded ? record.busy_s : record.service_s, device.count * slots * end_s);
    result.offered_utilisation = unbounded ? 0 : share(record.offered, device.count * slots * arrivals_s);
    result.mean_waiting = share(record.waiting_s, end_s);
    result.max_waiting = record.max_waiting;
    result.served = record.served;
    result.busy_s = record.busy_s;
    results.push_back(std::move(result));
  }
}

/// What both directions of a half-duplex link took. Absent where nothing is known about it, and, unless what is not known
/// is `free`, where it is not known for a direction that carried something.
template <class Quantity>
std::optional<double> both_ways(std::optional<Quantity> up, std::optional<Quantity> down, ResourceRecord const& record,
                                bool free) {
  bool const missing = (!up && record.bytes > record.bytes_down) || (!down && record.bytes_down > 0);
  if ((!up && !down) || (missing && !free)) return std::nullopt;
  return (up ? up->value() : 0) + (down ? down->value() : 0);
}

/// One direction of a link; `both` says that it stands for both.
ResourceResult pipe_result(Platform const& platform, LinkId id, Direction direction, bool both,
                           ResourceRecord const& record, double end_s, double arrivals_s) {
  Link const& link = platform.link(id);
  std::optional<DeviceId> const fleet = platform.fleet_of(id);
  ResourceResult result;
  result.resource = link.name + (both ? "" : direction == Direction::up ? " up" : " down");
  result.kind = "link";
  result.members = fleet ? platform.device(*fleet).count : 1;
  result.members_used = record.members_used;
  double const capacity = link.bandwidth(direction).value() * static_cast<double>(result.members);
  result.utilisation = share(record.bytes, capacity * end_s);
  result.offered_utilisation = share(record.offered, capacity * arrivals_s);
  result.mean_waiting = share(record.waiting_s, end_s);
  result.max_waiting = record.max_waiting;
  result.served = record.served;
  result.busy_s = record.busy_s;
  result.bytes = record.bytes;
  if (both) {
    Bytes const up(record.bytes - record.bytes_down);
    Bytes const down(record.bytes_down);
    result.energy_j =
        both_ways(transfer_energy(link, Direction::up, up), transfer_energy(link, Direction::down, down), record, false);
    result.cost_usd =
        both_ways(transfer_price(link, Direction::up, up), transfer_price(link, Direction::down, down), record, true);
    return result;
  }
  if (auto const energy = transfer_energy(link, direction, Bytes(record.bytes))) result.energy_j = energy->value();
  if (auto const cost = transfer_price(link, direction, Bytes(record.bytes))) result.cost_usd = cost->value();
  return result;
}

}  // namespace

ResourceUse resource_use(Platform const& platform, RunRecord const& record) {
  ResourceUse use;
  Sum energy("not measured: ");
  double cost = 0;
  bool priced = false;
  std::size_t index = 0;
  std::size_t enclaves = 0;
  double const arrivals_s = time_of_arrivals_s(record);
  for (Device const& device : platform.devices()) {
    for (Processor const& processor : device.processors) {
      ResourceResult result = processor_result(device, processor, record.processors[index++], record.end_s, arrivals_s);
      energy.add(result.energy_j, "power of " + result.resource);
      use.resources.push_back(std::move(result));
    }
    for (Enclave const& enclave : device.enclaves) {
      auto const units = std::span(record.enclaves).subspan(enclaves, enclave_unit_count);
      enclaves += enclave_unit_count;
      add_enclave(use.resources, device, enclave, units, record.end_s, arrivals_s);
    }
    if (auto const rent = device_price(device, Seconds(record.end_s * device.count))) {
      cost += rent->value();
      priced = true;
    }
  }
  for (std::uint32_t l = 0; l < platform.links().size(); ++l) {
    bool const both = platform.links()[l].duplex == Duplex::half;
    for (Direction const direction : {Direction::up, Direction::down}) {
      if (both && direction == Direction::down) continue;
      ResourceRecord const& pipe = record.pipes[2 * l + (direction == Direction::down ? 1 : 0)];
      ResourceResult result = pipe_result(platform, LinkId(l), direction, both, pipe, record.end_s, arrivals_s);
      (direction == Direction::up ? use.bytes_up : use.bytes_down) += pipe.bytes - pipe.bytes_down;
      use.bytes_down += pipe.bytes_down;
      if (pipe.bytes > 0) energy.add(result.energy_j, "energy per byte of " + result.resource);
      if (result.cost_usd) {
        cost += *result.cost_usd;
        priced = true;
      }
      use.resources.push_back(std::move(result));
    }
  }
  use.energy_j = energy.total();
  use.cost_usd = priced ? Total{cost, ""} : Total{std::nullopt, "nothing in this scenario has a price"};
  return use;
}

}  // namespace coinfer
