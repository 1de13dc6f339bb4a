#include "scenarios/sweep/sweep_journal.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "scenarios/sweep/expectation_record.hpp"
#include "scenarios/sweep/record_bytes.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

enum class Kind : std::uint8_t { identity = 1, columns = 2, row = 3 };

/// Before each payload: its length, 4 bytes, and its hash, 8 bytes.
std::size_t constexpr frame_bytes = 12;

[[noreturn]] void cannot_write(fs::path const& path) {
  throw OutputError(path.string() + ": cannot be written (" + system_reason(errno) + ")");
}

std::string framed(std::string_view payload) {
  RecordWriter frame;
  frame.number(static_cast<std::uint32_t>(payload.size())).number(hash_of(payload));
  return frame.bytes() + std::string(payload);
}

/// The payload that begins `bytes`, or nothing where it is torn.
std::optional<std::string_view> first_payload(std::string_view bytes) {
  if (bytes.size() < frame_bytes) return std::nullopt;
  RecordReader frame(bytes.substr(0, frame_bytes));
  auto const length = frame.number<std::uint32_t>();
  auto const hash = frame.number<std::uint64_t>();
  if (length == 0 || bytes.size() - frame_bytes < length) return std::nullopt;
  std::string_view const payload = bytes.substr(frame_bytes, length);
  return hash_of(payload) == hash ? std::optional(payload) : std::nullopt;
}

/// Hands every whole payload with its offset to `take`; returns how many bytes they fill.
template <class Take>
std::size_t for_each_payload(std::string_view bytes, Take const& take) {
  std::size_t offset = 0;
  while (std::optional<std::string_view> const payload = first_payload(bytes.substr(offset))) {
    take(*payload, offset + frame_bytes);
    offset += frame_bytes + payload->size();
  }
  return offset;
}

Kind kind_of(std::string_view payload) { return static_cast<Kind>(payload.front()); }

fs::path identity_file(fs::path const& folder) { return folder / "journal" / "identity"; }

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string payload_of(PointRow const& row, std::uint32_t shape) {
  RecordWriter out;
  out.number(static_cast<std::uint8_t>(Kind::row)).number(row.point).number(row.replication);
  out.number(static_cast<std::uint8_t>(row.crashed)).number(static_cast<std::uint8_t>(row.status)).number(row.seed);
  out.text(row.reason).texts(row.levels).number(shape).texts(row.values);
  out.text(packed_figures(row.expectations));
  return out.bytes();
}

std::string payload_of(std::vector<PointColumn> const& columns, std::string const& expectations) {
  RecordWriter out;
  out.number(static_cast<std::uint8_t>(Kind::columns)).number(static_cast<std::uint32_t>(columns.size()));
  for (PointColumn const& column : columns) out.text(column.name).text(column.stands_in);
  out.text(expectations);
  return out.bytes();
}

std::pair<std::vector<PointColumn>, std::vector<Expectation>> shape_of(std::string_view payload) {
  RecordReader in(payload.substr(1));
  std::vector<PointColumn> columns(in.number<std::uint32_t>());
  for (PointColumn& column : columns) {
    column.name = in.text();
    column.stands_in = in.text();
  }
  return {std::move(columns), unpacked_expectations(in.text())};
}

}  // namespace

MappedFile::MappedFile(fs::path const& path) {
  auto const fail = [&] { throw InputError(path.string() + ": cannot be read (" + system_reason(errno) + ")"); };
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail();
  struct stat status {};
  bool ok = ::fstat(file, &status) == 0;
  size_ = ok ? static_cast<std::size_t>(status.st_size) : 0;
  if (size_ > 0) {
    void* const mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    ok = mapped != MAP_FAILED;  // NOLINT(performance-no-int-to-ptr)
    if (ok) begin_ = static_cast<char const*>(mapped);
  }
  int const error = errno;
  ::close(file);
  errno = error;
  if (!ok) fail();
}

MappedFile::~MappedFile() {
  if (begin_ != nullptr) ::munmap(const_cast<char*>(begin_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : begin_(std::exchange(other.begin_, nullptr)), size_(std::exchange(other.size_, 0)) {}

JournalWriter::JournalWriter(fs::path const& folder, std::uint32_t number)
    : path_(folder / "journal" / (std::to_string(number) + ".rows")) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) cannot_write(path_);
  std::size_t whole = 0;
  {
    MappedFile const before(path_);
    whole = for_each_payload(before.bytes(), [&](std::string_view payload, std::size_t) {
      if (kind_of(payload) == Kind::columns) ++next_shape_;
    });
  }
  if (::ftruncate(file_, static_cast<off_t>(whole)) != 0 || ::lseek(file_, 0, SEEK_END) < 0) cannot_write(path_);
}

JournalWriter::~JournalWriter() {
  if (file_ >= 0) ::close(file_);
}

void JournalWriter::write(std::string_view payload) {
  if (!write_all(file_, framed(payload))) cannot_write(path_);
}

void JournalWriter::append(PointRow const& row) {
  auto known = std::find_if(shapes_.begin(), shapes_.end(), [&](Shape const& shape) {
    return shape.columns == row.columns && are_bounds_of(shape.expectations, row.expectations);
  });
  if (known == shapes_.end()) {
    std::string const bounds = packed_expectations(row.expectations);
    write(payload_of(row.columns, bounds));
    known = shapes_.insert(shapes_.end(), {row.columns, unpacked_expectations(bounds), next_shape_++});
  }
  write(payload_of(row, known->number));
}

SweepJournal::SweepJournal(fs::path const& folder) : folder_(folder) {
  std::optional<SweepIdentity> identity = journal_identity(folder);
  if (!identity) throw InputError(folder.string() + ": no sweep has been run there");
  identity_ = std::move(*identity);
  places_.resize(identity_.runs());
  std::vector<fs::path> paths;
  for (auto const& entry : fs::directory_iterator(folder / "journal")) {
    if (entry.path().extension() == ".rows") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (fs::path const& path : paths) read(path);
}

void SweepJournal::read(fs::path const& path) {
  auto const number = static_cast<std::uint16_t>(files_.size());
  File& file = files_.emplace_back(File{MappedFile(path), {}});
  for_each_payload(file.mapped.bytes(), [&](std::string_view payload, std::size_t offset) {
    if (kind_of(payload) == Kind::columns) file.shapes.push_back(shape_of(payload));
    if (kind_of(payload) != Kind::row) return;
    RecordReader in(payload.substr(1));
    auto const point = in.number<std::uint64_t>();
    auto const replication = in.number<std::uint32_t>();
    bool const crashed = in.number<std::uint8_t>() != 0;
    if (point >= identity_.points || replication >= identity_.replications) return;
    Place& place = places_[identity_.run(point, replication)];
    if (place.length > 0 && crashed) return;  // What came to an end counts.
    place = {offset, static_cast<std::uint32_t>(payload.size()), number, crashed};
  });
}

PointRow SweepJournal::row(std::uint64_t run) const {
  assert(has(run));
  Place const& place = places_[run];
  File const& file = files_[place.file];
  RecordReader in(file.mapped.bytes().substr(place.offset + 1, place.length - 1));
  PointRow row;
  row.point = in.number<std::uint64_t>();
  row.replication = in.number<std::uint32_t>();
  row.crashed = in.number<std::uint8_t>() != 0;
  row.status = static_cast<PointStatus>(in.number<std::uint8_t>());
  row.seed = in.number<std::uint64_t>();
  row.reason = in.text();
  row.levels = in.texts();
  auto const& [columns, expectations] = file.shapes.at(in.number<std::uint32_t>());
  row.columns = columns;
  row.values = in.texts();
  row.expectations = unpacked_verdicts(expectations, in.text());
  return row;
}

void start_journal(fs::path const& folder, SweepIdentity const& identity) {
  fs::path const path = identity_file(folder);
  fs::path const partial = path.string() + ".partial";
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  int const file = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) cannot_write(path);
  RecordWriter payload;
  payload.number(static_cast<std::uint8_t>(Kind::identity));
  bool const ok = write_all(file, framed(payload.bytes() + identity.bytes()));
  ::close(file);
  if (!ok || ::rename(partial.c_str(), path.c_str()) != 0) cannot_write(path);
}

std::optional<SweepIdentity> journal_identity(fs::path const& folder) {
  fs::path const path = identity_file(folder);
  std::error_code missing;
  if (!fs::is_regular_file(path, missing)) return std::nullopt;
  std::string const bytes = read_file(path);
  std::optional<std::string_view> const payload = first_payload(bytes);
  if (!payload || kind_of(*payload) != Kind::identity) return std::nullopt;
  return SweepIdentity::from(payload->substr(1));
}

}  // namespace coinfer
