// What makes a sweep the one it is: runs may only stand together in a table where all of this is the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

/// One part of a sweep, of `of`: the points whose index leaves the remainder `number` - 1. Neighbouring points take about
/// as long as each other, so that dealing them out gives everybody the same work.
struct SweepShard {
  std::uint32_t number = 1;  ///< from 1 to `of`
  std::uint32_t of = 1;
  [[nodiscard]] bool has(std::uint64_t point) const { return point % of == number - 1; }
  bool operator==(SweepShard const&) const = default;
};
/// "2/4".
std::string to_string(SweepShard shard);
/// Nothing unless the text is "I/N" with 1 <= I <= N <= 10^6.
std::optional<SweepShard> parse_shard(std::string_view text);

struct SweepIdentity {
  std::string name;      ///< of the sweep
  std::string version;   ///< of the program
  std::string sweep;     ///< effective text
  std::string scenario;  ///< text of its file
  std::string catalog;   ///< of the extra folder, see `fingerprint_of_catalog`
  std::string files;     ///< that the scenario reads, see `fingerprint_of_files`
  std::uint64_t points = 0;
  std::uint32_t replications = 1;
  std::vector<std::string> axes;          ///< names
  std::vector<std::string> zips;          ///< by axis: the word that it shares with those that advance with it, or empty
  std::vector<std::uint32_t> idle_skips;  ///< rules that leave out no point, by position
  SweepShard shard;

  [[nodiscard]] std::uint64_t runs() const { return points * replications; }
  /// A run by number: all replications of a point, then the next point.
  [[nodiscard]] std::uint64_t run(std::uint64_t point, std::uint32_t replication) const {
    return point * replications + replication;
  }
  [[nodiscard]] bool has(std::uint64_t run) const { return shard.has(run / replications); }
  bool operator==(SweepIdentity const&) const = default;

  [[nodiscard]] std::string bytes() const;
  /// Nothing where the bytes are not those of an identity.
  static std::optional<SweepIdentity> from(std::string_view bytes);
};

/// What sets two sweeps apart, for people: "its scenario differs"; empty where nothing but the shard does.
std::string difference(SweepIdentity const& there, SweepIdentity const& here);

/// Every file of the folder that may add to the catalogue, with a hash of what is in it; empty without a folder.
/// Throws InputError where one cannot be read.
std::string fingerprint_of_catalog(std::optional<std::filesystem::path> const& extra);

}  // namespace coinfer
