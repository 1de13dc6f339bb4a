// A temporary file without a name, for what does not stay in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace coinfer {

/// Lies in the folder that TMPDIR names, otherwise in /tmp, and is gone with the last process that has it open. Where it
/// cannot be created the first write says so: a run that never needs it does not fail. A child process shares its parent's.
class SpillFile {
 public:
  SpillFile();
  ~SpillFile();
  SpillFile(SpillFile const&) = delete;
  SpillFile& operator=(SpillFile const&) = delete;

  /// All of it, at an offset in bytes. Throws OutputError, which names the folder and says why.
  void write(void const* from, std::size_t size, std::uint64_t offset);
  /// What was written there. Throws OutputError where the disk does not give it back.
  void read(void* into, std::size_t size, std::uint64_t offset) const;

 private:
  [[noreturn]] void fail(int error) const;

  std::filesystem::path folder_;
  int descriptor_ = -1;
  int error_ = 0;  ///< why it could not be created
};

}  // namespace coinfer
