#include "workloads/cut_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/unit/workloads/test_models.hpp"

using namespace coinfer;
using coinfer::test::catalog_model;

namespace {

// One row of the cut tables of the Golden Partition Zone models: alias, shape, values, fp32 KiB, parameters on the edge,
// their percentage, millions of multiply-accumulates on the edge, their percentage.
struct PublishedRow {
  char const* alias;
  char const* shape;
  std::uint64_t elements;
  double fp32_kib;
  std::uint64_t edge_parameters;
  char const* parameters_percent;
  char const* edge_mmac;
  char const* macs_percent;
};

constexpr PublishedRow vgg19_rows[] = {
    {"block 3", "64x64x64", 262144, 1024, 1920, "0.00", "7.1", "0.4"},
    {"block 6", "64x64x64", 262144, 1024, 38976, "0.09", "158.1", "9.8"},
    {"block 7", "64x32x32", 65536, 256, 38976, "0.09", "158.1", "9.8"},
    {"block 10", "128x32x32", 131072, 512, 113088, "0.25", "233.6", "14.4"},
    {"block 13", "128x32x32", 131072, 512, 260928, "0.58", "384.6", "23.8"},
    {"block 14", "128x16x16", 32768, 128, 260928, "0.58", "384.6", "23.8"},
    {"block 17", "256x16x16", 65536, 256, 556608, "1.23", "460.1", "28.4"},
    {"block 20", "256x16x16", 65536, 256, 1147200, "2.54", "611.1", "37.8"},
    {"block 26", "256x16x16", 65536, 256, 2328384, "5.15", "913.0", "56.4"},
    {"block 27", "256x8x8", 16384, 64, 2328384, "5.15", "913.0", "56.4"},
    {"block 30", "512x8x8", 32768, 128, 3509568, "7.76", "988.5", "61.1"},
    {"block 33", "512x8x8", 32768, 128, 5870400, "12.97", "1139.5", "70.4"},
    {"block 36", "512x8x8", 32768, 128, 8231232, "18.19", "1290.5", "79.8"},
    {"block 39", "512x8x8", 32768, 128, 10592064, "23.41", "1441.5", "89.1"},
    {"block 40", "512x4x4", 8192, 32, 10592064, "23.41", "1441.5", "89.1"},
    {"block 43", "512x4x4", 8192, 32, 12952896, "28.62", "1479.3", "91.4"},
    {"block 46", "512x4x4", 8192, 32, 15313728, "33.84", "1517.0", "93.8"},
    {"block 49", "512x4x4", 8192, 32, 17674560, "39.06", "1554.8", "96.1"},
    {"block 52", "512x4x4", 8192, 32, 20035392, "44.28", "1592.5", "98.4"},
    {"block 53", "512x2x2", 2048, 8, 20035392, "44.28", "1592.5", "98.4"},
};

constexpr PublishedRow ir152_rows[] = {
    {"block 1", "64x64x64", 262144, 1024, 1920, "0.00", "7.1", "0.2"},
    {"block 2", "64x32x32", 65536, 256, 75968, "0.12", "195.8", "4.9"},
    {"block 3", "64x32x32", 65536, 256, 150016, "0.24", "271.3", "6.8"},
    {"block 4", "64x32x32", 65536, 256, 224064, "0.36", "346.8", "8.6"},
    {"block 5", "128x16x16", 32768, 128, 454208, "0.73", "462.2", "11.5"},
    {"block 8", "128x16x16", 32768, 128, 1340864, "2.16", "688.7", "17.1"},
    {"block 12", "128x16x16", 32768, 128, 2523072, "4.06", "990.6", "24.6"},
    {"block 13", "256x8x8", 16384, 64, 3442112, "5.54", "1106.0", "27.5"},
    {"block 25", "256x8x8", 16384, 64, 17613248, "28.37", "2012.0", "50.1"},
    {"block 35", "256x8x8", 16384, 64, 29422528, "47.39", "2766.9", "68.8"},
    {"block 40", "256x8x8", 16384, 64, 35327168, "56.89", "3144.4", "78.2"},
    {"block 47", "256x8x8", 16384, 64, 43593664, "70.21", "3672.9", "91.4"},
    {"block 48", "256x8x8", 16384, 64, 44774592, "72.11", "3748.4", "93.3"},
    {"block 49", "512x4x4", 8192, 32, 48447680, "78.03", "3863.7", "96.1"},
    {"block 50", "512x4x4", 8192, 32, 53168832, "85.63", "3939.2", "98.0"},
    {"block 51", "512x4x4", 8192, 32, 57889984, "93.23", "4014.7", "99.9"},
};

std::string printed(char const* format, double value) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, value);
  return buffer.data();
}

template <std::size_t Count>
void check_rows(std::vector<CutRow> const& rows, PublishedRow const (&published)[Count]) {
  for (PublishedRow const& expected : published) {
    INFO(expected.alias);
    auto const found = std::find_if(rows.begin(), rows.end(), [&](CutRow const& row) {
      return std::find(row.aliases.begin(), row.aliases.end(), expected.alias) != row.aliases.end();
    });
    REQUIRE(found != rows.end());
    CHECK(to_string(found->shape) == expected.shape);
    CHECK(found->elements == expected.elements);
    CHECK(found->fp32_bytes.value() == expected.fp32_kib * 1024);
    CHECK(found->edge_parameters == expected.edge_parameters);
    CHECK(printed("%.2f", found->edge_parameters_percent) == expected.parameters_percent);
    CHECK(printed("%.1f", static_cast<double>(found->edge_macs) / 1e6) == expected.edge_mmac);
    CHECK(printed("%.1f", found->edge_macs_percent) == expected.macs_percent);
  }
}

}  // namespace

TEST_CASE("the cut table of vgg19_bn_64px equals the published one in every row") {
  Model const model = catalog_model("vgg19_bn_64px");
  CHECK(printed("%.1f", static_cast<double>(model.macs()) / 1e6) == "1617.7");
  check_rows(cut_table(model), vgg19_rows);
}

TEST_CASE("the cut table of ir152_64px equals the published one in every row") {
  Model const model = catalog_model("ir152_64px");
  CHECK(printed("%.1f", static_cast<double>(model.macs()) / 1e6) == "4018.9");
  check_rows(cut_table(model), ir152_rows);
}

TEST_CASE("the cut table agrees with the cut itself on what the edge holds") {
  for (char const* const name : {"vit_64px", "resnet50_keras_224px", "mobilenet_v2_224px"}) {
    INFO(name);
    Model const model = catalog_model(name);
    auto const rows = cut_table(model);
    auto const cuts = single_tensor_cuts(model);
    REQUIRE(rows.size() == cuts.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      INFO(rows[i].name);
      CHECK(rows[i].edge_parameters == edge_parameters(model, cuts[i]));
      CHECK(rows[i].edge_macs == edge_macs(model, cuts[i]));
      CHECK(rows[i].elements == crossing_elements(model, cuts[i]));
    }
  }
}

TEST_CASE("the cut table prints exact numbers as CSV and aligned ones as text") {
  Model const model = test::model_of(R"(
    name: "two" input_shape: 4
    parts { layer { name: "fc" op { linear { out_features: 2 } } aliases: "block 1" aliases: "a, b" } }
    parts { layer { name: "end" op { activation { function: RELU } } } })");
  auto const rows = cut_table(model);
  CHECK(cut_table_csv(rows) ==
        "cut,aliases,shape,elements,fp32_bytes,edge_parameters,edge_parameters_percent,edge_macs,edge_macs_percent\n"
        "input,,4,4,16,0,0,0,0\n"
        "fc,\"block 1;a, b\",2,2,8,10,100,8,100\n"
        "end,,2,2,8,10,100,8,100\n");
  CHECK(cut_table_text(model, rows) ==
        "two: 10 parameters, 0.0 MMAC, input 4 uint8\n"
        "cut    aliases        shape  values   fp32 KiB  edge parameters       %  edge MMAC  % MAC\n"
        "input                 4           4   0.015625                0    0.00        0.0    0.0\n"
        "fc     block 1, a, b  2           2  0.0078125               10  100.00        0.0  100.0\n"
        "end                   2           2  0.0078125               10  100.00        0.0  100.0\n");
}
