#include "privacy/class_labels.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>

#include "privacy/npy.hpp"

namespace coinfer {

namespace {

template <class Scalar>
std::vector<std::int64_t> read_all(NpyFile const& file) {
  std::vector<Scalar> values(file.rows());
  file.read(0, file.rows(), 0, 1, std::as_writable_bytes(std::span(values)));
  return std::vector<std::int64_t>(values.begin(), values.end());
}

}  // namespace

ClassLabels group_labels(std::span<std::int64_t const> labels) {
  ClassLabels result;
  std::map<std::int64_t, std::uint32_t> index;
  for (std::int64_t const label : labels) index.emplace(label, 0);
  assert(index.size() <= most_classes);
  for (auto& [label, number] : index) {
    number = static_cast<std::uint32_t>(result.labels.size());
    result.labels.push_back(label);
  }
  result.counts.resize(index.size());
  result.class_of.reserve(labels.size());
  for (std::int64_t const label : labels) {
    result.class_of.push_back(index.find(label)->second);
    ++result.counts[result.class_of.back()];
  }
  return result;
}

std::optional<ClassLabels> load_labels(std::filesystem::path const& path, Diagnostics& diagnostics) {
  auto const file = NpyFile::open(path, diagnostics);
  if (!file) return std::nullopt;
  Location const where{file->name(), 0, 0};
  if (file->columns() != 1) {
    diagnostics.add(where, "holds " + std::to_string(file->columns()) + " values for each sample", "a label is one number");
    return std::nullopt;
  }
  std::vector<std::int64_t> labels;
  if (file->type() == NpyType::int32) {
    labels = read_all<std::int32_t>(*file);
  } else if (file->type() == NpyType::int64) {
    labels = read_all<std::int64_t>(*file);
  } else if (file->type() == NpyType::uint8) {
    labels = read_all<std::uint8_t>(*file);
  } else {
    diagnostics.add(where, "holds real numbers", "labels are whole numbers: <i4, <i8 or |u1");
    return std::nullopt;
  }
  std::set<std::int64_t> distinct;
  for (std::int64_t const label : labels) {
    distinct.insert(label);
    if (distinct.size() <= most_classes) continue;
    diagnostics.add(where, "holds more than " + std::to_string(most_classes) + " distinct labels", "are they labels");
    return std::nullopt;
  }
  return group_labels(labels);
}

}  // namespace coinfer
