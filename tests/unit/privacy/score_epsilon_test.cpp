// What an adversary is told of draws whose outcome it saw, and only of those.
#include "privacy/score_epsilon.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

using namespace coinfer;

namespace {

Exposure noised(std::string const& workload, std::string const& domain, std::uint64_t count) {
  return {.domain = domain,
          .workload = workload,
          .model = "m",
          .dataset = "",
          .tensor = "sanitised input",
          .tensor_names = {},
          .place = "device:" + domain,
          .protection = Protection::noised,
          .count = count};
}

Mechanism noisy_max(double epsilon) { return {MechanismKind::report_noisy_max, epsilon, {}}; }

/// Members 0 and 4 of a fleet, two workloads: 30 and 20 draws of 0.5 for "chat", 0 and 50 of 0.1 for "mail".
LedgerRecord const ledger = {{{.member = 0}, {.member = 4}}, {30, 0, 20, 50}};

std::vector<PrivacyScore> scores(Adversary const& adversary, std::vector<Exposure> const& exposures,
                                 Composition const& composition) {
  Released const released{
      "phone", true, composition, {{"chat", "sanitised input", 12}, {"mail", "sanitised input", 40}}, ledger};
  return score_epsilon(adversary, exposures, std::span(&released, 1));
}

/// Scale to value of one workload.
std::map<std::string, std::optional<double>> values(std::vector<PrivacyScore> const& rows, std::string const& workload) {
  std::map<std::string, std::optional<double>> found;
  for (PrivacyScore const& row : rows) {
    CHECK(row.metric == "epsilon");
    if (row.workload == workload) found[row.scale] = row.value;
  }
  return found;
}

}  // namespace

TEST_CASE("an adversary that keeps everything adds up what a user gave away, over all workloads whose draws it saw") {
  Composition const composition({noisy_max(0.5), noisy_max(0.1)}, 1e-6);
  Adversary const all{"all", {"cloud"}, Knowledge::white_box, Keeps::everything};
  std::vector<Exposure> const both = {noised("chat", "cloud", 3), noised("mail", "cloud", 2)};
  auto const rows = scores(all, both, composition);
  REQUIRE(rows.size() == 8);
  auto const chat = values(rows, "chat");
  CHECK(chat.at("per_request_sequential") == 6.0);  // 12 * 0.5
  CHECK(chat.at("per_user_sequential") == 15.0);    // 30 * 0.5 and 20 * 0.5 + 50 * 0.1: the first of equals
  CHECK(chat.at("per_user_renyi") == composition.epsilon(CompositionTheorem::renyi, std::vector<std::uint64_t>{30, 0}));
  CHECK(values(rows, "mail").at("per_request_sequential") == 4.0);
  CHECK(values(rows, "mail").at("per_user_sequential") == 15.0);
  CHECK(rows[1].citation == "Dwork & Roth 2014, theorem 3.16; user 'phone[0]'");
  CHECK(rows[3].citation ==
        "Mironov 2017, proposition 1; Canonne, Kamath & Steinke 2020, proposition 12; user 'phone[0]'; delta 1e-06");
  CHECK(rows[0].exposures == 3);
  // Who saw no mail is told nothing of it.
  auto const blind = scores(all, {noised("chat", "cloud", 3), noised("mail", "network", 2)}, composition);
  CHECK(values(blind, "mail").empty());
  CHECK(values(blind, "chat").at("per_user_sequential") == 15.0);
  auto const mail_only = scores(all, {noised("mail", "cloud", 2)}, composition);
  CHECK(values(mail_only, "mail").at("per_user_sequential") == 5.0);
  CHECK(mail_only[1].citation == "Dwork & Roth 2014, theorem 3.16; user 'phone[4]'");
}

TEST_CASE("an adversary that forgets is told of one request, one that saw ciphertext of nothing") {
  Composition const composition({noisy_max(0.5), noisy_max(0.1)}, std::nullopt);
  Adversary const one{"one", {"cloud"}, Knowledge::white_box, Keeps::one_request};
  Exposure sealed = noised("mail", "cloud", 9);
  sealed.protection = Protection::sealed;
  auto const rows = scores(one, {noised("chat", "cloud", 3), sealed}, composition);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].scale == "per_request_sequential");
  CHECK(rows[0].value == 6.0);
  CHECK(rows[0].attack == "any");
  CHECK(rows[0].grade == Grade::derived);
}

TEST_CASE("where a theorem says nothing the row has the reason and no value") {
  Adversary const all{"all", {"cloud"}, Knowledge::white_box, Keeps::everything};
  std::vector<Exposure> const both = {noised("chat", "cloud", 3), noised("mail", "cloud", 2)};
  auto const rows = scores(all, both, Composition({noisy_max(0.5), noisy_max(0.1)}, std::nullopt));
  CHECK(rows[2].scale == "per_user_advanced");
  CHECK(rows[2].status == ScoreStatus::not_measured);
  CHECK_FALSE(rows[2].value);
  CHECK(rows[2].reason == "not computed on per_user_advanced: no delta is given");
  Mechanism const metric{MechanismKind::metric, 2, {}};
  auto const per_distance = scores(all, both, Composition({metric, metric}, 1e-6));
  CHECK(per_distance[0].scale == "per_request_sequential_per_unit_of_distance");
  CHECK(per_distance[0].value == 24.0);
  CHECK(per_distance[3].reason ==
        "not computed on per_user_renyi_per_unit_of_distance: a budget per unit of distance adds up by the plain sum only");
}
