#include "privacy/activation_files.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/privacy/npy_samples.hpp"

using namespace coinfer;

namespace {

std::vector<std::string> cuts(std::vector<ActivationFile> const& files) {
  std::vector<std::string> names;
  for (ActivationFile const& file : files) names.push_back(file.cut);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("Names are ordered with digits as numbers") {
  CHECK(comes_before("block_2", "block_10"));
  CHECK_FALSE(comes_before("block_10", "block_2"));
  CHECK(comes_before("a9b2", "a9b10"));
  CHECK(comes_before("a", "a1"));
  CHECK(comes_before("a007b", "a7c"));
  CHECK(comes_before("a07", "a7"));
  CHECK_FALSE(comes_before("a7", "a07"));
  CHECK_FALSE(comes_before("a7", "a7"));
  CHECK(comes_before("x99999999999999999998", "x99999999999999999999"));
}

TEST_CASE("A folder's activations are its npy files but the labels") {
  NpyFolder const folder;
  for (char const* name : {"block_10.npy", "block_9.npy", "notes.txt", "labels.npy"}) folder.write(name, "");
  Diagnostics diagnostics;
  auto const files = list_activations(folder.path(), {folder.path() / "." / "labels.npy"}, diagnostics);
  CHECK(cuts(files) == Names{"block_9", "block_10"});
  CHECK(files[0].path == folder.path() / "block_9.npy");
  CHECK(diagnostics.ok());
  CHECK(list_activations(folder.path() / "absent", {}, diagnostics).empty());
  NpyFolder const empty;
  CHECK(list_activations(empty.path(), {}, diagnostics).empty());
  CHECK(diagnostics.text() == (folder.path() / "absent").string() + ": cannot be read (no such file or directory)\n" +
                                  empty.path().string() + ": has no .npy file of activations (there is one for each cut)");
}

TEST_CASE("An order file chooses cuts and their order") {
  std::vector<ActivationFile> const files = {{"in", "in.npy"}, {"middle", "middle.npy"}, {"out", "out.npy"}};
  Diagnostics diagnostics;
  CHECK(cuts(order_activations(files, "o.txt", "# deep first\nout\r\n\nin", diagnostics)) == Names{"out", "in"});
  CHECK(diagnostics.ok());
  order_activations(files, "o.txt", "out\nmidle\nout\n", diagnostics);
  CHECK(diagnostics.text() ==
        "o.txt:2:1: no activations of cut 'midle' did you mean 'middle'?\no.txt:3:1: cut 'out' is named twice");
  Diagnostics none;
  order_activations(files, "o.txt", "\n#\n", none);
  CHECK(none.text() == "o.txt: names no cut");
}
