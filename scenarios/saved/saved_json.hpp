// A JSON file of a results folder: numbers and words by path.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace coinfer {

/// Read once, never changed; copies share what was read.
class SavedJson {
 public:
  /// Throws InputError where the file cannot be read, is no JSON object, or names a schema version other than ours.
  explicit SavedJson(std::filesystem::path const& file);

  /// The number at a path ("latency_s.p95", "workloads[1].throughput_per_s"); nothing where there is none or it is null.
  [[nodiscard]] std::optional<double> number(std::string_view path) const;
  /// The text at a path; nothing where there is none or it is null.
  [[nodiscard]] std::optional<std::string> text(std::string_view path) const;
  /// What is at a path, or null where nothing is. For callers who include nlohmann/json.hpp in their own source.
  [[nodiscard]] nlohmann::json const* find(std::string_view path) const;
  /// The whole document.
  [[nodiscard]] nlohmann::json const& all() const { return *json_; }

 private:
  std::shared_ptr<nlohmann::json const> json_;
};

}  // namespace coinfer
