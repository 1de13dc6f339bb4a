// The shipped ResNet-50 block times against the table they come from, and its sizes against our model.

#include <filesystem>
#include <iostream>

#include "sim/base/csv.hpp"
#include "sim/base/files.hpp"
#include "tests/unit/workloads/test_models.hpp"
#include "workloads/cost_trace_load.hpp"
#include "workloads/cut.hpp"

using namespace coinfer;

namespace {

CostTrace shipped_trace(Model const& model) {
  ModelCatalog const catalog;
  auto const* const text = catalog.find_trace("scission_resnet50");
  REQUIRE(text != nullptr);
  Diagnostics diagnostics;
  auto trace = load_cost_trace(text->file, text->content, model, diagnostics);
  INFO(diagnostics.text());
  REQUIRE(trace.has_value());
  return *std::move(trace);
}

std::vector<LayerId> all_layers(Model const& model) {
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) layers.emplace_back(i);
  return layers;
}

}  // namespace

TEST_CASE("the Scission trace covers every layer of ResNet-50 with 24 blocks on five processors") {
  Model const model = test::catalog_model("resnet50_keras_224px");
  CostTrace const trace = shipped_trace(model);
  CHECK(trace.processors().size() == 5);
  for (auto const& [device, processor] : trace.processors()) {
    INFO(device << "." << processor);
    auto const coverage = trace.cover(device, processor, all_layers(model));
    CHECK(coverage.not_covered.empty());
    CHECK(coverage.spans.size() == 24);
  }
  CHECK(trace.cover("scission_raspberry_pi_4", "cpu", all_layers(model)).measured.value() == Approx(0.9614).epsilon(1e-4));
}

TEST_CASE("every Scission block ends at a legal cut of one tensor") {
  Model const model = test::catalog_model("resnet50_keras_224px");
  CostTrace const trace = shipped_trace(model);
  for (MeasuredSpan const& span : trace.spans("scission_i7_6700k", "gpu")) {
    Diagnostics diagnostics;
    INFO(model.layer(span.last).name);
    CHECK(find_cut(model, model.layer(span.last).name, {}, diagnostics).has_value());
  }
}

TEST_CASE("times and cut sizes of the Scission trace equal the published table") {
  std::filesystem::path const path = COINFER_SOURCE_DIR "/../shared/data/devices/scission_layers.csv";
  if (!std::filesystem::exists(path)) {
    std::cout << "SKIPPED: times and cut sizes of the Scission trace equal the published table: shared data is absent\n";
    return;
  }
  Model const model = test::catalog_model("resnet50_keras_224px");
  CostTrace const trace = shipped_trace(model);
  std::map<std::string, CostTrace::ProcessorName> const ours = {{"raspi4", {"scission_raspberry_pi_4", "cpu"}},
                                                                {"2500", {"scission_i5_2500", "cpu"}},
                                                                {"vm2Core", {"scission_vm_2core", "cpu"}},
                                                                {"6700k(NoGPU)", {"scission_i7_6700k", "cpu"}},
                                                                {"6700k(GPU)", {"scission_i7_6700k", "gpu"}}};
  Diagnostics diagnostics;
  CsvTable const table = CsvTable::parse("scission", read_file(path), diagnostics);
  auto const text = [&](std::size_t row, char const* column) { return table.at(row, table.column(column).value()); };
  double constexpr framing_bytes = 128;
  std::size_t compared = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (text(row, "model") != "resnet50") continue;
    auto const& [device, processor] = ours.at(text(row, "device"));
    auto const block = static_cast<std::size_t>(parse_number(text(row, "block")).value());
    INFO(device << "." << processor << " block " << block);
    MeasuredSpan const& span = trace.spans(device, processor)[block];
    CHECK(span.time == Seconds(parse_number(text(row, "time_s")).value()));
    CHECK(tensor_bytes(model, span.last, DataType::fp32).value() + framing_bytes ==
          parse_number(text(row, "output_bytes")).value());
    ++compared;
  }
  CHECK(compared == 5 * 24);
}
