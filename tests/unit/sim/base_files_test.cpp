#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

using namespace coinfer;
namespace fs = std::filesystem;

namespace {

/// An empty folder that goes away with the test.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "coinfer-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  [[nodiscard]] fs::path operator/(std::string const& name) const { return path_ / name; }
  [[nodiscard]] bool empty() const { return fs::is_empty(path_); }
  [[nodiscard]] int entries() const {
    return static_cast<int>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

void put(fs::path const& path, std::string const& content) { std::ofstream(path) << content; }

}  // namespace

TEST_CASE("a file is read with all its bytes") {
  Scratch const scratch;
  std::string const content("a\r\n\0\xff z", 7);
  put(scratch / "x", content);
  CHECK(read_file(scratch / "x") == content);
  CHECK(read_file(scratch / "x", 7) == content);
  put(scratch / "long", std::string(300000, 'q'));
  CHECK(read_file(scratch / "long").size() == 300000);
}

TEST_CASE("a file that cannot be read is told with the reason") {
  Scratch const scratch;
  put(scratch / "x", "1234567");
  CHECK_THROWS_WITH(read_file("no/such/file"), "no/such/file: cannot be read (no such file or directory)");
  CHECK_THROWS_WITH(read_file(scratch / ""), (scratch / "").string() + ": cannot be read (it is a folder)");
  CHECK_THROWS_WITH(read_file(scratch / "x", 6), (scratch / "x").string() + ": cannot be read (longer than 6 bytes)");
  CHECK_THROWS_WITH(read_file("/dev/zero", 1000), "/dev/zero: cannot be read (it is a device)");
  CHECK_THROWS_AS(read_file("no/such/file"), InputError);
}

TEST_CASE("a folder appears complete by commit, with its parents") {
  Scratch const scratch;
  fs::path const out = scratch / "a/b/out";
  FolderWriter writer(out.string() + "/", false);
  writer.write("one.csv", "1");
  std::ofstream(writer.path("two.csv")) << "2";
  CHECK_FALSE(fs::exists(out));
  writer.commit();
  CHECK(read_file(out / "one.csv") == "1");
  CHECK(read_file(out / "two.csv") == "2");
  CHECK(std::distance(fs::directory_iterator(scratch / "a/b"), fs::directory_iterator()) == 1);
}

TEST_CASE("without a commit no trace is left, not even of the parents") {
  Scratch const scratch;
  {
    FolderWriter const writer(scratch / "a/b/out", false);
    writer.write("one.csv", "1");
    CHECK_FALSE(scratch.empty());
  }
  CHECK(scratch.empty());
}

TEST_CASE("an existing path is refused and left alone") {
  Scratch const scratch;
  fs::create_directory(scratch / "out");
  put(scratch / "out/manifest.json", "old");
  CHECK_THROWS_WITH(FolderWriter(scratch / "out", false),
                    (scratch / "out").string() + " exists (use --force to replace it)");
  CHECK_THROWS_AS(FolderWriter(scratch / "out", false), InputError);
  CHECK(read_file(scratch / "out/manifest.json") == "old");
  CHECK(scratch.entries() == 1);
  SECTION("also one that came while the run went on") {
    FolderWriter writer(scratch / "late", false);
    writer.write("one.csv", "1");
    fs::create_directory(scratch / "late");
    CHECK_THROWS_WITH(writer.commit(), (scratch / "late").string() + " exists (use --force to replace it)");
    CHECK(fs::is_empty(scratch / "late"));
  }
}

TEST_CASE("a results folder or an empty one is replaced on request, whole") {
  Scratch const scratch;
  for (bool const empty : {false, true}) {
    fs::remove_all(scratch / "out");
    fs::create_directory(scratch / "out");
    if (!empty) put(scratch / "out/manifest.json", "old");
    if (!empty) put(scratch / "out/left_over.csv", "old");
    FolderWriter writer(scratch / "out", true);
    writer.write("manifest.json", "new");
    CHECK(fs::exists(scratch / "out/left_over.csv") == !empty);
    writer.commit();
    CHECK(read_file(scratch / "out/manifest.json") == "new");
    CHECK_FALSE(fs::exists(scratch / "out/left_over.csv"));
    CHECK(scratch.entries() == 1);
  }
}

TEST_CASE("what is no results folder is never replaced") {
  Scratch const scratch;
  fs::create_directory(scratch / "home");
  put(scratch / "home/diary.txt", "dear");
  put(scratch / "file", "x");
  fs::create_directory_symlink(scratch / "home", scratch / "symlink");
  for (char const* name : {"home", "file", "symlink"}) {
    CHECK_THROWS_WITH(FolderWriter(scratch / name, true),
                      (scratch / name).string() + " exists and is not a results folder (--force does not replace it)");
  }
  CHECK(read_file(scratch / "home/diary.txt") == "dear");
  CHECK(scratch.entries() == 3);
}

TEST_CASE("a folder that cannot be written is told with the reason") {
  Scratch const scratch;
  put(scratch / "file", "x");
  fs::path const below = scratch / "file/out";
  CHECK_THROWS_WITH(FolderWriter(below, false), below.string() + ": cannot be written (not a directory)");
  CHECK_THROWS_AS(FolderWriter(below, false), OutputError);
  FolderWriter const writer(scratch / "out", false);
  CHECK_THROWS_WITH(writer.write("no/such/x.csv", "1"),
                    (scratch / "out/no/such/x.csv").string() + ": cannot be written (no such file or directory)");
}

TEST_CASE("a disk that is full is told, not ignored") {
  Scratch const scratch;
  FolderWriter const writer(scratch / "out", false);
  fs::create_symlink("/dev/full", writer.path("x.csv"));
  CHECK_THROWS_WITH(writer.write("x.csv", "1"),
                    (scratch / "out/x.csv").string() + ": cannot be written (no space left on device)");
}
