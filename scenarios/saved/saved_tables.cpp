#include "scenarios/saved/saved_tables.hpp"

#include <algorithm>
#include <charconv>

#include "scenarios/saved/saved_lines.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

/// One table, record by record, whose fields are asked for by name.
class Table {
 public:
  explicit Table(std::filesystem::path const& file) : text_(read_file(file)), lines_(file.string(), text_) {
    if (!lines_.next()) lines_.refuse(0, "the table has no header");
    for (std::string_view name : lines_.fields()) header_.emplace_back(name);
  }
  bool next() {
    if (!lines_.next()) return false;
    if (lines_.fields().size() == header_.size()) return true;
    lines_.refuse(0, "the row has " + std::to_string(lines_.fields().size()) + " fields",
                  "the header has " + std::to_string(header_.size()));
  }
  [[nodiscard]] std::string text(std::string_view name) const { return std::string(lines_.fields()[column(name)]); }
  [[nodiscard]] std::optional<double> optional(std::string_view name) const {
    return lines_.fields()[column(name)].empty() ? std::nullopt : std::optional(number(name));
  }
  [[nodiscard]] double number(std::string_view name) const {
    std::optional<double> const value = parse_number(lines_.fields()[column(name)]);
    if (!value) refuse(name, "no number");
    return *value;
  }
  [[nodiscard]] std::uint64_t count(std::string_view name) const {
    std::string_view const field = lines_.fields()[column(name)];
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size()) refuse(name, "no whole number");
    return value;
  }

 private:
  [[nodiscard]] std::size_t column(std::string_view name) const {
    auto const found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) lines_.refuse(0, "column '" + std::string(name) + "' is missing");
    return static_cast<std::size_t>(found - header_.begin());
  }
  [[noreturn]] void refuse(std::string_view name, std::string const& what) const {
    std::size_t const field = column(name);
    lines_.refuse(field, std::string(name) + ": '" + std::string(lines_.fields()[field]) + "' is " + what);
  }

  std::string text_;
  SavedLines lines_;
  std::vector<std::string> header_;
};

}  // namespace

std::vector<SavedResource> load_saved_resources(std::filesystem::path const& file) {
  std::vector<SavedResource> rows;
  for (Table table(file); table.next();) {
    SavedResource row;
    row.resource = table.text("resource");
    row.kind = table.text("kind");
    row.members = table.count("members");
    row.members_used = table.count("members_used");
    row.utilisation = table.number("utilisation");
    row.offered_utilisation = table.optional("offered_utilisation");
    row.mean_waiting = table.number("mean_waiting");
    row.max_waiting = table.count("max_waiting");
    row.served = table.count("served");
    row.busy_s = table.number("busy_s");
    row.bytes = table.optional("bytes");
    row.energy_j = table.optional("energy_j");
    row.cost_usd = table.optional("cost_usd");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<SavedServer> load_saved_servers(std::filesystem::path const& file) {
  std::vector<SavedServer> rows;
  for (Table table(file); table.next();) {
    SavedServer row;
    row.server = table.text("server");
    row.replicas = table.count("replicas");
    row.replicas_used = table.count("replicas_used");
    row.utilisation = table.number("utilisation");
    row.iterations = table.count("iterations");
    row.tokens = table.count("tokens");
    row.mean_batch = table.number("mean_batch");
    row.largest_batch = table.count("largest_batch");
    row.mean_waiting = table.number("mean_waiting");
    row.peak_kv_utilisation = table.number("peak_kv_utilisation");
    row.preemptions = table.count("preemptions");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<SavedInterval> load_saved_timeline(std::filesystem::path const& file) {
  std::vector<SavedInterval> rows;
  for (Table table(file); table.next();) {
    rows.push_back({table.text("resource"), table.text("kind"), table.number("from_s"), table.number("to_s"),
                    table.number("utilisation"), table.number("mean_waiting")});
  }
  return rows;
}

}  // namespace coinfer
