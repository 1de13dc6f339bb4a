#include "privacy/user_exposures.hpp"

#include "privacy/exposure_counts.hpp"
#include "tests/unit/privacy/score_samples.hpp"

using namespace coinfer;
using namespace coinfer::scores;

namespace {

/// Phase 0 ran once for each of 2 + 0 + 3 requests of three phones; phase 1, an iteration, for two of those, with 7 members
/// of batches of which 5 got a token.
UserExposures phones(std::vector<UnstartedTask> unstarted = {}) {
  return {"photos", "phone", true, {{{2, 0, 2}, {}, {3, 0, 3}}, {{4, 3, 1}, {}, {3, 2, 1}}}, std::move(unstarted)};
}

}  // namespace

TEST_CASE("Exposures divide among users by the runs of the phases that show them") {
  std::vector<ShownBy> const uploaded = {{0, 1, false}};
  CHECK(phones().exposures_by_user(uploaded) == std::vector<std::uint64_t>{2, 0, 3});
  auto const exposed = phones().exposed(uploaded);
  REQUIRE(exposed);
  CHECK(exposed->requests == 5);
  CHECK(exposed->users == 2);
  CHECK(exposed->most_per_user == 3);
  CHECK(exposed->worst_user == "phone[2]");
  CHECK_FALSE(phones().exposed({}));
}

TEST_CASE("What is shown of members that get a token counts only those, and every place counts") {
  std::vector<ShownBy> const answers = {{1, 0, true}, {1, 0, true}, {1, 2, false}};
  CHECK(phones().exposures_by_user(answers) == std::vector<std::uint64_t>{10, 0, 7});
  CHECK(phones().exposed(answers)->requests == 2);
}

TEST_CASE("A task that a cut run did not come to has shown nothing") {
  std::vector<ShownBy> const uploaded = {{0, 1, false}, {0, 1, false}};
  UserExposures const cut = phones({{0, 1, 2, true}, {0, 2, 2, true}, {1, 1, 0, false}});
  CHECK(cut.exposures_by_user(uploaded) == std::vector<std::uint64_t>{4, 0, 4});
  CHECK(cut.exposed(uploaded)->requests == 4);
  CHECK(cut.exposed(uploaded)->worst_user == "phone[0]");
  std::vector<ShownBy> const later_run = {{1, 1, false}};
  CHECK(cut.exposed(later_run)->requests == 2);
}

TEST_CASE("A source of one machine is named as it is") {
  UserExposures const one("photos", "camera", false, {{{4, 0, 4}}}, {});
  CHECK(one.exposed(std::vector<ShownBy>{{0, 0, false}})->worst_user == "camera");
}

TEST_CASE("A score says of whom the tensor was seen, summed over the places of the adversary's domains") {
  Exposure at_cloud = seen_cut();
  Exposure on_link = seen_cut();
  on_link.place = "link:access";
  at_cloud.count = on_link.count = 5;
  at_cloud.shown_by = on_link.shown_by = {{0, 1, false}};
  std::vector<Exposure> const exposures = {at_cloud, on_link};
  std::vector<UserExposures> const users = {phones()};
  auto const scores = score(cloud, exposures, tables_of(mse_row), users);
  REQUIRE(scores.size() == 1);
  REQUIRE(scores[0].users);
  CHECK(scores[0].exposures == 10);
  CHECK(scores[0].users->requests == 5);
  CHECK(scores[0].users->users == 2);
  CHECK(scores[0].users->most_per_user == 6);
}

TEST_CASE("Exposures are counted by adversary, workload and protection, the weakest first") {
  Exposure sealed = seen_cut();
  sealed.protection = Protection::sealed;
  sealed.count = 5;
  sealed.shown_by = {{0, 0, false}};
  Exposure clear = seen_tensor("output");
  clear.count = 5;
  clear.shown_by = {{1, 0, true}};
  Exposure elsewhere = clear;
  elsewhere.domain = "network";
  std::vector<Exposure> const exposures = {sealed, clear, elsewhere};
  std::vector<Adversary> const adversaries = {cloud, {"nobody", {"edge"}, Knowledge::white_box}};
  std::vector<UserExposures> const users = {phones()};
  auto const rows = exposure_counts(adversaries, exposures, users);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].protection == Protection::clear);
  CHECK(rows[0].exposures == 5);
  CHECK(rows[0].tensors == 1);
  CHECK(rows[0].users->most_per_user == 3);
  CHECK(rows[1].protection == Protection::sealed);
  CHECK(rows[1].users->users == 2);
}
