#include <algorithm>
#include <map>

#include "privacy/attribution.hpp"
#include "privacy/derive_exposures.hpp"
#include "privacy/leakage_catalog.hpp"
#include "privacy/protocols/talaria_masks.hpp"
#include "privacy/protocols/talaria_placement.hpp"
#include "privacy/score.hpp"
#include "tests/unit/privacy/talaria_samples.hpp"

using namespace coinfer;
using namespace coinfer::talaria;

namespace {

/// A pass of one sequence with one new token beside `held` ones.
Batch step(std::uint32_t held) {
  Batch batch;
  BatchItem item;
  item.held = held;
  batch.items.push_back(item);
  return batch;
}

std::vector<TaskAmount> amounts_of(Phase const& phase, Batch const& batch) {
  std::vector<TaskAmount> amounts(phase.tasks.size());
  price(phase, batch, amounts);
  return amounts;
}

/// "compute vm.cpu 1.5 enclave 0.5", "vm>gpu 8", in order.
std::vector<std::string> lines_of(Plan const& plan, Phase const& phase, Batch const& batch, Platform const& platform) {
  std::vector<std::string> lines;
  std::vector<TaskAmount> const amounts = amounts_of(phase, batch);
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    Task const& task = phase.graph.tasks()[i];
    if (task.kind == TaskKind::transfer) {
      Journey const journey = plan.journeys[task.role];
      lines.push_back(platform.device(journey.from).name + ">" + platform.device(journey.to).name + " " +
                      shortest(amounts[i].total));
      continue;
    }
    std::string line = plans::word_of(task.part) + " " + plans::name_of(plan.stations[task.role], platform) + " " +
                       shortest(amounts[i].total);
    if (amounts[i].first_extra > 0) {
      line += " " + plans::word_of(task.first_extra_part) + " " + shortest(amounts[i].first_extra);
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("A pass of talaria masks, sends, multiplies, returns and recovers, product by product") {
  Workload const workload;
  Plan const plan = workload.plan();
  // One new token after three: it attends to four. m = 2 (of the wide input of down: 4).
  CHECK(lines_of(plan, plan.iteration(0), step(3), Platform(workload.parts)) ==
        std::vector<std::string>{
            "compute vm.cpu 1.5 enclave 0.5",  // norm 16 flop
            "protect vm.cpu 1.5 enclave 0.5",  // 2 * 2 * 4
            "vm>gpu 8",
            "compute gpu.gpu 4",                      // 2 * 4 * 8
            "gpu>vm 16",                              //
            "protect vm.cpu 3 enclave 1",             // 2 * 2 * 8
            "compute vm.cpu 13.6875 enclave 4.5625",  // rotary 3 * 6, attention 4 * (2 * 8 + 8 * 2)
            "protect vm.cpu 1.5 enclave 0.5",         //
            "vm>gpu 8",
            "compute gpu.gpu 2",
            "gpu>vm 8",
            "protect vm.cpu 1.5 enclave 0.5",      //
            "compute vm.cpu 1.875 enclave 0.625",  // add 4, norm 16
            "protect vm.cpu 1.5 enclave 0.5",      //
            "vm>gpu 8",
            "compute gpu.gpu 8",
            "gpu>vm 32",
            "protect vm.cpu 6 enclave 2",        // 2 * 2 * 16
            "compute vm.cpu 6.75 enclave 2.25",  // 9 * 8
            "protect vm.cpu 6 enclave 2",        // 2 * 4 * 8
            "vm>gpu 16",
            "compute gpu.gpu 4",
            "gpu>vm 8",
            "protect vm.cpu 3 enclave 1",          // 2 * 4 * 4
            "compute vm.cpu 1.875 enclave 0.625",  // add, final norm
            "protect vm.cpu 1.5 enclave 0.5",      //
            "vm>gpu 8",
            "compute gpu.gpu 5",
            "gpu>vm 20",
            "protect vm.cpu 3.75 enclave 1.25",  // 2 * 2 * 10
        });
  // One after the other: every step but the first waits for the one before it.
  Phase const& phase = plan.iteration(0);
  CHECK(phase.graph.roots().size() == 1);
  for (std::uint32_t i = 0; i + 1 < phase.tasks.size(); ++i) {
    REQUIRE(phase.graph.successors(i).size() == 1);
    CHECK(phase.graph.successors(i)[0] == i + 1);
  }
}

TEST_CASE("Every message of a pass leaves and enters the confidential VM, which has a price where one is known") {
  Workload workload;
  workload.parts.devices[1].enclaves[0].entry = Seconds(0.25);
  Plan const plan = workload.plan();
  auto const lines = lines_of(plan, plan.iteration(0), step(3), Platform(workload.parts));
  CHECK(std::count(lines.begin(), lines.end(), "crossing vm.cpu 0.25") == 12);  // in, five times out and in, out
  CHECK(lines.front() == "crossing vm.cpu 0.25");
  CHECK(lines.back() == "crossing vm.cpu 0.25");
}

TEST_CASE("What is masked is read from memory: at few tokens that is what a recovery takes") {
  Workload workload;
  workload.parts.devices[1].processors[0].memory = BytesPerSecond(1);
  workload.parts.devices[1].enclaves[0].memory_slowdown = 2.0;
  Plan const plan = workload.plan();
  auto const lines = lines_of(plan, plan.iteration(0), step(3), Platform(workload.parts));
  // R of qkv 2 by 8 and 8 values read and written, 2 bytes each: 64 bytes, against 2 s of arithmetic.
  CHECK(lines[5] == "protect vm.cpu 128 enclave 64");
}

TEST_CASE("A pass over several sequences sends a row for each token, and for the head one for each sequence that yields") {
  Workload const workload;
  Plan const plan = workload.plan();
  Batch batch = step(3);
  BatchItem chunk;
  chunk.units = 5;
  chunk.opening = true;
  chunk.yields = false;
  batch.items.push_back(chunk);
  auto const lines = lines_of(plan, plan.iteration(0), batch, Platform(workload.parts));
  CHECK(lines[2] == "vm>gpu 48");
  CHECK(lines[4] == "gpu>vm 96");
  CHECK(lines[lines.size() - 4] == "vm>gpu 8");
  CHECK(lines[lines.size() - 2] == "gpu>vm 20");
}

TEST_CASE("Talaria makes 4 L + 1 round trips per pass and carries the published structure's bytes per token") {
  struct Row {
    char const* model;
    std::size_t trips;
    double blocks, up_per_block, down_per_block, head_up, head_down, gflop;
  };
  // Bytes in bf16 and GFLOP of all products for one token.
  std::vector<Row> const rows = {{"llama_2_7b", 129, 32, 46592, 84992, 8192, 64000, 13.21},
                                 {"llama_3_8b", 129, 32, 53248, 86016, 8192, 256512, 15.01},
                                 {"qwen2_5_7b", 113, 28, 59392, 99328, 7168, 304128, 14.14},
                                 {"llama_3_70b", 321, 80, 106496, 167936, 16384, 256512, 139.0}};
  for (Row const& row : rows) {
    INFO(row.model);
    Workload workload;
    workload.model = catalog_model(row.model);
    for (Link& link : workload.parts.links) link.latency = Seconds(0.0005);
    Platform const platform(workload.parts);
    Plan const plan = workload.plan();
    Phase const& phase = plan.iteration(0);
    auto const amounts = amounts_of(phase, step(100));
    std::size_t ups = 0;
    std::size_t downs = 0;
    double up = 0;
    double down = 0;
    double product_s = 0;
    Seconds latency;
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      Task const& task = phase.graph.tasks()[i];
      if (task.kind == TaskKind::compute && plan.stations[task.role].processor.device == gpu) product_s += amounts[i].total;
      if (task.kind != TaskKind::transfer) continue;
      bool const out = plan.journeys[task.role] == Journey{vm, gpu};
      (out ? ups : downs) += 1;
      (out ? up : down) += amounts[i].total;
      Journey const journey = plan.journeys[task.role];
      Route const route = *platform.route(journey.from, journey.to);
      for (Hop const& hop : route.hops) latency += platform.link(hop.link).latency;
    }
    CHECK(ups == row.trips);
    CHECK(downs == row.trips);
    CHECK(up == row.blocks * row.up_per_block + row.head_up);
    CHECK(down == row.blocks * row.down_per_block + row.head_down);
    CHECK(latency.value() == Approx(0.001 * static_cast<double>(row.trips)));  // 129 ms at a round-trip time of 1 ms
    CHECK(product_s * 16 / 1e9 == Approx(row.gflop).epsilon(0.0005));
    CHECK(phase.costs.size() ==
          37);  // equal blocks share: 6 kinds of operators, 5 masks, 5 recoveries, slowed too, 5 products
  }
}

TEST_CASE("The worked product of the literature costs what it says") {
  // The head of DeepSeek-V3: 7168 by 129,280, in bf16.
  MaskedLinear const head{LayerId(0), 7168, 129280, true};
  for (auto const& [ratio, giga] : std::map<double, double>{{0.5, 0.927}, {0.75, 1.390}, {0.9, 1.668}}) {
    CHECK(recover_work(head, ratio, DataType::bf16).flop_per_sequence.value() / 1e9 == Approx(giga).margin(0.0005));
    CHECK(public_product(head, ratio, DataType::bf16).value() / 1e9 == Approx(giga).margin(0.0005));
  }
  TokenWork const mask = mask_work(head, 0.5, DataType::bf16);
  CHECK(mask.flop_per_sequence == Flop(2.0 * 3584 * 7168));
  CHECK(mask.weights == Bytes(2.0 * 3584 * 7168));
  CHECK(mask.activations_per_sequence == Bytes(2.0 * 2 * 7168));
}

TEST_CASE("A request of a served confidential VM sends ids up, gets the first token, and the others when all are there") {
  Workload workload;
  workload.wire.framing = Bytes(1);
  Plan const plan = workload.plan();
  REQUIRE(plan.phases.size() == 2);
  Phase const& phase = plan.phases[1];
  REQUIRE(phase.kind == PhaseKind::once);
  std::vector<TaskAmount> amounts(phase.tasks.size());
  price(phase, RequestPass{5, 0, 3}, amounts);
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    Task const& task = phase.graph.tasks()[i];
    if (task.kind == TaskKind::transfer) seen.push_back("transfer " + shortest(amounts[i].total));
    if (task.kind == TaskKind::serve) seen.push_back("serve " + shortest(amounts[i].total));
  }
  CHECK(seen == std::vector<std::string>{"transfer 21", "serve 5", "transfer 5", "serve 3", "transfer 13"});
  CHECK(plan.held_weights == std::vector<std::optional<Bytes>>{Bytes(184 + 80 + 24)});  // R, embedding, three norms
}

TEST_CASE("Without a server the chain runs for the prompt and for each step, and the ids come back in the end") {
  Workload workload;
  workload.servers.clear();
  Plan const plan = workload.plan();
  std::vector<PhaseKind> kinds;
  for (Phase const& phase : plan.phases) kinds.push_back(phase.kind);
  CHECK(kinds == std::vector<PhaseKind>{PhaseKind::once, PhaseKind::each_step, PhaseKind::closing});
  std::vector<TaskAmount> amounts(plan.phases[1].tasks.size());
  price(plan.phases[1], RequestPass{1, 3, 0}, amounts);
  auto const served = Workload().plan();
  auto const expected = amounts_of(served.iteration(0), step(3));
  REQUIRE(amounts.size() == expected.size());
  for (std::size_t i = 0; i < amounts.size(); ++i) CHECK(amounts[i].total == expected[i].total);
}

TEST_CASE("The setup multiplies the mask basis with every weight matrix and carries the products to the confidential VM") {
  Workload workload;
  workload.options = options(0.5, true);
  Plan const plan = workload.plan();
  REQUIRE(plan.phases.front().kind == PhaseKind::setup);
  CHECK(plan.phases.front().scope == SetupScope::start);
  // 2 m d e: 128 + 64 + 256 + 256 + 160 flop; 2 bytes for each of m e: 16 + 8 + 32 + 16 + 20 values.
  CHECK(lines_of(plan, plan.phases.front(), {}, Platform(workload.parts)) ==
        std::vector<std::string>{"compute gpu.gpu 54", "gpu>vm 184"});
}

TEST_CASE("Truth table of talaria: the cloud and its network see masked values, everything else is sealed") {
  Workload const workload;
  Plan const plan = workload.plan();
  Platform const platform(workload.parts);
  std::map<std::string, int> seen;  // for one request that takes three passes
  for (TaskExposure const& exposure : derive_exposures(plan, platform, phone)) {
    int const times = plan.phases[exposure.phase].kind == PhaseKind::iteration ? 3 : 1;
    seen[plan.tensors[exposure.tensor].names.front() + " " + exposure.domain + " " + exposure.place + " " +
         std::string(to_string(exposure.protection))] += times;
  }
  std::map<std::string, int> expected = {
      {"input network link:wan transport_encrypted", 1},
      {"input cloud operator device:vm sealed", 1},
      {"output cloud operator device:vm sealed", 3},
      {"output network link:wan transport_encrypted", 2},
  };
  for (std::string const layer : {"block0.qkv", "block0.o_proj", "block0.gate_up", "block0.down", "lm_head"}) {
    for (std::string const what : {" inputs", " outputs"}) {
      expected[layer + what + " cloud operator device:vm sealed"] = 3;
      expected[layer + what + " datacentre link:lan masked"] = 3;
      expected[layer + what + " cloud operator device:gpu masked"] = 3;
    }
  }
  CHECK(seen == expected);
}

TEST_CASE("What the cloud sees of talaria is scored by the published average alone where the workload asks for it") {
  Workload const workload;
  Plan const plan = workload.plan();
  Diagnostics diagnostics;
  LeakageTables const tables = load_leakage_catalog(std::nullopt, diagnostics);
  auto const score_as = [&](std::string const& name) {
    std::vector<Exposure> seen;
    for (TaskExposure const& shown : derive_exposures(plan, Platform(workload.parts), phone)) {
      Exposure exposure;
      exposure.domain = shown.domain;
      exposure.workload = "chat";
      exposure.model = exposure.dataset = name;
      exposure.tensor_names = plan.tensors[shown.tensor].names;
      exposure.tensor = exposure.tensor_names.front();
      exposure.place = shown.place;
      exposure.protection = shown.protection;
      exposure.count = 1;
      seen.push_back(exposure);
    }
    return score(Adversary{"cloud", {"cloud operator"}, Knowledge::white_box}, seen, tables);
  };
  auto const average = score_as("talaria_average");
  REQUIRE(average.size() == 1);
  CHECK(average[0].metric == "token_reconstruction_accuracy");
  CHECK(average[0].value == 0.0134);
  CHECK(average[0].grade == Grade::published);
  auto const own = score_as("tiny");
  REQUIRE(own.size() == 1);
  CHECK(own[0].reason ==
        "not measured: no row for model 'tiny', dataset 'tiny', cut 'block0.qkv inputs', protection 'masked' (and 9 more "
        "cuts)");
}

TEST_CASE("Masked values are known under the layer, a collective name and the cut they leave") {
  Plan const plan = Workload().plan();
  auto const names = [&](std::string const& canonical) {
    for (Tensor const& tensor : plan.tensors) {
      if (tensor.names.front() == canonical) return tensor.names;
    }
    return std::vector<std::string>{};
  };
  CHECK(names("block0.qkv inputs") ==
        std::vector<std::string>{"block0.qkv inputs", "masked linear inputs", "block0.attn_norm"});
  CHECK(names("lm_head outputs") == std::vector<std::string>{"lm_head outputs", "masked linear outputs", "lm_head"});
}

TEST_CASE("With an encrypted transport the network between the confidential VM and the gpu sees ciphertext") {
  Workload workload;
  workload.wire.encrypted = true;
  Plan const plan = workload.plan();
  Platform const platform(workload.parts);
  for (TaskExposure const& exposure : derive_exposures(plan, platform, phone)) {
    if (exposure.place == "link:lan") CHECK(exposure.protection == Protection::transport_encrypted);
    if (exposure.place == "device:gpu") CHECK(exposure.protection == Protection::masked);
  }
}

TEST_CASE("The placement of talaria puts products on the gpu and leaves the embedding inside") {
  Workload const workload;
  Platform const platform(workload.parts);
  Placement placement;
  placement.of_layer.assign(workload.model.layers().size(), workload.on);
  std::vector<PlanProblem> problems;
  auto const places = talaria_placement({platform, workload.model, placement, phone, nullptr, workload.wire,
                                         workload.servers, workload.options, Attestation::none},
                                        problems);
  REQUIRE(places.has_value());
  std::vector<std::string> outside;
  for (LayerId layer : places->placement.layers_on({gpu, 0})) outside.push_back(workload.model.layer(layer).name);
  CHECK(outside == std::vector<std::string>{"block0.qkv", "block0.o_proj", "block0.gate_up", "block0.down", "lm_head"});
  CHECK(places->placement.layers_on({vm, 0, 0}).size() + outside.size() == workload.model.layers().size());
}
