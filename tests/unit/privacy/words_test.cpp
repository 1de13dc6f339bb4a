#include <catch2/catch.hpp>
#include <set>

#include "privacy/knowledge.hpp"
#include "privacy/leakage_metric.hpp"
#include "privacy/protection.hpp"

using namespace coinfer;

TEST_CASE("Protections read back from their words and are ordered by strength") {
  CHECK(to_string(Protection::clear) == "clear");
  CHECK(to_string(Protection::transport_encrypted) == "transport_encrypted");
  for (std::string const& word : protection_words()) CHECK(to_string(protection_of(word).value()) == word);
  CHECK_FALSE(protection_of("Clear"));
  std::vector<std::string> const words(protection_words().begin(), protection_words().end());
  CHECK(words == std::vector<std::string>{"clear", "noised", "masked", "transport_encrypted", "sealed"});
  CHECK(Protection::clear < Protection::noised);
  CHECK(Protection::masked < Protection::transport_encrypted);
  for (Protection const seen : {Protection::clear, Protection::noised, Protection::masked})
    CHECK_FALSE(is_ciphertext(seen));
  for (Protection const hidden : {Protection::transport_encrypted, Protection::sealed}) CHECK(is_ciphertext(hidden));
}

TEST_CASE("More knowledge suffices for every attack that needs less") {
  for (std::string const& word : knowledge_words()) CHECK(to_string(knowledge_of(word).value()) == word);
  CHECK_FALSE(knowledge_of(""));
  auto const white = Knowledge::white_box;
  auto const black = Knowledge::black_box;
  auto const free = Knowledge::query_free;
  for (Knowledge const needs : {white, black, free}) CHECK(suffices(white, needs));
  CHECK_FALSE(suffices(black, white));
  CHECK(suffices(black, black));
  CHECK(suffices(black, free));
  CHECK_FALSE(suffices(free, white));
  CHECK_FALSE(suffices(free, black));
  CHECK(suffices(free, free));
}

TEST_CASE("Every leakage metric has one entry with the direction that is more private") {
  std::set<std::string_view> names;
  for (LeakageMetric const& metric : leakage_metrics()) {
    CHECK(names.insert(metric.name).second);
    CHECK(find_leakage_metric(metric.name) == &metric);
    CHECK_FALSE(metric.unit.empty());
    CHECK_FALSE(metric.description.empty());
  }
  CHECK(names.size() == 24);
  for (char const* name : {"mse", "lpips", "input_ambiguity_bound_nat"}) {
    CHECK(find_leakage_metric(name)->more_private == PrivateDirection::larger);
  }
  for (char const* name : {"psnr_db", "ssim", "distance_correlation", "mutual_information_nat", "rc2", "rc2_per_dimension",
                           "rc2_per_global_variance", "feature_entropy_bound_nat", "decision_entropy_bound_nat",
                           "token_reconstruction_accuracy", "token_top5_accuracy", "token_f1", "bleu", "exact_match",
                           "selectivity", "attribute_accuracy", "membership_accuracy", "epsilon", "epsilon_per_word"}) {
    CHECK(find_leakage_metric(name)->more_private == PrivateDirection::smaller);
  }
  for (char const* name : {"task_accuracy", "ndcg_at_10"}) {
    CHECK(find_leakage_metric(name)->more_private == PrivateDirection::none);
  }
  CHECK(find_leakage_metric("psnr") == nullptr);
}
