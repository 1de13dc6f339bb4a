// What a sweep has finished, on disk: a folder of append-only files, one for each process that writes, with one checksummed
// record a run. A process that is killed at any instant leaves whole records and at most one torn one at the end of its
// file, which nobody reads and the next writer cuts off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/sweep/point_row.hpp"
#include "scenarios/sweep/sweep_identity.hpp"

namespace coinfer {

/// The bytes of a file that may be larger than what one wants to hold.
class MappedFile {
 public:
  /// Throws InputError when it cannot be read.
  explicit MappedFile(std::filesystem::path const& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(MappedFile const&) = delete;
  MappedFile& operator=(MappedFile const&) = delete;
  [[nodiscard]] std::string_view bytes() const { return {begin_, size_}; }

 private:
  char const* begin_ = nullptr;
  std::size_t size_ = 0;
};

/// Appends rows to one file of a journal.
class JournalWriter {
 public:
  /// File `number` of the journal in `folder`; what a killed process left torn at its end is cut off. Throws OutputError.
  JournalWriter(std::filesystem::path const& folder, std::uint32_t number);
  ~JournalWriter();
  JournalWriter(JournalWriter const&) = delete;
  JournalWriter& operator=(JournalWriter const&) = delete;

  /// The row is in the file when it returns, and survives this process. Throws OutputError.
  void append(PointRow const& row);

 private:
  void write(std::string_view payload);

  std::filesystem::path path_;
  int file_ = -1;
  std::uint32_t next_shape_ = 0;
  /// What runs share, of what this process wrote: their columns, and the bounds they are held against.
  struct Shape {
    std::vector<PointColumn> columns;
    std::vector<Expectation> expectations;
    std::uint32_t number = 0;
  };
  std::vector<Shape> shapes_;
};

/// Every finished run of a journal, as it is now.
class SweepJournal {
 public:
  /// Throws InputError where `folder` has none.
  explicit SweepJournal(std::filesystem::path const& folder);

  [[nodiscard]] SweepIdentity const& identity() const { return identity_; }
  [[nodiscard]] bool has(std::uint64_t run) const { return places_[run].length > 0; }
  /// Whether the run ended with its process, see PointRow::crashed.
  [[nodiscard]] bool crashed(std::uint64_t run) const { return places_[run].crashed; }
  /// A run that it has (asserted).
  [[nodiscard]] PointRow row(std::uint64_t run) const;
  [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;  ///< 0: the run is not there
    std::uint16_t file = 0;
    bool crashed = false;
  };
  struct File {
    MappedFile mapped;
    std::vector<std::pair<std::vector<PointColumn>, std::vector<Expectation>>> shapes;
  };
  void read(std::filesystem::path const& path);

  std::filesystem::path folder_;
  SweepIdentity identity_;
  std::vector<File> files_;
  std::vector<Place> places_;  ///< by run
};

/// The most runs of a sweep: a journal keeps 16 bytes a run in memory.
inline constexpr std::uint64_t most_sweep_runs = 100'000'000;

/// Starts a journal in a folder that exists. Throws OutputError.
void start_journal(std::filesystem::path const& folder, SweepIdentity const& identity);

/// Whose journal the folder holds; nothing where it holds none.
std::optional<SweepIdentity> journal_identity(std::filesystem::path const& folder);

}  // namespace coinfer
