// What a signed-in user does with the account: POST /password, GET and POST /me, GET /events; and GET
// /site.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::string_view new_password = "a wholly new pass phrase";

struct SignedIn : House {
  User ada = add_user("ada@example.com");
  Browser browser{*this};
  SignedIn() { BOOST_REQUIRE(browser.sign_in()); }

  Response change(std::string_view current, std::string_view chosen) {
    return browser.post("/auth/password", {{"current_password", current}, {"new_password", chosen}});
  }
  Response submit(const char* path, const std::string& form) {
    return browser.send(form_to(*this, path, form));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(account)

BOOST_AUTO_TEST_CASE(a_new_password_keeps_this_browser_signed_in_and_no_other) {
  SignedIn house;
  Browser other(house);
  BOOST_REQUIRE(other.sign_in());
  const auto response = house.change(valid_password, new_password);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(json_of(response)["user"]["email"] == "ada@example.com");
  BOOST_TEST(json_of(response)["token_type"] == "Bearer");
  BOOST_TEST(house.browser.get("/auth/me").status == 200);
  BOOST_TEST(gist(other.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(other.post("/auth/refresh", Json::object())) == "401 invalid_grant/revoked");
  Browser again(house);
  BOOST_TEST(!again.sign_in("ada@example.com", valid_password));
  BOOST_TEST(again.sign_in("ada@example.com", new_password));
}

BOOST_AUTO_TEST_CASE(a_password_change_is_refused_in_words) {
  SignedIn house;
  BOOST_TEST(gist(house.change("wrong", new_password)) == "403 invalid_credentials");
  BOOST_TEST(field_of(house.change("wrong", new_password)) == "current_password");
  BOOST_TEST(refused_field(house.change(valid_password, "short")) == "new_password too_short");
  BOOST_TEST(refused_field(house.change(valid_password, std::string(1025, 'x'))) == "new_password too_long");
  BOOST_TEST(refused_field(house.change(valid_password, valid_password)) == "new_password same_as_before");
  BOOST_TEST(refused_field(house.change(valid_password, "")) == "new_password missing");
  BOOST_TEST(refused_field(house.browser.post("/auth/password", {{"new_password", 7}})) ==
             "current_password missing");
  BOOST_TEST(
      refused_field(house.browser.post("/auth/password", {{"current_password", "x"}, {"new_password", 7}})) ==
      "new_password invalid");
  Browser stranger(house);
  BOOST_TEST(gist(stranger.post("/auth/password",
                                {{"current_password", valid_password}, {"new_password", new_password}})) ==
             "401 invalid_token/missing");
  for (int i = 0; i < 4; ++i) (void)house.change("wrong", new_password);
  const auto blocked = house.change("wrong", new_password);
  BOOST_TEST(gist(blocked) == "429 too_many_attempts");
  BOOST_TEST(header_of(blocked, "Retry-After") == "30");
}

BOOST_AUTO_TEST_CASE(another_site_cannot_change_anything) {
  SignedIn house;
  for (const auto* path : {"/auth/password", "/auth/me"}) {
    auto request = form_to(house, path, "name=x", {{"origin", "https://evil.example"}});
    BOOST_TEST(gist(ask(house, request)) == "403 csrf_refused");
  }
}

BOOST_AUTO_TEST_CASE(an_account_form_leads_back_to_its_page) {
  SignedIn house;
  const std::string page = "&return_to=%2Faccount%3Ftab%3D1%23pw";
  BOOST_TEST(
      led_to(house.submit("/auth/password", "current_password=wrong&new_password=long+enough" + page)) ==
      "https://example.com/account?tab=1&problem=invalid_credentials#pw");
  BOOST_TEST(led_to(house.submit("/auth/me", "name=%E2%80%8B&return_to=/account")) ==
             "https://example.com/account?problem=invalid_request&field=name");
  const auto changed = house.submit(
      "/auth/password", "current_password=correct+horse+battery+staple&new_password=long+enough" + page);
  BOOST_TEST(led_to(changed) == "https://example.com/account?tab=1#pw");
  BOOST_TEST(changed.cookies.size() == 3U);
  BOOST_TEST(house.browser.get("/auth/me").status == 200);
  BOOST_TEST(led_to(ask(house, form_to(house, "/auth/me", "name=Eve&return_to=/account"))) ==
             "https://example.com/auth/continue?return_to=/account");
}

BOOST_AUTO_TEST_CASE(me_tells_language_scope_and_whether_there_is_a_password) {
  SignedIn house;
  auto me = json_of(house.browser.get("/auth/me"));
  BOOST_TEST(me["language"].is_null());
  BOOST_TEST(me["scope"] == "");
  BOOST_TEST(me["has_password"] == true);
  BOOST_TEST(me["created_at"] == unix_seconds(house.ada.created_at));
}

BOOST_AUTO_TEST_CASE(name_and_language_can_be_changed_each_alone) {
  SignedIn house;
  auto me = json_of(house.browser.post("/auth/me", {{"name", " Ada Lovelace "}}));
  BOOST_TEST(me["name"] == "Ada Lovelace");
  BOOST_TEST(me["language"].is_null());
  BOOST_TEST(
      json_of(house.browser.post("/auth/me", {{"name", "Ada\u202E " + std::string(200, 'x')}}))["name"] ==
      "Ada " + std::string(96, 'x'));
  me = json_of(house.browser.post("/auth/me", {{"name", "Ada Lovelace"}, {"language", "ja-JP"}}));
  BOOST_TEST(me["name"] == "Ada Lovelace");
  BOOST_TEST(me["language"] == "ja");
  BOOST_TEST((json_of(house.browser.get("/auth/me")) == me));
  BOOST_TEST(json_of(house.browser.post("/auth/me", {{"name", ""}}))["name"] == "");
}

BOOST_AUTO_TEST_CASE(a_profile_that_cannot_be_is_refused_whole) {
  SignedIn house;
  const std::pair<Json, const char*> rows[] = {{{{"name", "Eve"}, {"language", "xx"}}, "language invalid"},
                                               {{{"name", 7}}, "name invalid"},
                                               {{{"name", "\u3164"}}, "name invalid"},
                                               {{{"name", "\u200B"}}, "name invalid"},
                                               {{{"name", " "}}, "name invalid"},
                                               {{{"language", 7}}, "language invalid"},
                                               {{{"language", ""}}, "language invalid"}};
  for (const auto& [fields, refusal] : rows)
    BOOST_TEST(refused_field(house.browser.post("/auth/me", fields)) == refusal);
  BOOST_TEST(json_of(house.browser.get("/auth/me"))["name"] == "Ada");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_changed_is_named_and_nothing_is_changed) {
  SignedIn house;
  const auto before = json_of(house.browser.get("/auth/me"));
  for (const auto* member : {"scope", "email", "id", "status", "nmae", "created_at", "Name", ""})
    BOOST_TEST(refused_field(house.browser.post("/auth/me", {{"name", "Eve"}, {member, "x"}})) ==
               std::string(member) + " invalid");
  BOOST_TEST((json_of(house.browser.get("/auth/me")) == before));
  BOOST_TEST(field_of(house.browser.post("/auth/me", {{std::string(1000, 'x'), 1}})).size() == 64U);
}

BOOST_AUTO_TEST_CASE(the_language_comes_from_the_field_and_only_at_first_from_the_browser) {
  House house;
  house.add_user("ada@example.com");
  const auto sign_in = [&house](const Json& more, std::string_view accepts) {
    Browser browser(house);
    Json fields{{"email", "ada@example.com"}, {"password", valid_password}};
    fields.update(more);
    BOOST_TEST(browser.post("/auth/login", fields, {{"accept-language", accepts}}).status == 200);
    return json_of(browser.get("/auth/me"))["language"];
  };
  BOOST_TEST(sign_in(Json::object(), "fr").is_null());
  BOOST_TEST(sign_in(Json::object(), "ko-KR,ko;q=0.9") == "ko");
  BOOST_TEST(sign_in(Json::object(), "ja") == "ko");
  BOOST_TEST(sign_in({{"language", "ja"}}, "ko") == "ja");
  BOOST_TEST(sign_in({{"language", "xx"}}, "ko") == "ja");
}

BOOST_AUTO_TEST_CASE(a_new_account_has_the_language_of_its_form) {
  House house;
  Browser browser(house);
  BOOST_TEST(browser
                 .post("/auth/register",
                       {{"email", "kim@example.com"}, {"password", valid_password}, {"language", "ko"}})
                 .status == 201);
  BOOST_TEST(json_of(browser.get("/auth/me"))["language"] == "ko");
}

BOOST_AUTO_TEST_CASE(events_tell_in_words_what_happened_to_this_account_alone) {
  SignedIn house;
  house.add_user("bob@example.com");
  Browser bob(house);
  BOOST_REQUIRE(bob.sign_in("bob@example.com"));
  house.now += seconds{60};
  BOOST_TEST(!bob.sign_in("ada@example.com", "wrong"));
  const auto events = json_of(house.browser.get("/auth/events"))["events"];
  BOOST_REQUIRE(events.size() == 2U);
  BOOST_TEST(events[0]["kind"] == "sign_in_failed");
  BOOST_TEST(events[0]["text"] == "A sign-in failed.");
  BOOST_TEST(events[0]["at"] == unix_seconds(house.now));
  BOOST_TEST(events[0]["ip"] == "192.0.2.7");
  BOOST_TEST(events[0]["device"].is_null());
  BOOST_TEST(events[0]["current"] == false);
  BOOST_TEST(events[1]["kind"] == "signed_in");
  BOOST_TEST(events[1]["device"]["id"] == house.browser.cookie(device_cookie));
  BOOST_TEST(events[1]["current"] == true);
  BOOST_TEST(json_of(house.browser.get("/auth/events?language=ko"))["events"][1]["text"] ==
             "로그인했습니다.");
  BOOST_TEST(gist(ask(house, request_to(house, "GET", "/auth/events"))) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_CASE(of_many_events_the_newest_fifty_are_told) {
  SignedIn house;
  for (int i = 0; i < 60; ++i)
    house.store.add_event({.id = EventId::make(house.now, house.entropy),
                           .at = house.now + seconds{i},
                           .kind = EventKind::signed_out,
                           .user = house.ada.id,
                           .session = {},
                           .ip = "",
                           .detail = ""});
  const auto events = json_of(house.browser.get("/auth/events"))["events"];
  BOOST_TEST(events.size() == 50U);
  BOOST_TEST(events[0]["at"] == unix_seconds(house.now + seconds{59}));
}

BOOST_AUTO_TEST_CASE(the_site_tells_strangers_what_pages_need) {
  House house;
  house.settings.site.logo = "/logo.svg";
  const auto response = ask(house, request_to(house, "GET", "/auth/site"));
  BOOST_TEST(response.status == 200);
  BOOST_TEST(header_of(response, "Cache-Control") == "public, max-age=60");
  BOOST_TEST((json_of(response) == Json{{"name", "example.com"},
                                        {"logo", "/logo.svg"},
                                        {"mount", "/auth"},
                                        {"languages", {"en", "ko", "ja"}},
                                        {"registration_open", true},
                                        {"usernames", false},
                                        {"delete_after", 7 * 24 * 3600},
                                        {"password_min_length", 8},
                                        {"renew_min_interval", 0},
                                        {"access_ttl", 1800},
                                        {"transport", "cookie"},
                                        {"server_time", unix_seconds(house.now)},
                                        {"mail", false}}));
  BOOST_TEST(house.store.calls() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
