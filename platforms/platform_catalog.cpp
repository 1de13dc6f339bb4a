#include "platforms/platform_catalog.hpp"

#include <algorithm>
#include <cassert>

#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"
#include "sim/base/text_proto.hpp"

namespace coinfer {
namespace {

/// The name an embedded file stands for, when its path is "…/PREFIXname.textproto".
std::optional<std::string> entry_name(std::string_view path, std::string_view prefix) {
  constexpr std::string_view suffix = ".textproto";
  auto const file = path.substr(path.rfind('/') + 1);
  if (!file.starts_with(prefix) || !file.ends_with(suffix)) return std::nullopt;
  return std::string(file.substr(prefix.size(), file.size() - prefix.size() - suffix.size()));
}

Located<proto::PlatformCatalog> parse(std::string const& path, std::string const& text, Diagnostics& diagnostics) {
  Located<proto::PlatformCatalog> file;
  parse_text_proto(path, text, file, diagnostics);
  return file;
}

auto const& entries_of(proto::PlatformCatalog const& file, proto::Device const*) { return file.devices(); }
auto const& entries_of(proto::PlatformCatalog const& file, proto::Link const*) { return file.links(); }
auto const& entries_of(proto::PlatformCatalog const& file, proto::Enclave const*) { return file.enclaves(); }
char const* field_of(proto::Device const*) { return "devices"; }
char const* field_of(proto::Link const*) { return "links"; }
char const* field_of(proto::Enclave const*) { return "enclaves"; }

template <class Message>
Located<Message> entry_of(Located<proto::PlatformCatalog> const& file, int index) {
  constexpr Message const* kind = nullptr;
  return {entries_of(file.message, kind)[index], file.where().child(field_of(kind), index).tree()};
}

template <class Entries>
std::vector<std::string> names(Entries const& entries) {
  std::vector<std::string> result;
  for (auto const& [name, entry] : entries) result.push_back(name);
  return result;
}

/// Where each name of the added folder was defined, to tell a definition that replaces from one given twice.
using Definitions = std::map<std::string, Location>;

template <class Message, class Entries>
void add_entries(Located<proto::PlatformCatalog> const& file, Entries& entries, Definitions& definitions,
                 Diagnostics& diagnostics) {
  constexpr Message const* kind = nullptr;
  for (int i = 0; i < entries_of(file.message, kind).size(); ++i) {
    auto entry = entry_of<Message>(file, i);
    auto const where = entry.where();
    auto const& name = entry.message.name();
    if (name.empty()) {
      diagnostics.add(where.here(), "field 'name' is missing", "catalogue entries are found by name");
      continue;
    }
    if (entry.message.has_use())
      diagnostics.add(where.field("use"), "a catalogue entry cannot use another one", "entries stand on their own");
    if (auto const [first, is_new] = definitions.emplace(name, where.field("name")); !is_new)
      diagnostics.add(where.field("name"), "catalogue entry '" + name + "' is defined twice",
                      "first at " + first->second.file + ":" + std::to_string(first->second.line));
    entries[name].parsed = std::move(entry);
  }
}

}  // namespace

PlatformCatalog::PlatformCatalog(std::optional<std::filesystem::path> const& folder,
                                 std::span<EmbeddedFile const> embedded) {
  for (auto const& file : embedded) {
    if (auto const device = entry_name(file.path, "device_")) devices_[*device].file = file;
    if (auto const link = entry_name(file.path, "link_")) links_[*link].file = file;
    if (auto const enclave = entry_name(file.path, "enclave_")) enclaves_[*enclave].file = file;
  }
  if (folder) add_folder(*folder);
}

void PlatformCatalog::add_folder(std::filesystem::path const& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) throw InputError(folder.string() + ": is not a folder");
  auto const subfolder = folder / "platforms";
  if (!std::filesystem::exists(subfolder, error)) return;
  std::vector<std::filesystem::path> paths;
  for (auto const& item : std::filesystem::directory_iterator(subfolder, error))
    if (item.path().extension() == ".textproto") paths.push_back(item.path());
  if (error) throw InputError(subfolder.string() + ": cannot be read (" + error.message() + ")");
  std::sort(paths.begin(), paths.end());

  Diagnostics diagnostics;
  Definitions defined_devices;
  Definitions defined_links;
  Definitions defined_enclaves;
  for (auto const& path : paths) {
    auto const file = parse(path.string(), read_file(path), diagnostics);
    add_entries<proto::Device>(file, devices_, defined_devices, diagnostics);
    add_entries<proto::Link>(file, links_, defined_links, diagnostics);
    add_entries<proto::Enclave>(file, enclaves_, defined_enclaves, diagnostics);
  }
  if (!diagnostics.ok()) throw InputError(diagnostics);
}

template <class Message>
Located<Message> const* PlatformCatalog::find(Entries<Message>& entries, std::string_view name) {
  auto const found = entries.find(name);
  if (found == entries.end()) return nullptr;
  auto& entry = found->second;
  if (!entry.parsed) {
    constexpr Message const* kind = nullptr;
    Diagnostics diagnostics;
    auto const file = parse(std::string(entry.file.path), std::string(entry.file.content), diagnostics);
    if (diagnostics.ok() &&
        (entries_of(file.message, kind).size() != 1 || entries_of(file.message, kind)[0].name() != name))
      diagnostics.add({std::string(entry.file.path), 0, 0}, "does not hold the one entry it is named after");
    if (!diagnostics.ok()) throw InputError(diagnostics);
    entry.parsed = entry_of<Message>(file, 0);
  }
  return &*entry.parsed;
}

Located<proto::Device> const* PlatformCatalog::find_device(std::string_view name) const { return find(devices_, name); }

Located<proto::Link> const* PlatformCatalog::find_link(std::string_view name) const { return find(links_, name); }

Located<proto::Enclave> const* PlatformCatalog::find_enclave(std::string_view name) const { return find(enclaves_, name); }

std::vector<std::string> PlatformCatalog::device_names() const { return names(devices_); }

std::vector<std::string> PlatformCatalog::link_names() const { return names(links_); }

std::vector<std::string> PlatformCatalog::enclave_names() const { return names(enclaves_); }

}  // namespace coinfer
