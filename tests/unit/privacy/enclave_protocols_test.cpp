#include <catch2/catch.hpp>

#include "tests/unit/privacy/token_samples.hpp"
#include "workloads/transformer_layers.hpp"

namespace coinfer {

using plans::cc;
using plans::cloud;
using plans::cpu;
using plans::gpu;
using plans::on_the_way;
using plans::phone;
using plans::problems_of;
using plans::tee;
using plans::Workshop;
using plans::operator+;
using Lines = std::vector<std::string>;
using Table = std::multiset<std::string>;

namespace {

Lines const evidence = {"transfer phone>cloud 0 B []", "attestation cloud.cpu quoting 3 s [0]",
                        "transfer cloud>phone 0 B [1]", "attestation phone.cpu 2 s [2]"};

Workshop cmif_shop() {
  Workshop shop;
  proto::ProtocolOptions::Cmif& options = *shop.options.mutable_cmif();
  options.set_epsilon(2);
  options.set_sensitive_share(0.5);
  options.set_candidates(16);
  options.set_vector_width(8);
  // A word costs 2 * 16 * 8 = 256 flop: two seconds in the enclave.
  shop.parts.devices[0].processors[1].rates[static_cast<std::size_t>(DataType::bf16)] = FlopPerSecond(256);
  shop.parts.devices[0].enclaves[0].compute_slowdown = 2;
  return shop;
}

}  // namespace

TEST_CASE("enclave_only of a token model: evidence, then everything sealed, the channel is encrypted unasked") {
  Workshop shop;
  Plan const plan = shop.plan("enclave_only", {{tee(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::setup) == evidence);
  CHECK(shop.steps(plan, PhaseKind::once) ==
        Lines{"crypto phone.cpu 5 s []", "transfer phone>cloud 40 B input transport_encrypted>sealed [0]",
              "crypto cloud.cpu 5 s [1]", "crossing cloud.cpu 0.5 s [2]", "compute cloud.cpu 25 s output sealed [3]",
              "crossing cloud.cpu 0.5 s [4]", "crypto cloud.cpu 0.5 s [5]",
              "transfer cloud>phone 4 B output transport_encrypted>clear [6]", "crypto phone.cpu 0.5 s [7]"});
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"crossing cloud.cpu 0.5 s []", "compute cloud.cpu 25 s output sealed [0]", "crossing cloud.cpu 0.5 s [1]"});
  std::string const host = " | cloud operator | device:cloud | ";
  CHECK(shop.exposures(plan) ==
        on_the_way("once", "input", "transport_encrypted") + on_the_way("once", "output", "transport_encrypted") +
            on_the_way("closing", "output", "transport_encrypted") +
            Table{"once" + host + "input | sealed", "once" + host + "output | sealed", "step" + host + "output | sealed"});
}

TEST_CASE("Evidence is checked as often as the scenario says, and not at all where nothing is known of it") {
  Workshop shop;
  auto const setup_of = [](Plan const& plan) {
    std::vector<SetupScope> scopes;
    for (Phase const& phase : plan.phases) {
      if (phase.kind == PhaseKind::setup) scopes.push_back(phase.scope);
    }
    return scopes;
  };
  using Scopes = std::vector<SetupScope>;
  CHECK(setup_of(shop.plan("enclave_only", {{tee(cloud), ""}})) == Scopes{SetupScope::device});
  CHECK(setup_of(shop.plan("enclave_only", {{tee(phone), ""}})).empty());
  shop.attestation = Attestation::per_request;
  CHECK(setup_of(shop.plan("enclave_only", {{tee(cloud), ""}})) == Scopes{SetupScope::request});
  shop.attestation = Attestation::none;
  CHECK(setup_of(shop.plan("enclave_only", {{tee(cloud), ""}})).empty());
  shop.attestation = Attestation::at_start;
  shop.parts.devices[2].enclaves[0].initialisation = Seconds(7);
  Plan const both = shop.plan("enclave_only", {{tee(cloud), ""}});
  CHECK(setup_of(both) == Scopes{SetupScope::start, SetupScope::start});
  CHECK(both.notes.empty());
  shop.parts.devices[2].enclaves[0].attestation->verify.reset();
  CHECK(shop.plan("enclave_only", {{tee(cloud), ""}}).notes ==
        Lines{"enclave 'cloud.tee': the time to verify a quote is unknown, counted as none"});
  shop.parts.devices[2].enclaves[0].initialisation.reset();
  shop.parts.devices[2].enclaves[0].attestation.reset();
  shop.parts.devices[2].enclaves[0].memory_slowdown.reset();
  Plan const unknown = shop.plan("enclave_only", {{tee(cloud), ""}});
  CHECK(setup_of(unknown).empty());
  CHECK(unknown.notes == Lines{"enclave 'cloud.tee': a slowdown is unknown and counted as none, times are lower estimates",
                               "enclave 'cloud.tee': the time to set it up is unknown, counted as none",
                               "enclave 'cloud.tee': nothing is known of its attestation, it is left out"});
}

TEST_CASE("gpu_confidential: each pass pays the bridge's toll, its toll per sequence and its copies, then computes") {
  Workshop shop;
  shop.servers = {plans::server("cloud.gpu")};
  Plan const plan = shop.plan("gpu_confidential", {{cc(cloud), ""}});
  // 0.25 + 0.125 and 10 ids in and one out, 44 bytes at 8 bytes per second.
  CHECK(shop.steps(plan, PhaseKind::iteration) ==
        Lines{"crossing cloud.gpu bridge 5.875 s []", "compute cloud.gpu 25 s output sealed [0]"});
  CHECK(shop.steps(plan, PhaseKind::once)[3] == "serve cloud.gpu opening 10 [2]");
  CHECK(plan.servers == std::vector<ProcessorRef>{cc(cloud)});
  std::string const host = " | cloud operator | device:cloud | ";
  CHECK(shop.exposures(plan) == on_the_way("once", "input", "transport_encrypted") +
                                    on_the_way("once", "output", "transport_encrypted") +
                                    on_the_way("once", "output", "transport_encrypted") +
                                    Table{"once" + host + "input | sealed", "iteration" + host + "output | sealed"});
}

TEST_CASE("An enclave's slowdown of a token pass is its own part of the time") {
  Workshop shop;
  shop.parts.devices[2].processors[1].rates[static_cast<std::size_t>(DataType::bf16)] = FlopPerSecond(1000);
  shop.parts.devices[2].enclaves[0].compute_slowdown = 1.5;
  Plan const plan = shop.plan("enclave_only", {{tee(cloud), ""}});
  for (Phase const& phase : plan.phases) {
    if (phase.kind != PhaseKind::once) continue;
    PassSize size;
    size.add(10, 0, true, true);
    double const arithmetic_s = pass_work(shop.model, size).flop.value() / 1000;
    std::vector<TaskAmount> amounts(phase.tasks.size());
    price(phase, RequestPass{10, 0, 5}, amounts);
    CHECK(amounts[4].total == Approx(25 + 1.5 * arithmetic_s));
    CHECK(amounts[4].first_extra == Approx(0.5 * arithmetic_s));
    CHECK(phase.graph.tasks()[4].first_extra_part == enclave_part);
  }
}

TEST_CASE("Measured iterations do not say what bounds them and are slowed by the larger factor") {
  Workshop shop;
  auto tables = std::make_shared<StepTables>();
  tables->model = "t";
  shop.servers = {plans::server("cloud.gpu")};
  shop.servers[0].step_tables = tables;
  shop.servers[0].overhead = Seconds(2);
  shop.parts.devices[2].enclaves[1].compute_slowdown = 1.25;
  shop.parts.devices[2].enclaves[1].memory_slowdown = 1.5;
  Plan const plan = shop.plan("gpu_confidential", {{cc(cloud), ""}});
  Batch batch;
  batch.items.resize(1);
  std::vector<TaskAmount> amounts(2);
  price(plan.iteration(0), batch, amounts);
  CHECK(amounts[1].total == 3);
  CHECK(amounts[1].first_extra == 1);
}

TEST_CASE("Beyond the protected memory a token pass pages what it moves, weights that cannot be paged are refused") {
  Workshop shop;
  Enclave& enclave = shop.parts.devices[2].enclaves[0];
  enclave.protected_memory = Bytes(100);
  CHECK(
      problems_of(shop.compiled("enclave_only", {{tee(cloud), ""}})).front() ==
      "placement: the layers in enclave 'cloud.tee' outgrow its protected memory (their weights do, and what paging costs "
      "there is unknown)");
  enclave.paging = EnclavePaging{Seconds(4), BytesPerSecond(64)};
  Plan const plan = shop.plan("enclave_only", {{tee(cloud), ""}});
  PassSize size;
  size.add(1, 10, true, true);
  double const moved_s = pass_work(shop.model, size).bytes.value() / 64;
  for (Phase const& phase : plan.phases) {
    if (phase.kind != PhaseKind::each_step) continue;
    std::vector<TaskAmount> amounts(phase.tasks.size());
    price(phase, RequestPass{1, 10, 0}, amounts);
    CHECK(amounts[1].total == Approx(25 + 4 + moved_s));
    CHECK(amounts[1].second_extra == Approx(4 + moved_s));
    CHECK(phase.graph.tasks()[1].second_extra_part == paging_part);
  }
}

TEST_CASE("cmif: noisy words and their embedding cross once, the server generates") {
  Workshop shop = cmif_shop();
  shop.servers = {plans::server("cloud")};
  Plan const plan = shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}});
  // Half of ten words at two seconds; then in, the embedding's one layer, and out.
  CHECK(shop.steps(plan, PhaseKind::once) ==
        Lines{"protect phone.cpu 10 s []", "crossing phone.cpu 0.5 s [0]", "compute phone.cpu 1 s [1]",
              "crossing phone.cpu 0.5 s [2]", "transfer phone>cloud 80 B sanitised input noised>noised [3]",
              "serve cloud.gpu opening 10 [4]", "transfer cloud>phone 4 B output clear>clear [5]",
              "serve cloud.gpu rest 5 [5]", "transfer cloud>phone 20 B output clear>clear [7]"});
  // A server that embeds its own output has the embedding too.
  CHECK(shop.steps(plan, PhaseKind::iteration) == Lines{"compute cloud.gpu 25 s output clear []"});
  CHECK(plan.tensors[1].names == Lines{"sanitised input", "input embedding", "embedding"});
  CHECK(plan.tensors[1].epsilon == 2);
  CHECK(shop.exposures(plan) == on_the_way("once", "sanitised input", "noised") + on_the_way("once", "output", "clear") +
                                    on_the_way("once", "output", "clear") +
                                    Table{"once | cloud operator | device:cloud | sanitised input | noised",
                                          "iteration | cloud operator | device:cloud | output | clear"});
  shop.wire.encrypted = true;
  CHECK(shop.exposures(shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}})) ==
        on_the_way("once", "sanitised input", "transport_encrypted") + on_the_way("once", "output", "transport_encrypted") +
            on_the_way("once", "output", "transport_encrypted") +
            Table{"once | cloud operator | device:cloud | sanitised input | noised",
                  "iteration | cloud operator | device:cloud | output | clear"});
}

TEST_CASE("cmif says what it takes for what neither the publication nor the scenario gives") {
  Workshop shop;
  shop.options.mutable_cmif()->set_epsilon(1);
  shop.parts.devices[0].enclaves[0].initialisation = Seconds(1);
  Plan const plan = shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}});
  std::string const open = "protocol 'cmif', not published and not given (ASSUMED): ";
  CHECK(plan.notes == Lines{open + "every word counts as sensitive", open + "each is compared with the whole vocabulary",
                            open + "word vectors are as wide as the model", open + "the server embeds its own output"});
}

TEST_CASE("cmif says what its sanitiser releases: of which words, under which mechanism") {
  Workshop shop = cmif_shop();
  auto const compiled = [&] { return shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}}); };
  proto::ProtocolOptions::Cmif& options = *shop.options.mutable_cmif();
  options.set_epsilon(3);
  options.set_sensitive_share(0.07);
  Plan const plan = compiled();
  REQUIRE(plan.releases.size() == 1);
  CHECK(plan.tensors[plan.releases[0].tensor].names.front() == "sanitised input");
  CHECK(plan.releases[0].mechanism == Mechanism{MechanismKind::report_noisy_max, 3, std::nullopt});
  // A twentieth of a word is a word; 7 of 100 are 7, although 0.07 * 100 is more in doubles.
  CHECK(plan.releases[0].draws(1) == 1);
  CHECK(plan.releases[0].draws(100) == 7);
  CHECK(plan.releases[0].draws(101) == 8);
  CHECK(plan.releases[0].draws(0) == 0);
  options.set_sanitiser(proto::ProtocolOptions::Cmif::CUSTEXT_PLUS);
  CHECK(compiled().releases[0].mechanism == Mechanism{MechanismKind::exponential, 3, std::nullopt});
  CHECK(compiled().notes.back() ==
        "protocol 'cmif', sanitiser CUSTEXT_PLUS: a word is protected among those that share its candidates only");
  options.set_vector_diameter(2);
  CHECK(
      problems_of(shop.compiled("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}})) ==
      Lines{
          "options: vector_diameter is an option of sanitiser SANTEXT_PLUS (no other has a budget that depends on how far "
          "apart words are)"});
  options.set_sanitiser(proto::ProtocolOptions::Cmif::SANTEXT_PLUS);
  CHECK(compiled().releases[0].mechanism == Mechanism{MechanismKind::metric, 3, 2.0});
  CHECK(compiled().tensors[compiled().releases[0].tensor].epsilon == 6.0);
  CHECK(compiled().tensors[compiled().releases[0].tensor].epsilon_scale == "metric_one_draw");
  options.clear_vector_diameter();
  CHECK(compiled().tensors[compiled().releases[0].tensor].epsilon_scale == "metric_one_draw_per_unit_of_distance");
  CHECK(compiled().notes.back() ==
        "protocol 'cmif', sanitiser SANTEXT_PLUS: no vector_diameter is known, so epsilon is per unit of distance of two "
        "words");
  // Nothing is replaced: what crosses is the prompt's own embedding.
  options.set_sensitive_share(0);
  CHECK(compiled().releases.empty());
  for (std::string const& seen : shop.exposures(compiled())) CHECK(seen.find("noised") == std::string::npos);
}

TEST_CASE("cmif with a client that embeds every token: one round trip per token, and no noise on what the server made") {
  Workshop shop = cmif_shop();
  shop.servers = {plans::server("cloud")};
  shop.options.mutable_cmif()->set_decode(proto::ProtocolOptions::Cmif::CLIENT_EMBEDS);
  Plan const plan = shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::iteration) == Lines{"compute cloud.gpu 24 s output clear []"});
  CHECK(shop.steps(plan, PhaseKind::once).size() == 7);
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"crossing phone.cpu 0.5 s []", "compute phone.cpu 1 s [0]", "crossing phone.cpu 0.5 s [1]",
              "transfer phone>cloud 8 B output embedding clear>clear [2]", "serve cloud.gpu pass 1 [3]",
              "transfer cloud>phone 4 B output clear>clear [4]"});
}

TEST_CASE("cmif without a server generates on the processor, an encoder takes one pass") {
  Workshop shop = cmif_shop();
  Plan const plan = shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::each_step) == Lines{"compute cloud.gpu 25 s output clear []"});
  CHECK(shop.steps(plan, PhaseKind::closing) == Lines{"transfer cloud>phone 20 B output clear>clear []"});
  shop.model = plans::token_model("encoder: true");
  Plan const encoder = shop.plan("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}});
  CHECK(encoder.phases.size() == 1);
  CHECK(shop.steps(encoder, PhaseKind::once)[5] == "compute cloud.gpu 24 s output clear [4]");
}

TEST_CASE("Protocols with enclaves refuse placements that are not their own") {
  Workshop shop;
  CHECK(
      problems_of(shop.compiled("enclave_only", {{tee(cloud), "block0"}, {cpu(cloud), ""}})) ==
      Lines{"placement: protocol 'enclave_only' needs every layer in one enclave of a cpu (layer 'block1.attn_norm' is on "
            "'cloud.cpu')"});
  CHECK(problems_of(shop.compiled("enclave_only", {{cc(cloud), ""}})) ==
        Lines{"placement: protocol 'enclave_only' needs every layer in one enclave of a cpu (layer 'embedding' is on "
              "'cloud.cc')"});
  CHECK(problems_of(shop.compiled("gpu_confidential", {{gpu(cloud), ""}})) ==
        Lines{"placement: protocol 'gpu_confidential' needs every layer in one enclave of a gpu (layer 'embedding' is on "
              "'cloud.gpu')"});
  CHECK(problems_of(shop.compiled("cmif", {{tee(phone), "embedding"}, {gpu(cloud), ""}})) ==
        Lines{"options: protocol 'cmif' needs options { cmif { epsilon: ... } } (the privacy budget has no default)"});
  shop = cmif_shop();
  CHECK(problems_of(shop.compiled("cmif", {{cpu(phone), "block0"}, {tee(cloud), ""}})) ==
        Lines{"placement: protocol 'cmif' embeds in an enclave of 'phone' (layer 'embedding' is on 'phone.cpu')",
              "placement: protocol 'cmif' keeps nothing but the embedding in the enclave (layer 'block0.mlp_add' is there "
              "too)",
              "placement: protocol 'cmif' runs all other layers in the normal world (they are on 'cloud.tee')"});
  shop.parts.devices[2].aes_rate.reset();
  shop.options.Clear();
  CHECK(problems_of(shop.compiled("enclave_only", {{tee(cloud), ""}})) ==
        Lines{"transport: device 'cloud' cannot encrypt (it has no aes_gcm_gbit_per_s, the time is unknown)"});
  shop.parts.devices[2].enclaves[0].aes_rate = BytesPerSecond(16);
  CHECK(shop.steps(shop.plan("enclave_only", {{tee(cloud), ""}}), PhaseKind::once)[2] == "crypto cloud.cpu 2.5 s [1]");
}

TEST_CASE("Layers of a vision model in an enclave: crossings around them, slowdown as a part of its own") {
  Workshop shop;
  shop.model = plans::chain();
  shop.wire = {};
  Device& device = shop.parts.devices[2];
  device.processors[1].rates[static_cast<std::size_t>(DataType::fp32)] = FlopPerSecond(20000);
  device.enclaves[0].compute_slowdown = 3;
  Plan const plan = shop.plan("plain_split", {{cpu(phone), "a"}, {tee(cloud), ""}});
  // b and c: each a second of launch and one of arithmetic, which takes three inside.
  CHECK(shop.steps(plan, PhaseKind::once) ==
        Lines{"compute phone.cpu 1 s []", "crypto phone.cpu 50 s [0]",
              "transfer phone>cloud 400 B a transport_encrypted>sealed [1]", "crypto cloud.cpu 50 s [2]",
              "crossing cloud.cpu 0.5 s [3]", "compute cloud.cpu 8 s output sealed [4]", "crossing cloud.cpu 0.5 s [5]",
              "crypto cloud.cpu 50 s [6]", "transfer cloud>phone 400 B output transport_encrypted>clear [7]",
              "crypto phone.cpu 50 s [8]"});
  CHECK(plan.phases.front().graph.tasks()[5].first_extra == 4);
  CHECK(shop.steps(plan, PhaseKind::setup) == evidence);
}

TEST_CASE("A vision model on a confidential gpu copies its input in and its result out over the bridge") {
  Workshop shop;
  shop.model = plans::chain();
  Plan const plan = shop.plan("gpu_confidential", {{cc(cloud), ""}});
  // 100 bytes of pixels in and 400 bytes of fp32 out at 8 bytes per second, 0.25 s, and 0.125 s for the one sample.
  CHECK(shop.steps(plan, PhaseKind::once)[3] == "crossing cloud.gpu bridge 62.875 s [2]");
  CHECK(shop.steps(plan, PhaseKind::once)[4] == "compute cloud.gpu 3 s output sealed [3]");
}

TEST_CASE("What a device hands over between its normal world and its enclave lies there in the clear") {
  Workshop shop;
  shop.model = plans::chain();
  shop.wire = {};
  shop.attestation = Attestation::none;
  std::string const host = "once | cloud operator | device:cloud | ";
  Table const on_wire = on_the_way("once", "a", "clear");
  CHECK(shop.exposures(shop.plan("plain_split", {{cpu(phone), "a"}, {cpu(cloud), "b"}, {tee(cloud), ""}})) ==
        on_wire + on_the_way("once", "output", "transport_encrypted") +
            Table{host + "a | clear", host + "b | clear", host + "output | sealed"});
  CHECK(shop.exposures(shop.plan("plain_split", {{cpu(phone), "a"}, {tee(cloud), "b"}, {cpu(cloud), ""}})) ==
        on_the_way("once", "a", "transport_encrypted") + on_the_way("once", "output", "clear") +
            Table{host + "a | sealed", host + "b | clear", host + "output | clear"});
}

}  // namespace coinfer
