// POST /login, as browsers and programs see it.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "web/handle.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct WithAda : House {
  User ada = add_user("ada@example.com");

  Response login(const Json& fields, Headers headers = {}) {
    return ask(*this, json_to(*this, "/auth/login", fields, headers));
  }
  Response login_as(std::string_view email, std::string_view password) {
    return login({{"email", email}, {"password", password}});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(login)

BOOST_AUTO_TEST_CASE(the_right_password_brings_the_token_answer_and_three_cookies) {
  WithAda house;
  const auto response = house.login({{"email", "ada@example.com"},
                                     {"password", valid_password},
                                     {"device_id", "phone"},
                                     {"device_name", "Ada's phone"}});
  BOOST_TEST(response.status == 200);
  BOOST_TEST(header_of(response, "Content-Type") == "application/json");
  const auto body = json_of(response);
  BOOST_TEST(body["user"]["id"] == house.ada.id.text());
  BOOST_TEST(body["user"]["email"] == "ada@example.com");
  BOOST_TEST(body["device"] == (Json{{"id", "phone"}, {"name", "Ada's phone"}}));
  BOOST_TEST(!body.contains("access_token"));
  BOOST_TEST(response.cookies.size() == 3U);
  const auto bytes = cgi_bytes(response);
  for (const auto* part :
       {"Set-Cookie: __Host-cardea_access=", "; Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax\r\n",
        "Set-Cookie: __Secure-cardea_refresh=",
        "; Path=/auth; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax\r\n",
        "Set-Cookie: __Secure-cardea_device=phone; Path=/auth; Max-Age=34560000; Secure; HttpOnly; "
        "SameSite=Lax\r\n"})
    BOOST_TEST(bytes.find(part) != std::string::npos, part);
  BOOST_TEST(bytes.find("Domain=") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_form_says_the_same_as_json) {
  WithAda house;
  const auto response =
      ask(house, form_to(house, "/auth/login",
                         "email=ada%40example.com&password=correct+horse+battery+staple&device_id=phone"));
  BOOST_TEST(response.status == 200);
  BOOST_TEST(json_of(response)["device"]["id"] == "phone");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_json_and_no_form_is_refused_before_any_work) {
  WithAda house;
  const int calls = house.store.calls();
  auto request = json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}});
  for (const auto* type : {"text/plain", "multipart/form-data; boundary=x", "", "application/xml"}) {
    request.content_type = type;
    BOOST_TEST(gist(ask(house, request)) == "415 invalid_request/malformed");
  }
  request.content_type = "application/json";
  for (const auto* text : {"{", "[]", "email=a", R"({"email":"a","email":"b"})"}) {
    request.body = Secret::copy_of(text);
    BOOST_TEST(gist(ask(house, request)) == "400 invalid_request/malformed");
  }
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(fields_that_are_missing_or_of_the_wrong_type_are_400) {
  WithAda house;
  const int calls = house.store.calls();
  const std::pair<Json, const char*> rows[] = {
      {Json::object(), "email missing"},
      {{{"email", "ada@example.com"}}, "password missing"},
      {{{"password", "x"}}, "email missing"},
      {{{"email", ""}, {"password", "x"}}, "email missing"},
      {{{"email", "ada@example.com"}, {"password", ""}}, "password missing"},
      {{{"email", 5}, {"password", "x"}}, "email invalid"},
      {{{"email", "ada@example.com"}, {"password", 12345678}}, "password invalid"},
      {{{"email", {"ada@example.com"}}, {"password", "x"}}, "email invalid"},
      {{{"email", "ada@example.com"}, {"password", {{"$ne", ""}}}}, "password invalid"},
      {{{"email", nullptr}, {"password", nullptr}}, "email missing"}};
  for (const auto& [fields, refusal] : rows)
    BOOST_TEST_CONTEXT(fields.dump()) BOOST_TEST(refused_field(house.login(fields)) == refusal);
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(device_ids_and_names_of_strangers_are_checked) {
  WithAda house;
  const auto fate = [&](const char* field, const Json& value) {
    return gist(house.login({{"email", "ada@example.com"}, {"password", valid_password}, {field, value}}));
  };
  for (const auto& id : {Json(""), Json("a b"), Json(std::string(10'000, 'x')), Json("'; DROP TABLE"),
                         Json("\xF0\x9F\x98\x80"), Json(5), Json::array()})
    BOOST_TEST(fate("device_id", id) == "400 invalid_request/invalid");
  BOOST_TEST(fate("device_name", Json(5)) == "400 invalid_request/invalid");
  for (const auto& name : {Json(" Ada's \xF0\x9F\x93\xB1 "), Json(""), Json(nullptr),
                           Json(std::string(60'000, 'x')), Json("a\nb"), Json("a\u202Eb"),
                           Json(std::string("a\0b", 3)), Json("\u3164"), Json("\u0639\u200C\u0639\u200D")})
    BOOST_TEST(fate("device_name", name) == "200");
}

BOOST_AUTO_TEST_CASE(a_device_is_called_what_can_be_shown_of_its_name) {
  WithAda house;
  const auto called = [&](const std::string& name) {
    return json_of(house.login({{"email", "ada@example.com"},
                                {"password", valid_password},
                                {"device_name", name}}))["device"]["name"]
        .get<std::string>();
  };
  BOOST_TEST(called("Ada\u202E's\u00ADphone\n") == "Ada'sphone");
  BOOST_TEST(called("\U0001F468\u200D\U0001F469") == "\U0001F468\u200D\U0001F469");
  BOOST_TEST(called(std::string(300, 'x')) == std::string(100, 'x'));
  BOOST_TEST(called("\u2800") == "");
  const auto form =
      ask(house, form_to(house, "/auth/login",
                         "email=ada%40example.com&password=correct+horse+battery+staple&device_name="
                         "Ada%FF%80s+phone"));
  BOOST_TEST(json_of(form)["device"]["name"] == "Adas phone");
}

BOOST_AUTO_TEST_CASE(one_address_is_one_user_however_it_is_written) {
  House house;
  const auto sign_up = [&](const char* email) {
    return gist(
        ask(house, json_to(house, "/auth/register", {{"email", email}, {"password", valid_password}})));
  };
  const auto log_in = [&](const char* email) {
    return gist(ask(house, json_to(house, "/auth/login", {{"email", email}, {"password", valid_password}})));
  };
  BOOST_TEST(sign_up("\u00C9va@\uD55C\uAD6D.kr") == "201");
  for (const auto* email : {"\u00C9va@\uD55C\uAD6D.kr", "\u00E9VA@xn--3e0b707e.kr",
                            "E\u0301va@\uD55C\uAD6D\u3002kr.", "\u00E9va\uFF20XN--3E0B707E.KR"}) {
    BOOST_TEST(log_in(email) == "200", email);
    BOOST_TEST(sign_up(email) == "409 email_in_use", email);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_user_and_a_wrong_password_get_the_same_bytes) {
  WithAda house;
  User social;
  social.id = UserId::make(house.now, house.entropy);
  social.email = {"social@example.com", "social@example.com"};
  BOOST_TEST(house.store.add_user(social));
  const auto disabled = house.add_user("disabled@example.com");
  BOOST_TEST(house.store.set_status(disabled.id, UserStatus::disabled, house.now));

  const auto reference = house.login_as("ada@example.com", "wrong");
  BOOST_TEST(gist(reference) == "401 invalid_credentials");
  for (const auto* email :
       {"nobody@example.com", "social@example.com", "disabled@example.com", "not an address"})
    BOOST_TEST(cgi_bytes(house.login_as(email, "wrong")) == cgi_bytes(reference));
}

BOOST_AUTO_TEST_CASE(an_account_that_rests_looks_the_same_known_or_not) {
  WithAda house;
  for (int i = 0; i < 5; ++i) {
    (void)house.login_as("ada@example.com", "wrong");
    (void)house.login_as("nobody@example.com", "wrong");
  }
  const auto known = house.login_as("ada@example.com", "wrong");
  BOOST_TEST(gist(known) == "429 too_many_attempts");
  BOOST_TEST(header_of(known, "Retry-After") == "30");
  BOOST_TEST(cgi_bytes(known) == cgi_bytes(house.login_as("nobody@example.com", "wrong")));
  BOOST_TEST(cgi_bytes(known) == cgi_bytes(house.login_as("ada@example.com", valid_password)));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_401_carries_a_challenge) {
  WithAda house;
  const auto response = house.login_as("ada@example.com", "wrong");
  BOOST_TEST(header_of(response, "WWW-Authenticate") ==
             "Bearer realm=\"cardea\", error=\"invalid_credentials\", "
             "error_description=\"The e-mail or the password is wrong.\"");
  const Json expected{{"code", 401},
                      {"error", "invalid_credentials"},
                      {"error_description", "The e-mail or the password is wrong."}};
  BOOST_TEST(json_of(response) == expected);
  BOOST_TEST(response.cookies.empty());
}

BOOST_AUTO_TEST_CASE(a_disabled_account_is_told_so_after_the_right_password) {
  WithAda house;
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(gist(house.login_as("ada@example.com", valid_password)) == "403 account_disabled");
}

BOOST_AUTO_TEST_CASE(a_crowd_at_the_hashing_slots_is_503) {
  WithAda house;
  HashingSlots gate(house.key_directory() + "/busy.lock", 1, milliseconds{1});
  const auto taken = gate.enter();
  Passwords passwords(house.settings.password, gate);
  const auto deps = house.deps();
  const Deps busy{deps.settings, deps.store,   deps.keys,   deps.revoked,
                  passwords,     deps.entropy, deps.letters, deps.http};
  const auto response =
      handle(json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", "x"}}), busy);
  BOOST_TEST(gist(response) == "503 temporarily_unavailable");
  BOOST_TEST(header_of(response, "Retry-After") == "2");
}

BOOST_AUTO_TEST_CASE(a_browser_keeps_its_device_and_replaces_its_session) {
  WithAda house;
  Browser browser(house);
  BOOST_TEST_REQUIRE(browser.sign_in());
  const auto device = browser.cookie(device_cookie);
  const auto old = browser.copy();
  BOOST_TEST(device.size() == 22U);
  house.now += std::chrono::hours{1};
  BOOST_TEST_REQUIRE(browser.sign_in());
  BOOST_TEST(browser.cookie(device_cookie) == device);
  BOOST_TEST(house.store.sessions_of(house.ada.id).size() == 2U);
  BOOST_TEST(json_of(browser.get("/auth/devices"))["devices"].size() == 1U);
  auto thief = old;
  BOOST_TEST(gist(thief.post("/auth/refresh", Json::object())) == "401 invalid_grant/revoked");
}

BOOST_AUTO_TEST_CASE(a_device_named_in_the_body_goes_before_the_cookie) {
  WithAda house;
  Browser browser(house);
  BOOST_TEST_REQUIRE(browser.sign_in());
  const auto response = browser.post(
      "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}, {"device_id", "named"}});
  BOOST_TEST(json_of(response)["device"]["id"] == "named");
  BOOST_TEST(browser.cookie(device_cookie) == "named");
}

BOOST_AUTO_TEST_CASE(a_session_that_a_stranger_planted_is_not_taken_over_at_sign_in) {
  WithAda house;
  house.add_user("mallory@example.com");
  Browser strangers(house);
  BOOST_TEST_REQUIRE(strangers.sign_in("mallory@example.com"));
  Browser victim = strangers.copy();  // all three cookies, planted
  BOOST_TEST_REQUIRE(victim.sign_in());
  BOOST_TEST(victim.cookie(refresh_cookie) != strangers.cookie(refresh_cookie));
  BOOST_TEST(json_of(victim.get("/auth/me"))["email"] == "ada@example.com");
  BOOST_TEST(json_of(strangers.get("/auth/me"))["email"] == "mallory@example.com");
}

BOOST_AUTO_TEST_SUITE_END()
