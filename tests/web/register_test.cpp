// POST /register.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

Response sign_up(House& house, const Json& fields) {
  return ask(house, json_to(house, "/auth/register", fields));
}

Json usual(const Json& more = Json::object()) {
  Json fields{{"email", "ada@example.com"}, {"password", valid_password}};
  fields.update(more);
  return fields;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(registration)

BOOST_AUTO_TEST_CASE(a_new_account_is_201_with_the_token_answer_and_signed_in) {
  House house;
  Browser browser(house);
  const auto response = browser.post("/auth/register", usual({{"name", "Ada"}, {"device_name", "Laptop"}}));
  BOOST_TEST(response.status == 201);
  const auto body = json_of(response);
  BOOST_TEST(body["user"]["email"] == "ada@example.com");
  BOOST_TEST(body["user"]["name"] == "Ada");
  BOOST_TEST(body["device"]["name"] == "Laptop");
  BOOST_TEST(response.cookies.size() == 3U);
  BOOST_TEST(browser.get("/auth/me").status == 200);
  BOOST_TEST(UserId::of_text(body["user"]["id"].get<std::string>()).has_value());
}

BOOST_AUTO_TEST_CASE(an_email_in_use_is_409_with_the_way_to_sign_in) {
  House house;
  BOOST_TEST(sign_up(house, usual()).status == 201);
  const auto response = sign_up(house, usual({{"email", "ADA@Example.com"}}));
  const Json expected{{"code", 409},
                      {"error", "email_in_use"},
                      {"error_description", "There is an account with this e-mail already."},
                      {"strategy", "password"},
                      {"field", "email"}};
  BOOST_TEST(response.status == 409);
  BOOST_TEST(json_of(response) == expected);
  BOOST_TEST(response.cookies.empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_become_an_account_is_400) {
  House house;
  const std::pair<Json, const char*> rows[] = {
      {usual({{"email", "ada"}}), "email invalid"},
      {usual({{"email", "ada@example.com\nBcc: x@y.zz"}}), "email invalid"},
      {usual({{"email", ""}}), "email missing"},
      {usual({{"email", 5}}), "email invalid"},
      {usual({{"password", "short"}}), "password too_short"},
      {usual({{"password", std::string(1025, 'x')}}), "password too_long"},
      {usual({{"password", std::string("null\0inside", 11)}}), "password invalid"},
      {usual({{"password", "tkfkdgo1"}}), "password too_common"},
      {usual({{"password", 12345678}}), "password invalid"},
      {usual({{"name", 5}}), "name invalid"},
      {usual({{"device_id", "a b"}}), "device_id invalid"},
      {Json::object(), "email missing"}};
  for (const auto& [fields, refusal] : rows)
    BOOST_TEST_CONTEXT(fields.dump()) BOOST_TEST(refused_field(sign_up(house, fields)) == refusal);
  BOOST_TEST(house.store.writes().total() == 0);
}

BOOST_AUTO_TEST_CASE(a_page_can_ask_about_a_password_and_nothing_is_stored) {
  House house;
  const auto verdict = [&](const Json& fields) {
    return json_of(ask(house, json_to(house, "/auth/password/check", fields)));
  };
  const Json too_common{{"accepted", false}, {"reason", "too_common"}};
  BOOST_TEST((verdict({{"password", "password123"}}) == too_common));
  BOOST_TEST((verdict({{"password", "minsu-1990"}, {"email", "minsu@example.org"}}) == too_common));
  BOOST_TEST((verdict({{"password", "short"}}) == Json{{"accepted", false}, {"reason", "too_short"}}));
  BOOST_TEST((verdict({{"password", valid_password}}) == Json{{"accepted", true}}));
  BOOST_TEST(house.store.calls() == 0);
}

BOOST_AUTO_TEST_CASE(the_password_rule_is_told) {
  House house;
  house.settings.password.min_length = 8;
  const auto text =
      json_of(sign_up(house, usual({{"password", "short"}})))["error_description"].get<std::string>();
  BOOST_TEST(text.find("at least 8 characters") != std::string::npos);
  BOOST_TEST(text.find("at most 1024 bytes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nobody_makes_themselves_more_than_a_user) {
  House house;
  const auto response = sign_up(house, usual({{"role", "admin"},
                                              {"scope", "admin"},
                                              {"status", 0},
                                              {"epoch", 7},
                                              {"id", UserId{}.text()},
                                              {"email_verified", true},
                                              {"last_method", "google"}}));
  BOOST_TEST(response.status == 201);
  const auto user = house.store.user_by_email("ada@example.com").value();
  BOOST_TEST(user.scope == "");
  BOOST_TEST(user.epoch == 0);
  BOOST_TEST(user.last_method == "password");
  BOOST_TEST((user.id != UserId{}));
}

BOOST_AUTO_TEST_CASE(a_name_is_kept_as_people_read_it) {
  House house;
  const auto name_of = [&](const std::string& email, const char* typed) {
    const auto response = sign_up(house, usual({{"email", email}, {"name", typed}}));
    BOOST_TEST(response.status == 201);
    return json_of(response)["user"]["name"].get<std::string>();
  };
  BOOST_TEST(name_of("a@example.com", "  Ada Lovelace ") == "Ada Lovelace");
  BOOST_TEST(name_of("b@example.com", "Ame\xCC\x81lie") == "Am\xC3\xA9lie");
  BOOST_TEST(name_of("c@example.com", "") == "");
  BOOST_TEST(name_of("e@example.com", "a\n\u202Eb") == "a b");
  BOOST_TEST(name_of("f@example.com", std::string(101, 'x').c_str()) == std::string(100, 'x'));
  BOOST_TEST(name_of("g@example.com", "\u3164") == "");
  BOOST_TEST(name_of("d@example.com", "<b>\"O'Hara\"</b>") == "<b>\"O'Hara\"</b>");
}

BOOST_AUTO_TEST_CASE(a_closed_registration_is_403_for_everybody) {
  House house;
  house.add_user("ada@example.com");
  house.settings.registration_open = false;
  const auto known = sign_up(house, usual());
  BOOST_TEST(gist(known) == "403 invalid_request");
  BOOST_TEST(cgi_bytes(known) == cgi_bytes(sign_up(house, usual({{"email", "new@example.com"}}))));
}

BOOST_AUTO_TEST_CASE(asking_about_many_emails_is_429) {
  House house;
  house.add_user("ada@example.com");
  house.settings.limits.address_failures.failures = 3;
  for (int i = 0; i < 3; ++i) BOOST_TEST(sign_up(house, usual()).status == 409);
  const auto response = sign_up(house, usual());
  BOOST_TEST(gist(response) == "429 too_many_attempts");
  BOOST_TEST(header_of(response, "Retry-After") == "30");
}

BOOST_AUTO_TEST_CASE(a_form_registers_too) {
  House house;
  const auto response =
      ask(house, form_to(house, "/auth/register",
                         "email=ada%40example.com&password=correct+horse+battery+staple&name=Ada"));
  BOOST_TEST(response.status == 201);
  BOOST_TEST(json_of(response)["user"]["name"] == "Ada");
}

BOOST_AUTO_TEST_SUITE_END()
