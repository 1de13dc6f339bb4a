#include <unistd.h>

#include "platforms/platform_catalog.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "platforms/enclave_load.hpp"
#include "platforms/field_source.hpp"
#include "platforms/platform_build.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/field_rules.hpp"

using namespace coinfer;

namespace {

/// A catalogue folder that lasts as long as its test.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("coinfer_platforms_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ / "platforms");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;

  void write(std::string const& name, std::string const& text) const { std::ofstream(path_ / "platforms" / name) << text; }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string refusal(std::filesystem::path const& folder) {
  try {
    PlatformCatalog const catalog(folder);
  } catch (InputError const& error) {
    return error.what();
  }
  return "read";
}

/// Every number of a catalogue entry has a source, every source says who and how strong, and covers a number.
template <class Message>
void check_sources(Message const& entry) {
  INFO("catalogue entry " << entry.name());
  auto const sources = field_sources_of(entry.sources());
  CHECK(uncovered_numbers(entry, sources) == std::vector<std::string>{});
  auto const numbers = number_paths(entry);
  for (auto const& source : entry.sources()) {
    CHECK_FALSE(source.citation().empty());
    CHECK(source.grade() != proto::GRADE_UNSET);
    for (auto const& field : source.fields()) {
      INFO("source of " << field);
      CHECK(std::any_of(numbers.begin(), numbers.end(), [&](auto const& number) { return covers(field, number); }));
    }
  }
}

}  // namespace

TEST_CASE("Every number of every device in the catalogue has a citation and a grade") {
  PlatformCatalog const catalog;
  for (auto const& name : catalog.device_names()) {
    auto const* entry = catalog.find_device(name);
    REQUIRE(entry != nullptr);
    check_sources(entry->message);
    Diagnostics diagnostics;
    check_rules(entry->message, entry->where(), diagnostics);
    build_device(entry->message, entry->where(), diagnostics);
    CHECK(diagnostics.text() == "");
    // A scenario says who owns a machine and how many there are.
    CHECK_FALSE(entry->message.has_domain());
    CHECK_FALSE(entry->message.has_count());
    CHECK_FALSE(entry->message.has_use());
    CHECK_FALSE(entry->message.description().empty());
  }
}

TEST_CASE("Every number of every link in the catalogue has a citation and a grade") {
  PlatformCatalog const catalog;
  for (auto const& name : catalog.link_names()) {
    auto const* entry = catalog.find_link(name);
    REQUIRE(entry != nullptr);
    check_sources(entry->message);
    Diagnostics diagnostics;
    check_rules(entry->message, entry->where(), diagnostics);
    build_link(entry->message, entry->where(), diagnostics);
    CHECK(diagnostics.text() == "");
    CHECK_FALSE(entry->message.has_domain());
    CHECK_FALSE(entry->message.has_from());
    CHECK_FALSE(entry->message.has_to());
    CHECK_FALSE(entry->message.has_use());
    CHECK_FALSE(entry->message.description().empty());
  }
}

TEST_CASE("Every number of every enclave in the catalogue has a citation and a grade") {
  PlatformCatalog const catalog;
  for (auto const& name : catalog.enclave_names()) {
    auto const* entry = catalog.find_enclave(name);
    REQUIRE(entry != nullptr);
    check_sources(entry->message);
    Diagnostics diagnostics;
    check_rules(entry->message, entry->where(), diagnostics);
    Processor processor;
    processor.kind = entry->message.kind() == proto::Processor::GPU ? Processor::Kind::gpu : Processor::Kind::cpu;
    build_enclave(entry->message, entry->where(), {processor}, diagnostics);
    CHECK(diagnostics.text() == "");
    // A scenario says whose mode it is; the entry, of which kind of processor.
    CHECK(entry->message.has_kind());
    CHECK_FALSE(entry->message.has_on());
    CHECK_FALSE(entry->message.has_use());
    CHECK_FALSE(entry->message.description().empty());
  }
}

TEST_CASE("Every embedded file is found by the name of its entry") {
  PlatformCatalog const catalog;
  CHECK(catalog.device_names().size() + catalog.link_names().size() + catalog.enclave_names().size() ==
        platforms_catalog_files().size());
  CHECK(catalog.enclave_names() == std::vector<std::string>{"h100_cc", "h200_cc", "nitro", "sev_snp", "sgx1",
                                                            "sgx1_teeslice", "sgx2", "tdx", "trustzone_optee"});
  CHECK(catalog.device_names().size() >= 12);
  CHECK(catalog.link_names().size() >= 8);
  CHECK(catalog.find_device("raspberry_pi_4")->message.processors(0).rates(0).gflop_per_s() == 31.12);
  CHECK(catalog.find_link("lte_verizon")->message.up_mbit_per_s() == 31);
  CHECK(catalog.find_device("lte_verizon") == nullptr);
  CHECK(catalog.find_link("raspberry_pi_4") == nullptr);
}

TEST_CASE("An embedded file is not read before its entry is asked for") {
  EmbeddedFile const files[] = {{"platforms/catalog/device_broken.textproto", "devices { nam: \"broken\" }"},
                                {"platforms/catalog/link_fine.textproto", "links { name: \"fine\" latency_ms: 3 }"},
                                {"platforms/catalog/link_other.textproto", "links { name: \"fine\" latency_ms: 3 }"}};
  PlatformCatalog const catalog(std::nullopt, files);
  CHECK(catalog.find_link("fine")->message.latency_ms() == 3);
  CHECK(catalog.find_link("fine") == catalog.find_link("fine"));
  CHECK_THROWS_WITH(catalog.find_device("broken"), Catch::StartsWith("platforms/catalog/device_broken.textproto:1:"));
  CHECK_THROWS_WITH(catalog.find_link("other"),
                    "platforms/catalog/link_other.textproto: does not hold the one entry it is named after");
}

TEST_CASE("A catalogue folder adds entries and replaces embedded ones") {
  Folder const folder;
  folder.write("mine.textproto",
               "devices { name: \"my_box\" memory_gib: 3 }\n"
               "links { name: \"lte_verizon\" up_mbit_per_s: 5 latency_ms: 1 }\n");
  folder.write("notes.txt", "not a catalogue file");
  PlatformCatalog const catalog(folder.path());
  CHECK(catalog.find_device("my_box")->message.memory_gib() == 3);
  CHECK(catalog.find_link("lte_verizon")->message.up_mbit_per_s() == 5);
  CHECK(catalog.find_link("lte_verizon")->where().field("latency_ms").line == 2);
  CHECK(catalog.device_names().size() == PlatformCatalog().device_names().size() + 1);
}

TEST_CASE("A catalogue folder with a problem is refused with its place") {
  Folder const folder;
  auto const file = (folder.path() / "platforms" / "mine.textproto").string();
  folder.write("mine.textproto",
               "devices { name: \"box\" }\n"
               "devices { name: \"box\" }\n"
               "devices { memory_gib: 3 }\n"
               "links { name: \"wire\" use: \"wifi_6\" }\n");
  CHECK(refusal(folder.path()) == file + ":2:11: catalogue entry 'box' is defined twice (first at " + file + ":1)\n" +  //
                                      file + ":3:1: field 'name' is missing (catalogue entries are found by name)\n" +  //
                                      file +
                                      ":4:22: a catalogue entry cannot use another one (entries stand on their own)");
  CHECK(refusal("/nowhere/at/all") == "/nowhere/at/all: is not a folder");
}

TEST_CASE("A catalogue folder without platforms adds nothing") {
  Folder const folder;
  std::filesystem::remove_all(folder.path() / "platforms");
  CHECK(PlatformCatalog(folder.path()).device_names() == PlatformCatalog().device_names());
}
