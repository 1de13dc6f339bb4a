#include "privacy/npy.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "privacy/class_labels.hpp"
#include "sim/base/errors.hpp"
#include "tests/unit/privacy/npy_samples.hpp"

using namespace coinfer;

namespace {

/// What opening a file says, without the folder in front.
std::string problem_of(NpyFolder const& folder, std::string const& bytes) {
  Diagnostics diagnostics;
  auto const path = folder.write("z.npy", bytes);
  CHECK_FALSE(NpyFile::open(path, diagnostics));
  std::string const text = diagnostics.text();
  REQUIRE(text.rfind(path.string() + ": ", 0) == 0);
  return text.substr(path.string().size() + 2);
}

std::string header(std::string const& text) { return NpyFolder::preamble(text); }

}  // namespace

TEST_CASE("A npy array of any rank is rows of flattened columns, read whole or by blocks") {
  NpyFolder const folder;
  std::vector<float> values;
  for (int i = 0; i < 24; ++i) values.push_back(static_cast<float>(i));
  Diagnostics diagnostics;
  auto const file = NpyFile::open(folder.write("z.npy", "<f4", "(4, 3, 2)", values), diagnostics);
  REQUIRE(file);
  CHECK(file->rows() == 4);
  CHECK(file->columns() == 6);
  CHECK(file->shape() == std::vector<std::uint64_t>{4, 3, 2});
  std::vector<float> all(12);
  file->read(1, 2, 0, 6, std::as_writable_bytes(std::span(all)));
  CHECK(all.front() == 6);
  CHECK(all.back() == 17);
  std::vector<float> block(4);
  file->read(2, 2, 4, 2, std::as_writable_bytes(std::span(block)));
  CHECK(block == std::vector<float>{16, 17, 22, 23});
}

TEST_CASE("Versions 2 and 3 of the npy format carry a longer length, keys come in any order") {
  NpyFolder const folder;
  std::string const text = "{\"shape\": (2,), 'fortran_order': False, 'descr': '|u1'}\n";
  for (char const version : {'\x02', '\x03'}) {
    std::string const start = std::string("\x93NUMPY", 6) + version + std::string(1, '\0');
    std::string const length = std::string(1, static_cast<char>(text.size())) + std::string(3, '\0');
    Diagnostics diagnostics;
    auto const file = NpyFile::open(folder.write("z.npy", start + length + text + "\x05\x07"), diagnostics);
    CHECK(diagnostics.text().empty());
    REQUIRE(file);
    std::vector<std::uint8_t> values(2);
    file->read(0, 2, 0, 1, std::as_writable_bytes(std::span(values)));
    CHECK(values == std::vector<std::uint8_t>{5, 7});
  }
}

TEST_CASE("A npy file whose header does not follow the format says where") {
  NpyFolder const folder;
  CHECK(problem_of(folder, "") == "is not a .npy file (it does not begin with NumPy's magic bytes and a version)");
  CHECK(problem_of(folder, "PK\x03\x04 and more than ten bytes") ==
        "is not a .npy file (it does not begin with NumPy's magic bytes and a version)");
  CHECK(problem_of(folder, std::string("\x93NUMPY\x04\x00\x10\x00", 10)) ==
        "version 4.0 of the .npy format is unknown (byte 6: 1.0, 2.0 and 3.0 are known)");
  CHECK(problem_of(folder, std::string("\x93NUMPY\x01\x00\x10\x00{'descr'", 18)) ==
        "ends inside its header (byte 18 of 26)");
  CHECK(problem_of(folder, std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12)) ==
        "header claims 4294967295 bytes (byte 8: at most 65536 are read)");
  CHECK(problem_of(folder, header("{'descr': '<f4', 'fortran_order': False}")) ==
        "header is not that of an array (byte 64: expected the keys 'descr', 'fortran_order' and 'shape')");
  CHECK(problem_of(folder, header("{'descr': '<f4', 'descr': '<f4'}")) ==
        "header is not that of an array (byte 35: expected only the keys 'descr', 'fortran_order' and 'shape', each once)");
  CHECK(problem_of(folder, header("{'shape': (3 4)}")) == "header is not that of an array (byte 23: expected ',')");
  CHECK(problem_of(folder, header("{'shape': (3, 4 5)}")) ==
        "header is not that of an array (byte 26: expected ',' or ')')");
  CHECK(problem_of(folder, header("{'shape': (-1,)}")) ==
        "header is not that of an array (byte 21: expected a whole number below 2^64)");
  CHECK(problem_of(folder, header("{'shape': (99999999999999999999,)}")) ==
        "header is not that of an array (byte 21: expected a whole number below 2^64)");
  CHECK(problem_of(folder, header("{'descr': '<f4")) ==
        "header is not that of an array (byte 20: expected a text that ends)");
  std::string const whole = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}";
  CHECK(problem_of(folder, header(whole + " ()") + "1234") ==
        "header is not that of an array (byte 66: expected the end of the header)");
  std::string many = "{'shape': (";
  for (int i = 0; i < 40; ++i) many += "1, ";
  CHECK(problem_of(folder, header(many + ")}")) ==
        "header is not that of an array (byte 117: expected at most 32 dimensions)");
}

TEST_CASE("A npy array that cannot be used, or is not as long as its shape, is refused") {
  NpyFolder const folder;
  auto const with = [](std::string const& descr, std::string const& order, std::string const& shape) {
    return header("{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }");
  };
  CHECK(problem_of(folder, with(">f4", "False", "(1,)") + "1234") ==
        "element type '>f4' is not read (known are <f2, <f4, <f8, <i4, <i8 and |u1)");
  CHECK(problem_of(folder, with(std::string(30, '\x01'), "False", "(1,)")) ==
        "element type '????????????????????...' is not read (known are <f2, <f4, <f8, <i4, <i8 and |u1)");
  CHECK(problem_of(folder, with("<f4", "True", "(1, 1)") + "1234") ==
        "is in Fortran order (write it with numpy.ascontiguousarray)");
  CHECK(problem_of(folder, with("<f4", "False", "()") + "1234") ==
        "is a single number (the first axis counts the samples)");
  CHECK(problem_of(folder, with("<f4", "False", "(3, 0)")) == "holds no values (an axis has length 0)");
  CHECK(problem_of(folder, with("<f4", "False", "(4294967296, 4294967296)")) == "shape exceeds 2^62 bytes");
  CHECK(problem_of(folder, with("<f4", "False", "(2, 2)") + "123456789012345") ==
        "holds 15 bytes of values, and its shape needs 16 (values begin at byte 128)");
  CHECK(problem_of(folder, with("<f4", "False", "(1,)") + "12345") ==
        "holds 5 bytes of values, and its shape needs 4 (values begin at byte 128)");
}

TEST_CASE("What is no plain file is refused, and one that shrinks ends the reading") {
  NpyFolder const folder;
  Diagnostics diagnostics;
  CHECK_FALSE(NpyFile::open(folder.path() / "absent.npy", diagnostics));
  CHECK_FALSE(NpyFile::open(folder.path(), diagnostics));
  REQUIRE(::mkfifo((folder.path() / "pipe.npy").c_str(), 0600) == 0);
  CHECK_FALSE(NpyFile::open(folder.path() / "pipe.npy", diagnostics));
  std::string const at = folder.path().string();
  CHECK(diagnostics.text() == at + "/absent.npy: cannot be read (no such file or directory)\n" + at +
                                  ": cannot be read (it is not a plain file)\n" + at +
                                  "/pipe.npy: cannot be read (it is not a plain file)");
  auto const path = folder.write("z.npy", "<f8", "(4,)", std::vector<double>{1, 2, 3, 4});
  Diagnostics none;
  auto const file = NpyFile::open(path, none);
  REQUIRE(file);
  std::filesystem::resize_file(path, 128 + 12);
  std::vector<double> values(4);
  CHECK_THROWS_WITH(file->read(0, 4, 0, 1, std::as_writable_bytes(std::span(values))),
                    path.string() + ": ends at byte 140 while it is read");
}

TEST_CASE("Labels are whole numbers, one for each sample, and classes are those that occur") {
  NpyFolder const folder;
  Diagnostics diagnostics;
  auto const labels =
      load_labels(folder.write("y.npy", "<i8", "(5, 1)", std::vector<std::int64_t>{7, -1, 7, 900, 7}), diagnostics);
  REQUIRE(labels);
  CHECK(labels->labels == std::vector<std::int64_t>{-1, 7, 900});
  CHECK(labels->counts == std::vector<std::uint64_t>{1, 3, 1});
  CHECK(labels->class_of == std::vector<std::uint32_t>{1, 0, 1, 2, 1});
  CHECK_FALSE(load_labels(folder.write("f.npy", "<f4", "(1,)", std::vector<float>{1}), diagnostics));
  CHECK_FALSE(load_labels(folder.write("w.npy", "|u1", "(1, 2)", std::vector<std::uint8_t>{1, 2}), diagnostics));
  std::vector<std::int32_t> many(most_classes + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::int32_t>(i);
  CHECK_FALSE(load_labels(folder.write("m.npy", "<i4", "(100001,)", many), diagnostics));
  std::string const at = folder.path().string();
  CHECK(diagnostics.text() == at + "/f.npy: holds real numbers (labels are whole numbers: <i4, <i8 or |u1)\n" + at +
                                  "/w.npy: holds 2 values for each sample (a label is one number)\n" + at +
                                  "/m.npy: holds more than 100000 distinct labels (are they labels)");
}
