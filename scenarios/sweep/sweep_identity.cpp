#include "scenarios/sweep/sweep_identity.hpp"

#include <algorithm>
#include <charconv>

#include "scenarios/sweep/record_bytes.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

/// Changes with the layout of a journal.
constexpr std::string_view layout = "coinfer sweep journal 2";

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The path of the first line, of two lists "PATH HASH", that is not in both.
std::string first_other_file(std::string_view there, std::string_view here) {
  for (auto const& [lines, others] : {std::pair(here, there), std::pair(there, here)}) {
    for (std::size_t begin = 0; begin < lines.size();) {
      std::size_t const length = lines.find('\n', begin) + 1 - begin;
      std::string_view const line = lines.substr(begin, length);
      std::size_t const at = others.find(line);
      if (at == std::string_view::npos || (at > 0 && others[at - 1] != '\n'))
        return std::string(line.substr(0, line.rfind(' ')));
      begin += length;
    }
  }
  return {};
}

}  // namespace

std::string to_string(SweepShard shard) { return std::to_string(shard.number) + "/" + std::to_string(shard.of); }

std::optional<SweepShard> parse_shard(std::string_view text) {
  std::uint32_t constexpr most_shards = 1'000'000;
  std::size_t const slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto const number = whole_number(text.substr(0, slash));
  auto const of = whole_number(text.substr(slash + 1));
  if (!number || !of || *number < 1 || *number > *of || *of > most_shards) return std::nullopt;
  return SweepShard{*number, *of};
}

std::string SweepIdentity::bytes() const {
  RecordWriter out;
  out.text(layout).text(name).text(version).text(sweep).text(scenario).text(catalog).text(files);
  out.number(points).number(replications).texts(axes).texts(zips).number(static_cast<std::uint32_t>(idle_skips.size()));
  for (std::uint32_t const rule : idle_skips) out.number(rule);
  out.number(shard.number).number(shard.of);
  return out.bytes();
}

std::optional<SweepIdentity> SweepIdentity::from(std::string_view bytes) {
  RecordReader in(bytes);
  if (in.text() != layout) return std::nullopt;
  SweepIdentity identity;
  identity.name = in.text();
  identity.version = in.text();
  identity.sweep = in.text();
  identity.scenario = in.text();
  identity.catalog = in.text();
  identity.files = in.text();
  identity.points = in.number<std::uint64_t>();
  identity.replications = in.number<std::uint32_t>();
  identity.axes = in.texts();
  identity.zips = in.texts();
  auto const idle = in.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < idle && in.ok(); ++i) identity.idle_skips.push_back(in.number<std::uint32_t>());
  identity.shard.number = in.number<std::uint32_t>();
  identity.shard.of = in.number<std::uint32_t>();
  return in.ok() ? std::optional(identity) : std::nullopt;
}

std::string difference(SweepIdentity const& there, SweepIdentity const& here) {
  if (there.version != here.version) return "it is of version " + there.version + " of coinfer";
  if (there.sweep != here.sweep) return "its sweep file differs";
  if (there.scenario != here.scenario) return "its scenario differs";
  if (there.catalog != here.catalog) return "its --catalog differs";
  if (there.files != here.files) return "the file '" + first_other_file(there.files, here.files) + "' has changed";
  // The points follow from the above, unless the program changed.
  SweepIdentity same_shard = there;
  same_shard.shard = here.shard;
  return same_shard == here ? "" : "its points differ";
}

std::string fingerprint_of_catalog(std::optional<std::filesystem::path> const& extra) {
  if (!extra) return {};
  std::vector<std::filesystem::path> files;
  for (char const* const room : {"platforms", "workloads", "privacy"}) {
    std::error_code missing;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(*extra / room, missing)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::string text;
  for (std::filesystem::path const& file : files) {
    text += file.lexically_relative(*extra).string() + " " + std::to_string(hash_of(read_file(file))) + "\n";
  }
  return text;
}

}  // namespace coinfer
