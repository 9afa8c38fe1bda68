#include "upkeep/canary.h"

#include <boost/test/unit_test.hpp>

#include "support/fake_http.h"
#include "support/house.h"
#include "upkeep/outside.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Watched : House {
  User owner;

  Watched() : owner(add_user("owner@example.com")) {
    BOOST_TEST_REQUIRE(store.set_scope({owner.id, "", "cardea:admin"}));
    settings.file = key_directory() + "/cardea.ini";
    settings.mail.from = "site@example.com";
    settings.gate.paths = {"/members/"};
    http.put("https://example.com/auth/health", {{"status", "ok"}});
    http.put("https://example.com/auth/verify", {{"reason", "malformed"}});
    gate(401);
    BOOST_TEST(look().empty());  // the first call only says when to look
    now += std::chrono::minutes{10};
  }
  void gate(int status) {
    const std::string root = "https://example.com/members/";
    for (const auto& way : {root, root + "index.html", root + "cardea-look.png", root + "cardea-look/",
                            root + "cardea-look?page=1", std::string("https://example.com/%6dembers/")})
      http.put(way, [status](const HttpCall&) { return HttpAnswer{status, "", seconds{0}}; });
  }
  std::vector<Letter> look() { return look_from_outside({settings, store, http, entropy, now}); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(canary)

BOOST_AUTO_TEST_CASE(the_first_look_waits_and_the_next_one_is_a_day_later) {
  Watched house;
  BOOST_TEST((last_look(house.settings).at == never));
  BOOST_TEST(house.look().empty());
  BOOST_TEST((last_look(house.settings).at == house.now));
  const auto calls = house.http.calls().size();
  house.now += std::chrono::hours{24} - seconds{1};
  BOOST_TEST(house.look().empty());
  BOOST_TEST(house.http.calls().size() == calls);
  house.now += seconds{1};
  BOOST_TEST(is_look_due(house.settings, house.now));
}

BOOST_AUTO_TEST_CASE(an_open_gate_is_written_to_administrators_once_and_stays_in_the_checks) {
  Watched house;
  house.add_user("ada@example.com");
  house.gate(200);
  const auto letters = house.look();
  BOOST_TEST_REQUIRE(letters.size() == 1u);
  BOOST_TEST(letters[0].to == "owner@example.com");
  BOOST_TEST(letters[0].text.reveal().find("https://example.com/members/ is open") != std::string::npos);
  BOOST_TEST(letters[0].text.reveal().find("https://example.com/auth/admin/checks") != std::string::npos);
  house.now += std::chrono::hours{24};
  BOOST_TEST(house.look().empty());
  BOOST_TEST(has_failure(judge_canary(last_look(house.settings), house.now)));
  house.gate(401);
  house.now += std::chrono::hours{24};
  BOOST_TEST(house.look().empty());
  BOOST_TEST(!has_failure(judge_canary(last_look(house.settings), house.now)));
  house.gate(200);
  house.now += std::chrono::hours{24};
  BOOST_TEST(house.look().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_site_that_does_not_answer_is_no_site_where_all_is_well) {
  Watched house;
  house.gate(200);
  BOOST_TEST(house.look().size() == 1u);
  const auto seen = last_look(house.settings);
  house.http.take_down("https://example.com/auth/health");
  house.now += std::chrono::hours{24};
  BOOST_TEST(house.look().empty());
  BOOST_TEST((last_look(house.settings).at == seen.at));
  BOOST_TEST(last_look(house.settings).found.size() == seen.found.size());
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_loses_no_finding) {
  Watched house;
  house.gate(200);
  house.store.set_unavailable(true);
  BOOST_CHECK_THROW((void)house.look(), StoreUnavailable);
  BOOST_TEST(has_failure(last_look(house.settings).found));
}

BOOST_AUTO_TEST_CASE(a_disabled_administrator_gets_no_letter) {
  Watched house;
  BOOST_TEST(house.store.set_status(house.owner.id, UserStatus::disabled, house.now));
  house.gate(200);
  BOOST_TEST(house.look().empty());
}

BOOST_AUTO_TEST_SUITE_END()
