#include <catch2/catch.hpp>

#include "tests/unit/privacy/token_samples.hpp"

namespace coinfer {

using plans::cc;
using plans::cloud;
using plans::cpu;
using plans::edge;
using plans::gpu;
using plans::on_the_way;
using plans::phone;
using plans::problems_of;
using plans::Workshop;
using plans::operator+;
using Lines = std::vector<std::string>;
using Table = std::multiset<std::string>;

TEST_CASE("cloud_only on a server: ids up, opening, the first token down beside the rest, the other ids in one message") {
  Workshop shop;
  shop.servers = {plans::server("cloud")};
  Plan const plan = shop.plan("cloud_only", {{gpu(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::iteration) == Lines{"compute cloud.gpu 25 s output clear []"});
  CHECK(shop.steps(plan, PhaseKind::once) ==
        Lines{"transfer phone>cloud 40 B input clear>clear []", "serve cloud.gpu opening 10 [0]",
              "transfer cloud>phone 4 B output clear>clear [1]", "serve cloud.gpu rest 5 [1]",
              "transfer cloud>phone 20 B output clear>clear [3]"});
  CHECK(plan.phases.size() == 2);
  CHECK(plan.phases[1].first_token == 2);
  CHECK(shop.exposures(plan) == on_the_way("once", "input", "clear") +
                                    Table{"once | cloud operator | device:cloud | input | clear",
                                          "iteration | cloud operator | device:cloud | output | clear"} +
                                    on_the_way("once", "output", "clear") + on_the_way("once", "output", "clear"));
}

TEST_CASE("cloud_only without a server: a pass over the prompt, one for each further token, and the ids in the end") {
  Workshop shop;
  Plan const plan = shop.plan("cloud_only", {{gpu(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::once) == Lines{"transfer phone>cloud 40 B input clear>clear []",
                                                   "compute cloud.gpu 25 s output clear [0]",
                                                   "transfer cloud>phone 4 B output clear>clear [1]"});
  CHECK(shop.steps(plan, PhaseKind::each_step) == Lines{"compute cloud.gpu 25 s output clear []"});
  CHECK(shop.steps(plan, PhaseKind::closing) == Lines{"transfer cloud>phone 20 B output clear>clear []"});
  shop.wire.return_result = false;
  Plan const kept = shop.plan("cloud_only", {{gpu(cloud), ""}});
  CHECK(kept.phases.size() == 2);
  CHECK(kept.phases[0].tasks.size() == 2);
}

TEST_CASE("local_only of a token model crosses nothing, with a server and without") {
  Workshop shop;
  Plan const alone = shop.plan("local_only", {{cpu(phone), ""}});
  CHECK(shop.steps(alone, PhaseKind::once) == Lines{"compute phone.cpu 25 s output clear []"});
  CHECK(shop.steps(alone, PhaseKind::each_step) == Lines{"compute phone.cpu 25 s output clear []"});
  CHECK(alone.phases.size() == 2);
  CHECK(alone.phases[0].first_token == 0);
  shop.servers = {plans::server("phone.cpu")};
  Plan const served = shop.plan("local_only", {{cpu(phone), ""}});
  CHECK(shop.steps(served, PhaseKind::once) == Lines{"serve phone.cpu opening 10 []", "serve phone.cpu rest 5 [0]"});
  CHECK(shop.exposures(served).empty());
}

TEST_CASE("per_token_pipeline: hidden states up and down once per step, the server keeps the session in between") {
  Workshop shop;
  shop.servers = {plans::server("cloud")};
  shop.wire.serialise = Seconds(0.5);
  Plan const plan = shop.plan("per_token_pipeline", {{cpu(phone), "block0"}, {gpu(cloud), "block1"}, {cpu(phone), ""}});
  CHECK(shop.steps(plan, PhaseKind::iteration) == Lines{"compute cloud.gpu 11 s []"});
  CHECK(shop.steps(plan, PhaseKind::once) ==
        Lines{"compute phone.cpu 12 s []", "serialise 0.5 s [0]", "transfer phone>cloud 80 B block0 clear>clear [1]",
              "serve cloud.gpu opening 10 [2]", "serialise 0.5 s [3]", "transfer cloud>phone 80 B block1 clear>clear [4]",
              "compute phone.cpu 2 s output clear [5]"});
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"compute phone.cpu 12 s []", "serialise 0.5 s [0]", "transfer phone>cloud 8 B block0 clear>clear [1]",
              "serve cloud.gpu pass 1 [2]", "serialise 0.5 s [3]", "transfer cloud>phone 8 B block1 clear>clear [4]",
              "compute phone.cpu 2 s output clear [5]"});
  Table expected;
  for (std::string const phase : {"once", "step"}) {
    expected = expected + on_the_way(phase, "block0", "clear") + on_the_way(phase, "block1", "clear") +
               Table{phase + " | cloud operator | device:cloud | block0 | clear",
                     phase + " | cloud operator | device:cloud | block1 | clear"};
  }
  CHECK(shop.exposures(plan) == expected);
}

TEST_CASE("A step with drafts works on the last token and on those, and acceptance is the plan's") {
  Workshop shop;
  shop.options.mutable_per_token_pipeline()->set_draft_tokens(3);
  std::vector<std::pair<ProcessorRef, std::string>> const split = {
      {cpu(phone), "block0"}, {gpu(cloud), "block1"}, {cpu(phone), ""}};
  CHECK(problems_of(shop.compiled("per_token_pipeline", split)) ==
        Lines{"options: 'acceptance' is not given (tokens are drafted)"});
  shop.options.mutable_per_token_pipeline()->set_acceptance(0.75);
  Plan const plan = shop.plan("per_token_pipeline", split);
  CHECK(plan.tokens_per_step == 4);
  CHECK(plan.acceptance == 0.75);
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"compute phone.cpu 12 s []", "transfer phone>cloud 32 B block0 clear>clear [0]", "compute cloud.gpu 11 s [1]",
              "transfer cloud>phone 32 B block1 clear>clear [2]", "compute phone.cpu 2 s output clear [3]"});
}

TEST_CASE("A token that another device makes returns to the data owner, whose device begins the next step") {
  Workshop shop;
  shop.wire.return_result = false;
  Plan const plan = shop.plan("plain_split", {{cpu(phone), "block0"}, {gpu(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"compute phone.cpu 12 s []", "transfer phone>cloud 8 B block0 clear>clear [0]",
              "compute cloud.gpu 13 s output clear [1]", "transfer cloud>phone 4 B output clear>clear [2]"});
}

TEST_CASE("Between two devices of others the token goes to the first of them, and to the data owner") {
  Workshop shop;
  Plan const plan = shop.plan("cloud_only", {{gpu(edge), "block0"}, {gpu(cloud), ""}});
  CHECK(shop.steps(plan, PhaseKind::once)[0] == "transfer phone>edge 40 B input clear>clear []");
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"transfer cloud>edge 4 B output clear>clear []", "compute edge.gpu 12 s [0]",
              "transfer edge>cloud 8 B block0 clear>clear [1]", "compute cloud.gpu 13 s output clear [2]",
              "transfer cloud>phone 4 B output clear>clear [3]"});
}

TEST_CASE("A cut inside a block sends what both sides of the residual need, each once") {
  Workshop shop;
  Plan const plan = shop.plan("plain_split", {{cpu(phone), "block0.qkv"}, {gpu(cloud), "block0.o_proj"}, {cpu(phone), ""}});
  // qkv has 3 * 4 values; the residual stays on the phone.
  CHECK(shop.steps(plan, PhaseKind::each_step) ==
        Lines{"compute phone.cpu 3 s []", "transfer phone>cloud 24 B block0.qkv clear>clear [0]",
              "compute cloud.gpu 3 s [1]", "transfer cloud>phone 8 B block0.o_proj clear>clear [2]",
              "compute phone.cpu 19 s output clear [03]"});
}

TEST_CASE("An encoder has one pass, and its output returns") {
  Workshop shop;
  shop.model = plans::token_model("encoder: true");
  Plan const plan = shop.plan("cloud_only", {{gpu(cloud), ""}});
  CHECK(plan.phases.size() == 1);
  CHECK(shop.steps(plan, PhaseKind::once) == Lines{"transfer phone>cloud 40 B input clear>clear []",
                                                   "compute cloud.gpu 25 s output clear [0]",
                                                   "transfer cloud>phone 8 B output clear>clear [1]"});
  shop.servers = {plans::server("cloud")};
  CHECK(shop.steps(shop.plan("cloud_only", {{gpu(cloud), ""}}), PhaseKind::once).size() == 3);
}

TEST_CASE("With openings elsewhere the keys and values of the prompt cross before the rest begins") {
  Workshop shop;
  shop.servers = {plans::server("cloud"), plans::server("edge")};
  shop.servers[0].prefill_on = "edge";
  Plan const plan = shop.plan("cloud_only", {{gpu(cloud), ""}});
  // Two blocks keep a key and a value of 4 values each in bf16 for every token: 32 bytes.
  CHECK(shop.steps(plan, PhaseKind::once) ==
        Lines{"transfer phone>edge 40 B input clear>clear []", "serve edge.gpu opening 10 [0]",
              "transfer edge>phone 4 B output clear>clear [1]", "transfer edge>cloud 320 B keys and values clear>clear [1]",
              "serve cloud.gpu rest 5 [3]", "transfer cloud>phone 20 B output clear>clear [4]"});
  CHECK(plan.servers == std::vector<ProcessorRef>{gpu(cloud), gpu(edge)});
  CHECK(plan.iteration(1).server == 1);
  shop.servers[0].prefill_on = "egde";
  CHECK(problems_of(shop.compiled("cloud_only", {{gpu(cloud), ""}})).front() ==
        "placement: server 'cloud' has no server 'egde' for its openings");
}

TEST_CASE("Placements that a token protocol cannot run say why") {
  Workshop shop;
  CHECK(problems_of(shop.compiled("per_token_pipeline", {{cpu(phone), "block0"}, {gpu(cloud), ""}})) ==
        Lines{"placement: protocol 'per_token_pipeline' keeps the first and the last layers on 'phone' (layer 'lm_head' is "
              "placed elsewhere)"});
  CHECK(problems_of(shop.compiled("per_token_pipeline", {{cpu(phone), ""}})) ==
        Lines{"placement: protocol 'per_token_pipeline' needs at least one layer away from 'phone' (otherwise it is "
              "'local_only')"});
  shop.servers = {plans::server("phone.cpu")};
  CHECK(problems_of(
            shop.compiled("per_token_pipeline", {{cpu(phone), "block0"}, {gpu(cloud), "block1"}, {cpu(phone), ""}})) ==
        Lines{"placement: server 'phone.cpu' would serve two parts of the model (layer 'final_norm' begins the second)"});
  shop.servers = {};
  shop.options.mutable_talaria()->set_rank_ratio(0.5);
  CHECK(problems_of(shop.compiled("cloud_only", {{gpu(cloud), ""}})) ==
        Lines{"options: options of protocol 'talaria' are given (the protocol is 'cloud_only')"});
  shop.options.Clear();
  shop.model = plans::chain();
  CHECK(problems_of(shop.compiled("per_token_pipeline", {{cpu(phone), "a"}, {gpu(cloud), "b"}, {cpu(phone), ""}})) ==
        Lines{"model: protocol 'per_token_pipeline' is for models of tokens that generate ('m' is none)"});
}

TEST_CASE("Measured tables of a server must be of the model, and of all of it") {
  Workshop shop;
  auto tables = std::make_shared<StepTables>();
  tables->name = "measured";
  tables->model = "u";
  shop.servers = {plans::server("cloud")};
  shop.servers[0].step_tables = tables;
  CHECK(problems_of(shop.compiled("cloud_only", {{gpu(cloud), ""}})) ==
        Lines{"placement: server 'cloud' has measured times of model 'u' (the workload runs model 't')"});
  tables->model = "t";
  CHECK(problems_of(shop.compiled("plain_split", {{cpu(phone), "block0"}, {gpu(cloud), ""}})) ==
        Lines{"placement: server 'cloud' has measured times of the whole model (the placement gives it 13 of 25 layers)"});
}

}  // namespace coinfer
