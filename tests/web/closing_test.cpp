// The end of an account by its user: POST /me/delete, /me/reopen, GET /me/export.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "support/contains.h"
#include "web/social_trip.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::minutes minute{1};
constexpr std::chrono::hours day{24};

struct WithMail : House {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  WithMail() {
    settings.mail.from = "noreply@example.com";
    BOOST_TEST_REQUIRE(browser.sign_in());
  }
  Response close() { return browser.post("/auth/me/delete", Json::object()); }
  Response sign_in_again() {
    Browser other(*this);
    return other.post("/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}});
  }
};

std::string link_in(const Letter& letter) {
  const auto text = std::string(letter.text.reveal());
  const auto at = text.find("reopen.html#");
  BOOST_TEST_REQUIRE(at != std::string::npos);
  return text.substr(at + 12, 100);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(closing)

BOOST_AUTO_TEST_CASE(closing_ends_all_sessions_at_once_and_tells_the_user) {
  WithMail house;
  Browser laptop(house);
  BOOST_TEST(laptop.sign_in());
  const auto answer = house.close();
  BOOST_TEST(answer.status == 202);
  BOOST_TEST(json_of(answer)["erased_at"] == unix_seconds(house.now + 7 * day));
  BOOST_TEST(house.browser.cookie(access_cookie).empty());
  BOOST_TEST(gist(laptop.get("/auth/verify")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(laptop.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(laptop.post("/auth/refresh", Json::object())) == "401 invalid_grant/revoked");
  BOOST_TEST((house.user_of(house.ada).closed_at == house.now));
  BOOST_TEST(house.events_of(EventKind::account_closed) == 1);
  BOOST_TEST(house.letters().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_older_sign_in_closes_with_the_password_only) {
  WithMail house;
  house.now += 11 * minute;
  BOOST_TEST(gist(house.close()) == "401 insufficient_user_authentication");
  BOOST_TEST(gist(house.browser.post("/auth/me/delete", {{"password", "wrong"}})) ==
             "403 invalid_credentials");
  BOOST_TEST((house.user_of(house.ada).closed_at == never));
  BOOST_TEST(house.browser.post("/auth/me/delete", {{"password", valid_password}}).status == 202);
}

BOOST_AUTO_TEST_CASE(a_closed_account_is_told_to_nobody_but_who_knows_the_password) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  Browser other(house);
  BOOST_TEST(gist(other.post("/auth/login", {{"email", "ada@example.com"}, {"password", "wrong"}})) ==
             "401 invalid_credentials");
  const auto refused = house.sign_in_again();
  BOOST_TEST(gist(refused) == "403 account_closed");
  BOOST_TEST(json_of(refused)["erased_at"] == unix_seconds(house.now + 7 * day));
  BOOST_TEST(refused.cookies.empty());
  BOOST_TEST(gist(other.post("/auth/register",
                             {{"email", "ada@example.com"}, {"password", "an unheard of phrase"}})) ==
             "409 email_in_use");
}

BOOST_AUTO_TEST_CASE(who_signs_in_and_confirms_reopens_it) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  const auto token = string_member(json_of(house.sign_in_again()), "reopen_token").value();
  Browser other(house);
  BOOST_TEST(other.post("/auth/me/reopen", {{"token", token}}).status == 204);
  BOOST_TEST((house.user_of(house.ada).closed_at == never));
  BOOST_TEST(house.events_of(EventKind::account_reopened) == 1);
  BOOST_TEST(house.sign_in_again().status == 200);
  BOOST_TEST(gist(house.browser.get("/auth/me")).starts_with("401"));  // what ended stays ended
  BOOST_TEST(gist(other.post("/auth/me/reopen", {{"token", token}})) == "400 invalid_link");
}

BOOST_AUTO_TEST_CASE(the_link_in_the_letter_reopens_it_until_it_is_erased) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  const auto token = link_in(house.letters().at(0));
  Browser other(house);
  house.now += 7 * day - minute;
  BOOST_TEST(other.post("/auth/me/reopen", {{"token", token}}).status == 204);
  BOOST_TEST(house.letters().size() == 1U);
  BOOST_TEST(house.sign_in_again().status == 200);
}

BOOST_AUTO_TEST_CASE(the_code_of_the_letter_does_the_same) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  const auto text = std::string(house.letters().at(0).text.reveal());
  const auto code = text.substr(text.find("    ", text.find("enter this code")) + 4, 9);
  Browser other(house);
  BOOST_TEST(gist(other.post("/auth/me/reopen", {{"email", "ada@example.com"}, {"code", "BCDF-GHJK"}})) ==
             "400 invalid_code");
  BOOST_TEST(other.post("/auth/me/reopen", {{"email", "ada@example.com"}, {"code", code}}).status == 204);
  BOOST_TEST(house.sign_in_again().status == 200);
}

BOOST_AUTO_TEST_CASE(a_link_of_an_earlier_closing_reopens_no_later_one) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  const auto first = link_in(house.letters().at(0));
  Browser other(house);
  BOOST_TEST(other.post("/auth/me/reopen", {{"token", first}}).status == 204);
  BOOST_TEST(other.sign_in());
  BOOST_TEST(other.post("/auth/me/delete", Json::object()).status == 202);
  BOOST_TEST(gist(other.post("/auth/me/reopen", {{"token", first}})) == "400 invalid_link");
}

BOOST_AUTO_TEST_CASE(a_disabled_account_is_not_opened_by_reopening_it) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  const auto token = link_in(house.letters().at(0));
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  Browser other(house);
  BOOST_TEST(gist(other.post("/auth/me/reopen", {{"token", token}})) == "400 invalid_link");
  BOOST_TEST(gist(house.sign_in_again()) == "403 account_disabled");
}

BOOST_AUTO_TEST_CASE(a_form_without_a_script_gets_a_page_that_asks_whether_to_reopen) {
  WithMail house;
  BOOST_TEST(house.close().status == 202);
  Browser other(house);
  const auto page =
      other.send(form_to(house, "/auth/login",
                         "return_to=/members/&email=ada%40example.com&password=correct+horse+battery+staple",
                         {{"accept-language", "ja"}}));
  BOOST_TEST(page.status == 403);
  BOOST_TEST(contains(page.body, "退会を取り消す"));
  BOOST_TEST(contains(page.body, "action=\"/auth/me/reopen\""));
  const std::string before = "name=\"token\" value=\"";
  const auto token = page.body.substr(page.body.find(before) + before.size(), 100);
  const auto reopened =
      other.send(form_to(house, "/auth/me/reopen", "return_to=/login%23reopened_done&token=" + token));
  BOOST_TEST(place(reopened) == "303 https://example.com/login#reopened_done");
  BOOST_TEST(house.sign_in_again().status == 200);
}

BOOST_AUTO_TEST_CASE(a_provider_opens_no_closed_account) {
  Social house;
  Browser kim(house);
  const auto arrival = begin(kim, "kakao", "/");
  prove(house.kakao, arrival, {{"email", "kim@example.com"}});
  (void)come_back(kim, "kakao", arrival);
  BOOST_TEST(kim.post("/auth/me/delete", Json::object()).status == 202);
  const auto again = begin(kim, "kakao", "/");
  prove(house.kakao, again, {{"email", "kim@example.com"}});
  const auto page = come_back(kim, "kakao", again);
  BOOST_TEST(page.status == 403);
  BOOST_TEST(contains(page.body, "action=\"/auth/me/reopen\""));
  BOOST_TEST(kim.cookie(access_cookie).empty());
}

BOOST_AUTO_TEST_CASE(an_export_is_a_file_with_what_is_stored_and_no_secrets) {
  WithMail house;
  const auto answer = house.browser.get("/auth/me/export");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(contains(header_of(answer, "Content-Disposition"), "attachment"));
  const auto copy = json_of(answer);
  BOOST_TEST(copy["user"][0]["email"] == "ada@example.com");
  BOOST_TEST(copy["user"][0]["id"] == house.ada.id.text());
  BOOST_TEST(copy["user"][0]["password_hash"] == true);
  BOOST_TEST(copy["session"].size() == 1U);
  BOOST_TEST(copy["session"][0]["created_at"] == rfc3339(house.now));
  BOOST_TEST(copy["event"].size() >= 2U);
  BOOST_TEST(!contains(answer.body, "argon2"));
  BOOST_TEST(!contains(answer.body, "nonce"));
}

BOOST_AUTO_TEST_CASE(an_export_holds_nothing_of_others_and_is_made_a_few_times_an_hour) {
  WithMail house;
  house.add_user("bob@example.com");
  for (int i = 0; i < 10; ++i) {
    const auto answer = house.browser.get("/auth/me/export");
    BOOST_TEST_REQUIRE(answer.status == 200);
    BOOST_TEST(!contains(answer.body, "bob@"));
  }
  BOOST_TEST(gist(house.browser.get("/auth/me/export")) == "429 too_many_attempts");
}

BOOST_AUTO_TEST_CASE(a_browser_that_is_not_fresh_is_led_to_the_page_that_asks_before_an_export) {
  WithMail house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  house.now += 11 * minute;
  BOOST_TEST(gist(house.browser.get("/auth/me/export")) == "401 insufficient_user_authentication");
  const auto led = house.browser.get(
      "/auth/me/export",
      {{"sec-fetch-mode", "navigate"}, {"referer", "https://example.com/cardea/ko/account.html"}});
  BOOST_TEST(
      place(led) ==
      "303 https://example.com/cardea/ko/reauthenticate.html?return_to=/cardea/ko/account.html%23export");
}

BOOST_AUTO_TEST_SUITE_END()
