// Proving again who is there: POST /reauthenticate and /reauthenticate/send, and at a provider.
#include "support/contains.h"
#include "web/social_trip.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::minutes minute{1};

// Signed in eleven minutes ago.
struct Stale : Social {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  Stale() {
    settings.mail.from = "noreply@example.com";
    BOOST_TEST_REQUIRE(browser.sign_in());
    now += 11 * minute;
  }
  Response prove_by(const Json& fields) { return browser.post("/auth/reauthenticate", fields); }
  [[nodiscard]] bool is_fresh_for(Browser& by) { return by.get("/auth/me/export").status == 200; }
  void forget_password() {
    const auto user = store.user_by_id(ada.id).value();
    BOOST_TEST(store.replace_password_hash({.user = ada.id, .from = user.password_hash, .to = ""}));
  }
};

// The code of the letter that was written last.
std::string code_of(const std::vector<Letter>& letters) {
  BOOST_TEST_REQUIRE(letters.size() == 1U);
  const auto text = std::string(letters.front().text.reveal());
  const auto hyphen = text.find('-', text.find("enter this code"));
  BOOST_TEST_REQUIRE(hyphen != std::string::npos);
  return text.substr(hyphen - 4, 9);
}

Trip trip_of(const Response& answer) {
  const auto location = string_member(json_of(answer), "location").value();
  const auto sent = parse_form(location.substr(location.find('?') + 1)).value();
  return {sent, string_member(sent, "state").value()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reauthentication)

BOOST_AUTO_TEST_CASE(the_password_makes_an_older_sign_in_fresh_and_brings_new_tokens) {
  Stale house;
  const auto before = house.browser.cookie(refresh_cookie);
  BOOST_TEST(gist(house.browser.get("/auth/me/export")) == "401 insufficient_user_authentication");
  const auto answer = house.prove_by({{"password", valid_password}});
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(json_of(answer)["user"]["email"] == "ada@example.com");
  BOOST_TEST(house.browser.cookie(refresh_cookie) != before);
  BOOST_TEST(house.is_fresh_for(house.browser));
  BOOST_TEST(house.events_of(EventKind::reauthenticated) == 1);
  house.now += 11 * minute;
  BOOST_TEST(!house.is_fresh_for(house.browser));
}

BOOST_AUTO_TEST_CASE(a_copy_of_the_tokens_from_before_is_not_fresh_and_turns_into_reuse) {
  Stale house;
  auto thief = house.browser.copy();
  BOOST_TEST(house.prove_by({{"password", valid_password}}).status == 200);
  BOOST_TEST(!house.is_fresh_for(thief));
  house.now += seconds{11};
  BOOST_TEST(gist(thief.post("/auth/refresh", Json::object())) == "401 invalid_grant/reused");
  BOOST_TEST(house.browser.get("/auth/me").status == 401);
}

BOOST_AUTO_TEST_CASE(another_tab_keeps_its_sign_in) {
  Stale house;
  auto tab = house.browser.copy();
  BOOST_TEST(house.prove_by({{"password", valid_password}}).status == 200);
  BOOST_TEST(tab.post("/auth/refresh", Json::object()).status == 200);
  BOOST_TEST(house.browser.get("/auth/me").status == 200);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_refused_slowed_down_and_changes_nothing) {
  Stale house;
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(gist(house.prove_by({{"password", "wrong"}})) == "403 invalid_credentials");
  BOOST_TEST(gist(house.prove_by({{"password", valid_password}})) == "429 too_many_attempts");
  BOOST_TEST(!house.is_fresh_for(house.browser));
  BOOST_TEST(gist(house.prove_by(Json::object())) == "400 invalid_request/missing");
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_answers_as_to_a_wrong_one) {
  Stale house;
  const auto with = house.prove_by({{"password", "wrong"}});
  house.forget_password();
  const auto without = house.prove_by({{"password", "wrong"}});
  BOOST_TEST(with.status == without.status);
  BOOST_TEST((json_of(with) == json_of(without)));
}

BOOST_AUTO_TEST_CASE(without_a_password_a_code_in_a_letter_proves_it_once) {
  Stale house;
  house.forget_password();
  BOOST_TEST(house.browser.post("/auth/reauthenticate/send", Json::object()).status == 202);
  const auto code = code_of(house.letters());
  BOOST_TEST(gist(house.prove_by({{"code", "WRNG-CODE"}})) == "400 invalid_code");
  BOOST_TEST(house.prove_by({{"code", code}}).status == 200);
  BOOST_TEST(house.is_fresh_for(house.browser));
  BOOST_TEST(gist(house.prove_by({{"code", code}})) == "400 invalid_code");
}

BOOST_AUTO_TEST_CASE(the_code_counts_for_the_device_that_asked_for_it_alone) {
  Stale house;
  Browser laptop(house);
  BOOST_TEST(laptop.sign_in());
  house.forget_password();
  BOOST_TEST(house.browser.post("/auth/reauthenticate/send", Json::object()).status == 202);
  const auto code = code_of(house.letters());
  BOOST_TEST(gist(laptop.post("/auth/reauthenticate", {{"code", code}})) == "400 invalid_code");
}

BOOST_AUTO_TEST_CASE(who_has_a_password_gets_no_code_and_none_counts) {
  Stale house;
  BOOST_TEST(house.browser.post("/auth/reauthenticate/send", Json::object()).status == 202);
  BOOST_TEST(house.letters().empty());
  BOOST_TEST(gist(house.prove_by({{"code", "BCDF-GHJK"}})) == "400 invalid_code");
}

BOOST_AUTO_TEST_CASE(a_code_is_tried_a_few_times_only) {
  Stale house;
  house.forget_password();
  BOOST_TEST(house.browser.post("/auth/reauthenticate/send", Json::object()).status == 202);
  const auto code = code_of(house.letters());
  for (int i = 0; i < 4; ++i) BOOST_TEST(gist(house.prove_by({{"code", "BCDF-GHJK"}})) == "400 invalid_code");
  (void)house.prove_by({{"code", "BCDF-GHJK"}});
  BOOST_TEST(gist(house.prove_by({{"code", code}})) == "429 too_many_attempts");
}

struct Linked : Stale {
  Linked() {
    BOOST_TEST(store.add_provider_identity({.issuer = google.settings().issuer,
                                            .subject = string_member(google.claims(), "sub").value(),
                                            .provider = "google",
                                            .user = ada.id,
                                            .created_at = now}));
  }
  Trip go() {
    return trip_of(browser.post("/auth/oauth/google/reauthenticate", {{"return_to", "/members/"}}));
  }
};

BOOST_AUTO_TEST_CASE(a_provider_is_told_to_ask_again_and_its_auth_time_counts) {
  Linked house;
  const auto trip = house.go();
  BOOST_TEST(trip.sent["prompt"] == "login");
  BOOST_TEST(trip.sent["max_age"] == "0");
  prove(house.google, trip, {{"auth_time", unix_seconds(house.now)}, {"exp", unix_seconds(house.now) + 300}});
  BOOST_TEST(place(come_back(house.browser, "google", trip)) == "303 https://example.com/members/");
  BOOST_TEST(house.is_fresh_for(house.browser));
}

BOOST_AUTO_TEST_CASE(an_older_or_missing_auth_time_and_another_person_prove_nothing) {
  for (const auto& changes : {Json{{"auth_time", 0}}, Json{{"sub", "another person"}}, Json::object()}) {
    Linked house;
    const auto trip = house.go();
    Json claims{{"exp", unix_seconds(house.now) + 300}};
    if (changes.contains("auth_time")) claims["auth_time"] = unix_seconds(house.now - 2 * minute);
    if (changes.contains("sub")) claims["auth_time"] = unix_seconds(house.now);
    claims.update(changes.contains("sub") ? changes : Json::object());
    prove(house.google, trip, claims);
    const auto back = come_back(house.browser, "google", trip);
    BOOST_TEST(place(back) == "303 https://example.com/members/?problem=provider_refused");
    BOOST_TEST(!house.is_fresh_for(house.browser));
  }
}

BOOST_AUTO_TEST_CASE(an_ordinary_sign_in_does_not_make_the_provider_ask_again) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  BOOST_TEST(!trip.sent.contains("prompt"));
  BOOST_TEST(!trip.sent.contains("max_age"));
}

BOOST_AUTO_TEST_CASE(a_form_that_needs_a_proof_is_led_to_the_page_that_asks_and_back) {
  Stale house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  const auto asked = house.browser.send(form_to(house, "/auth/me/delete",
                                                "return_to=/cardea/ko/signed-out.html%23closed_done",
                                                {{"referer", "https://example.com/cardea/ko/close.html"}}));
  BOOST_TEST(place(asked) ==
             "303 https://example.com/cardea/ko/reauthenticate.html?return_to=/cardea/ko/close.html");
  const auto page = "https://example.com/cardea/ko/reauthenticate.html?return_to=/cardea/ko/close.html";
  const auto wrong = house.browser.send(
      form_to(house, "/auth/reauthenticate", "return_to=&password=wrong", {{"referer", page}}));
  BOOST_TEST(place(wrong) == "303 " + std::string(page) + "&problem=invalid_credentials#invalid_credentials");
  const auto proven =
      house.browser.send(form_to(house, "/auth/reauthenticate",
                                 "return_to=&password=correct+horse+battery+staple", {{"referer", page}}));
  BOOST_TEST(place(proven) == "303 https://example.com/cardea/ko/close.html");
  BOOST_TEST(house.is_fresh_for(house.browser));
}

BOOST_AUTO_TEST_CASE(a_form_that_asks_for_a_code_comes_back_to_its_page_with_the_way_onwards) {
  Stale house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  const auto page = "https://example.com/cardea/ja/reauthenticate.html?return_to=/cardea/ja/account.html";
  const auto sent =
      house.browser.send(form_to(house, "/auth/reauthenticate/send", "return_to=", {{"referer", page}}));
  BOOST_TEST(place(sent) == "303 " + std::string(page) + "#code_sent");
}

BOOST_AUTO_TEST_CASE(nobody_proves_anything_without_a_session_or_from_another_site) {
  Stale house;
  Browser stranger(house);
  BOOST_TEST(gist(stranger.post("/auth/reauthenticate", {{"password", valid_password}})) ==
             "401 invalid_token/missing");
  BOOST_TEST(gist(stranger.post("/auth/reauthenticate/send", Json::object())) == "401 invalid_token/missing");
  auto foreign = json_to(house, "/auth/reauthenticate", {{"password", valid_password}},
                         {{"origin", "https://evil.example"}, {"sec-fetch-site", "cross-site"}});
  BOOST_TEST(gist(ask(house, foreign)) == "403 csrf_refused");
}

BOOST_AUTO_TEST_SUITE_END()
