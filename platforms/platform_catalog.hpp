// The devices, links and enclaves that scenarios may `use` by name.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/catalog_files.hpp"
#include "platforms/platforms.pb.h"
#include "sim/base/located.hpp"

namespace coinfer {

/// Entries by name. An embedded entry is read when it is first asked for, since a scenario uses few of many; a catalogue is
/// therefore not for several threads at once. Returned pointers stay valid as long as the catalogue.
class PlatformCatalog {
 public:
  /// The embedded entries and, if given, those of `folder`/platforms/*.textproto (any number in a file), which replace
  /// embedded ones of their name. Throws InputError when such a file cannot be read, has a problem, or defines a name that
  /// another one defines; a folder without a subfolder platforms/ adds nothing, a folder that is missing is an error.
  explicit PlatformCatalog(std::optional<std::filesystem::path> const& folder = std::nullopt,
                           std::span<EmbeddedFile const> embedded = platforms_catalog_files());

  /// The entry, or null. Throws InputError when an embedded file is broken.
  [[nodiscard]] Located<proto::Device> const* find_device(std::string_view name) const;
  [[nodiscard]] Located<proto::Link> const* find_link(std::string_view name) const;
  [[nodiscard]] Located<proto::Enclave> const* find_enclave(std::string_view name) const;

  /// Names in alphabetical order.
  [[nodiscard]] std::vector<std::string> device_names() const;
  [[nodiscard]] std::vector<std::string> link_names() const;
  [[nodiscard]] std::vector<std::string> enclave_names() const;

 private:
  template <class Message>
  struct Entry {
    EmbeddedFile file;                       ///< where an embedded entry is read from
    std::optional<Located<Message>> parsed;  ///< absent until it is asked for
  };
  template <class Message>
  using Entries = std::map<std::string, Entry<Message>, std::less<>>;

  template <class Message>
  static Located<Message> const* find(Entries<Message>& entries, std::string_view name);
  void add_folder(std::filesystem::path const& folder);

  mutable Entries<proto::Device> devices_;
  mutable Entries<proto::Link> links_;
  mutable Entries<proto::Enclave> enclaves_;
};

}  // namespace coinfer
