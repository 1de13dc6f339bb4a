#include "workloads/cost_trace.hpp"

#include "tests/unit/workloads/test_models.hpp"
#include "workloads/cost_trace_load.hpp"

using namespace coinfer;

namespace {

Model chain_of_five() {
  return test::model_of(R"(
    name: "five" input_shape: 4
    parts { block { name: "l" repeat: 5 alias: "layer {i}" layers { name: "r" op { activation { function: RELU } } } } })");
}

constexpr char const* header = "model,device,processor,first_layer,last_layer,time_s,source,grade\n";

std::string problems_of(std::string const& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(load_cost_trace("t.csv", text, chain_of_five(), diagnostics).has_value());
  return diagnostics.text();
}

std::vector<LayerId> ids(std::vector<std::uint32_t> const& indices) {
  std::vector<LayerId> list;
  for (std::uint32_t const index : indices) list.emplace_back(index);
  return list;
}

}  // namespace

TEST_CASE("a trace covers the spans that lie wholly inside a list of layers") {
  Diagnostics diagnostics;
  auto const trace = load_cost_trace("t.csv",
                                     std::string("# measured on a rainy day\n") + header +
                                         "five,pi,cpu,l4,layer 5,0.25,someone 2020,PUBLISHED\r\n"
                                         "five,pi,cpu,l1,l2.r,0.5,someone 2020,MEASURED\r\n"
                                         "five,pi,gpu,l1,l5,0.125,someone 2020,MEASURED\r\n"
                                         "other,pi,cpu,x,y,z,,\r\n",
                                     chain_of_five(), diagnostics);
  INFO(diagnostics.text());
  REQUIRE(trace.has_value());
  CHECK(trace->model() == "five");
  CHECK(trace->processors() == std::vector<CostTrace::ProcessorName>{{"pi", "cpu"}, {"pi", "gpu"}});

  auto const all = trace->cover("pi", "cpu", ids({0, 1, 2, 3, 4}));
  CHECK(all.measured == Seconds(0.75));
  REQUIRE(all.spans.size() == 2);
  CHECK(all.spans[0].source.grade == Grade::measured);
  CHECK(all.spans[1].source.citation == "someone 2020");
  CHECK(all.not_covered == ids({2}));

  auto const part = trace->cover("pi", "cpu", ids({1, 2, 3, 4}));
  CHECK(part.measured == Seconds(0.25));
  CHECK(part.not_covered == ids({1, 2}));

  // Both ends of a span are there, its middle is not.
  CHECK(trace->cover("pi", "gpu", ids({0, 1, 3, 4})).spans.empty());
  CHECK(trace->cover("pi", "gpu", ids({0, 1, 3, 4})).not_covered == ids({0, 1, 3, 4}));
  CHECK(trace->cover("phone", "cpu", ids({0, 1})).not_covered == ids({0, 1}));
}

TEST_CASE("a device without a catalogue entry is known to traces by its own name") {
  Device device;
  device.name = "phone";
  CHECK(trace_name(device) == "phone");
  device.catalog_name = "raspberry_pi_4";
  CHECK(trace_name(device) == "raspberry_pi_4");
}

TEST_CASE("a wrong cost trace is told by place") {
  CHECK(problems_of("model,device,first_layer,last_layer,time_s,source,grade\nfive,a,l1,l1,1,s,DERIVED\n") ==
        "t.csv: column 'processor' is missing");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l1,m2,1,s,DERIVED\n") ==
        "t.csv:2:15: unknown layer 'm2' (model 'five' has no layer of this name) did you mean 'l2'?");
  CHECK(problems_of(std::string(header) + "five,a,cpu,input,l2,1,s,DERIVED\n") ==
        "t.csv:2:12: 'input' is no layer (it is the model's input)");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l3,l2,1,s,DERIVED\n") ==
        "t.csv:2:15: the span ends before it begins ('l2' comes before 'l3' in the model)");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l1,l3,1,s,DERIVED\nfive,a,cpu,l3,l4,1,s,DERIVED\n") ==
        "t.csv:3:12: the span overlaps the one in line 2 (a layer is measured once on 'a.cpu')");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l1,l2,-1,s,DERIVED\n") ==
        "t.csv:2:18: time_s is -1 (it must be at least 0)");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l1,l2,nan,s,DERIVED\n") ==
        "t.csv:2:18: time_s is 'nan' (it must be a finite number of seconds)");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l1,l2,1,,DERIVED\n") ==
        "t.csv:2:20: the source is empty (a measured time needs its citation)");
  CHECK(problems_of(std::string(header) + "five,a,cpu,l1,l2,1,s,MEASURD\n") ==
        "t.csv:2:22: unknown grade 'MEASURD' did you mean 'MEASURED'?");
}
