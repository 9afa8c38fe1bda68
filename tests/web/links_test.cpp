// What links in mails lead to, on the wire: POST /alert, /password/forgot, /password/reset.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct WithMail : House {
  User ada = add_user("ada@example.com");
  Browser stranger{*this};
  WithMail() {
    settings.mail.from = "noreply@example.com";
    settings.watch.platform_change = WatchAction::tell;
  }
  std::string token_of_letter() {
    const auto sent = letters();
    BOOST_REQUIRE(sent.size() == 1U);
    const auto text = std::string(sent[0].text.reveal());
    const auto begin = text.find('#') + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
  // A browser on Windows whose session was renewed on Android: the letter is in the outbox.
  Browser alarming() {
    Browser browser(*this);
    const Json credentials{{"email", "ada@example.com"}, {"password", valid_password}};
    BOOST_TEST(browser.post("/auth/login", credentials, {{"user-agent", "Windows"}}).status == 200);
    BOOST_TEST(browser.post("/auth/refresh", Json::object(), {{"user-agent", "Android"}}).status == 200);
    return browser;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(links)

BOOST_AUTO_TEST_CASE(the_alert_link_signs_the_device_out_without_a_password) {
  WithMail house;
  auto browser = house.alarming();
  const auto token = house.token_of_letter();
  const auto response = house.stranger.post("/auth/alert", {{"token", token}});
  BOOST_TEST(response.status == 200);
  BOOST_TEST(json_of(response)["signed_out"] == true);
  BOOST_TEST(json_of(response)["has_password"] == true);
  BOOST_TEST(gist(browser.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(house.stranger.post("/auth/alert", {{"token", "x"}})) == "400 invalid_link");
  BOOST_TEST(refused_field(house.stranger.post("/auth/alert", Json::object())) == "token missing");
}

BOOST_AUTO_TEST_CASE(a_form_with_a_spent_link_is_led_back_to_its_page_with_the_word_for_it) {
  WithMail house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  for (const std::string& form :
       {std::string("/auth/alert?alert"), std::string("/auth/password/reset?reset")}) {
    const auto path = form.substr(0, form.find('?'));
    const auto page = "https://example.com/cardea/ko/" + form.substr(form.find('?') + 1) + ".html";
    const auto response = house.stranger.send(
        form_to(house, path, "token=x&new_password=long+enough&return_to=/", {{"referer", page}}));
    BOOST_TEST(response.status == 303);
    BOOST_TEST(header_of(response, "Location") == page + "?return_to=/&problem=invalid_link#invalid_link");
  }
}

BOOST_AUTO_TEST_CASE(a_form_with_a_wrong_code_is_led_back_to_its_page_with_the_word_for_it) {
  WithMail house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  const std::string page = "https://example.com/cardea/ko/reset.html";
  const auto response = house.stranger.send(form_to(
      house, "/auth/password/reset",
      "email=ada%40example.com&code=BBBB-BBBB&new_password=long+enough&return_to=/", {{"referer", page}}));
  BOOST_TEST(response.status == 303);
  const auto back = std::string(header_of(response, "Location"));
  BOOST_TEST(back.starts_with(page + "?return_to=/&problem=invalid_code"), back);
  BOOST_TEST(back.ends_with("#invalid_code"), back);
  BOOST_TEST(back.find("ada") == std::string::npos, back);
}

BOOST_AUTO_TEST_CASE(nothing_is_done_by_get_nor_for_another_site) {
  WithMail house;
  auto browser = house.alarming();
  const auto token = house.token_of_letter();
  BOOST_TEST(gist(house.stranger.get("/auth/alert?token=" + token)) == "405 method_not_allowed");
  const auto request = form_to(house, "/auth/alert", "token=" + token, {{"origin", "https://evil.example"}});
  BOOST_TEST(gist(ask(house, request)) == "403 csrf_refused");
  BOOST_TEST(browser.get("/auth/me").status == 200);
}

BOOST_AUTO_TEST_CASE(a_forgotten_password_is_accepted_for_anybody_and_mailed_to_users) {
  WithMail house;
  for (const auto* email : {"ada@example.com", "nobody@example.com", "no address"}) {
    const auto response = house.stranger.post("/auth/password/forgot", {{"email", email}});
    BOOST_TEST(response.status == 202);
    BOOST_TEST(response.body == "{\"accepted\":true}\n");
  }
  const auto token = house.token_of_letter();
  BOOST_TEST(gist(house.stranger.post("/auth/password/reset", {{"token", token}, {"new_password", "x"}})) ==
             "400 invalid_request/too_short");
  const Json same{{"token", token}, {"new_password", valid_password}};
  BOOST_TEST(refused_field(house.stranger.post("/auth/password/reset", same)) ==
             "new_password same_as_before");
  BOOST_TEST(refused_field(house.stranger.post("/auth/password/reset", {{"token", token}})) ==
             "new_password missing");
  BOOST_TEST(refused_field(house.stranger.post("/auth/password/reset", Json::object())) == "token missing");
  BOOST_TEST(refused_field(house.stranger.post("/auth/password/forgot", Json::object())) == "email missing");
  const Json good{{"token", token}, {"new_password", "a wholly new pass phrase"}};
  BOOST_TEST(house.stranger.post("/auth/password/reset", good).status == 204);
  BOOST_TEST(gist(house.stranger.post("/auth/password/reset", good)) == "400 invalid_link");
  BOOST_TEST(house.stranger.sign_in("ada@example.com", "a wholly new pass phrase"));
}

BOOST_AUTO_TEST_CASE(one_network_cannot_ask_for_ever) {
  WithMail house;
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(house.stranger.post("/auth/password/forgot", {{"email", "x@example.com"}}).status == 202);
  const auto response = house.stranger.post("/auth/password/forgot", {{"email", "x@example.com"}});
  BOOST_TEST(gist(response) == "429 too_many_attempts");
  BOOST_TEST(header_of(response, "Retry-After") == "3600");  // twenty an hour, and no more after a pause
}

BOOST_AUTO_TEST_CASE(a_site_without_mail_says_so) {
  WithMail house;
  house.settings.mail.from.clear();
  BOOST_TEST(gist(house.stranger.post("/auth/password/forgot", {{"email", "ada@example.com"}})) ==
             "404 not_found");
}

BOOST_AUTO_TEST_CASE(a_code_stands_in_for_the_link_and_the_answer_counts_its_tries) {
  WithMail house;
  BOOST_TEST(house.stranger.post("/auth/password/forgot", {{"email", "ada@example.com"}}).status == 202);
  const auto text = std::string(house.letters().at(0).text.reveal());
  const auto code = text.substr(text.find("\n    ") + 5, 9);
  const Json wrong{
      {"email", "ada@example.com"}, {"code", "BBBB-BBBB"}, {"new_password", "a wholly new pass phrase"}};
  const auto refused = house.stranger.post("/auth/password/reset", wrong);
  BOOST_TEST(gist(refused) == "400 invalid_code");
  BOOST_TEST(json_of(refused)["tries_left"] == 4);
  BOOST_TEST(json_of(refused)["field"] == "code");
  BOOST_TEST(refused_field(house.stranger.post("/auth/password/reset", {{"email", "ada@example.com"}})) ==
             "code missing");
  BOOST_TEST(refused_field(house.stranger.post("/auth/password/reset", {{"code", code}})) == "email missing");
  for (int i = 0; i < 4; ++i) (void)house.stranger.post("/auth/password/reset", wrong);
  Json right = wrong;
  right["code"] = code;
  const auto closed = house.stranger.post("/auth/password/reset", right);
  BOOST_TEST(gist(closed) == "429 too_many_attempts");
  BOOST_TEST(header_of(closed, "Retry-After") == "3600");
  BOOST_TEST(house.stranger.post("/auth/password/forgot", {{"email", "ada@example.com"}}).status == 202);
  BOOST_TEST(house.stranger.post("/auth/password/reset", right).status == 204);
}

BOOST_AUTO_TEST_CASE(a_sign_in_that_a_rule_ends_at_once_is_refused_and_leaves_no_cookie) {
  WithMail house;
  house.settings.watch.many_devices = WatchAction::revoke_device;
  house.settings.providers.emplace_back().name =
      "google";  // a second way, so that the browser remembers its last one
  constexpr const char* method_cookie = "__Host-cardea_method";
  for (int i = 0; i < 4; ++i) {
    Browser browser(house);
    BOOST_TEST(browser.sign_in());
    BOOST_TEST(browser.cookie(method_cookie) == "password");
  }
  Browser fifth(house);
  const auto response =
      fifth.post("/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}});
  BOOST_TEST(gist(response) == "401 invalid_grant/revoked");
  BOOST_TEST(cookie_of(response, method_cookie).name == "");
  BOOST_TEST(response.cookies.empty());
}

BOOST_AUTO_TEST_SUITE_END()
