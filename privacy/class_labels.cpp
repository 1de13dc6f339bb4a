#include "privacy/class_labels.hpp"

#include <algorithm>
#include <cassert>
#include <map>

#include "privacy/npy.hpp"

namespace coinfer {

namespace {

/// Groups labels in the order of samples: first by when a label occurred, at last by its value.
class LabelGroups {
 public:
  explicit LabelGroups(std::uint64_t samples) { class_of_.reserve(samples); }

  [[nodiscard]] std::size_t classes() const { return index_.size(); }

  void add(std::int64_t label) {
    auto const [entry, is_new] = index_.emplace(label, static_cast<std::uint32_t>(counts_.size()));
    if (is_new) counts_.push_back(0);
    ++counts_[entry->second];
    class_of_.push_back(entry->second);
  }

  [[nodiscard]] ClassLabels finish() {
    ClassLabels result;
    std::vector<std::uint32_t> rank(counts_.size());
    for (auto const& [label, found] : index_) {
      rank[found] = static_cast<std::uint32_t>(result.labels.size());
      result.labels.push_back(label);
      result.counts.push_back(counts_[found]);
    }
    for (std::uint32_t& number : class_of_) number = rank[number];
    result.class_of = std::move(class_of_);
    return result;
  }

 private:
  std::map<std::int64_t, std::uint32_t> index_;
  std::vector<std::uint64_t> counts_;
  std::vector<std::uint32_t> class_of_;
};

/// Reads in chunks, so that no more than four bytes of memory stand for a label; nothing where there are too many classes.
template <class Scalar>
std::optional<ClassLabels> read_labels(NpyFile const& file) {
  constexpr std::uint64_t chunk = 65536;
  LabelGroups groups(file.rows());
  std::vector<Scalar> values(std::min(chunk, file.rows()));
  for (std::uint64_t row = 0; row < file.rows(); row += chunk) {
    auto const part = std::span(values).first(std::min(chunk, file.rows() - row));
    file.read(row, part.size(), 0, 1, std::as_writable_bytes(part));
    for (Scalar const label : part) {
      groups.add(label);
      if (groups.classes() > most_classes) return std::nullopt;
    }
  }
  return groups.finish();
}

}  // namespace

ClassLabels group_labels(std::span<std::int64_t const> labels) {
  LabelGroups groups(labels.size());
  for (std::int64_t const label : labels) groups.add(label);
  assert(groups.classes() <= most_classes);
  return groups.finish();
}

std::optional<ClassLabels> load_labels(std::filesystem::path const& path, Diagnostics& diagnostics) {
  auto const file = NpyFile::open(path, diagnostics);
  if (!file) return std::nullopt;
  Location const where{file->name(), 0, 0};
  if (file->columns() != 1) {
    diagnostics.add(where, "holds " + std::to_string(file->columns()) + " values for each sample", "a label is one number");
    return std::nullopt;
  }
  std::optional<ClassLabels> labels;
  if (file->type() == NpyType::int32) {
    labels = read_labels<std::int32_t>(*file);
  } else if (file->type() == NpyType::int64) {
    labels = read_labels<std::int64_t>(*file);
  } else if (file->type() == NpyType::uint8) {
    labels = read_labels<std::uint8_t>(*file);
  } else {
    diagnostics.add(where, "holds real numbers", "labels are whole numbers: <i4, <i8 or |u1");
    return std::nullopt;
  }
  if (!labels) {
    diagnostics.add(where, "holds more than " + std::to_string(most_classes) + " distinct labels", "are they labels");
  }
  return labels;
}

}  // namespace coinfer
