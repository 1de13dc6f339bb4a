#include "privacy/published_transitions.hpp"

#include <catch2/catch.hpp>

using namespace coinfer;

namespace {

std::string const head = std::string(published_transitions_header()) + "\n";

std::string problems(std::string const& rows) {
  std::vector<PublishedTransition> transitions;
  Diagnostics diagnostics;
  load_published_transitions("p.csv", head + rows, transitions, diagnostics);
  return diagnostics.text();
}

}  // namespace

TEST_CASE("The zone of IR-152 and the ViT without one are shipped as somebody else's statements") {
  Diagnostics diagnostics;
  auto const shipped = load_transition_catalog(std::nullopt, diagnostics);
  CHECK(diagnostics.text().empty());
  auto const ir152 = published_for(shipped, "ir152_64px", "cifar10");
  REQUIRE(ir152.size() == 1);
  CHECK(ir152[0]->cut == "block 50");
  CHECK(ir152[0]->source.grade == Grade::secondary);
  CHECK(published_for(shipped, "ir152_64px", "facescrub").empty());
  auto const vit = published_for(shipped, "vit_64px", "cifar10");
  REQUIRE(vit.size() == 1);
  CHECK_FALSE(vit[0]->cut);
  CHECK(vit[0]->dataset == any_dataset);
  CHECK(published_for(shipped, "vgg19_bn_64px", "cifar10").empty());
}

TEST_CASE("A table of published transitions that cannot be used says where") {
  CHECK(problems("m,d,at_cut,c,x,A,MEASURED\nm,d2,none,,x,A,MEASURED\n").empty());
  CHECK(problems("m,d,at_cut,,x,A,MEASURED\n") == "p.csv:2:12: 'cut' is empty (the transition is at one)");
  CHECK(problems("m,d,none,c,x,A,MEASURED\n") == "p.csv:2:10: cut 'c' has no meaning (there is no transition)");
  CHECK(problems("m,d,at_ct,c,x,A,MEASURED\n") ==
        "p.csv:2:5: unknown transition 'at_ct' (at_cut or none) did you mean 'at_cut'?");
  CHECK(problems(",d,none,,x,,MEASURE\n") ==
        "p.csv:2:1: 'model' is empty\n"
        "p.csv:2:12: 'source' is empty\n"
        "p.csv:2:13: unknown grade 'MEASURE' did you mean 'MEASURED'?");
  CHECK(problems("m,d,at_cut,c,x,A,MEASURED\nm,d,none,,x,B,MEASURED\n") ==
        "p.csv:3:5: p.csv:2 says otherwise (equal model, data set and method)");
  std::vector<PublishedTransition> transitions;
  Diagnostics diagnostics;
  load_published_transitions("p.csv", "model,dataset,transition,cut,source,grade\n", transitions, diagnostics);
  CHECK(diagnostics.text() == "p.csv: column 'method' is missing");
}
