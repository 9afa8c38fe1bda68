// Canaries: secrets and personal data must be found only where they belong.
#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::string_view password_canary = "canary-of-a-password";
constexpr std::string_view email_canary = "canary@example.com";

struct Conversation : House {
  Browser browser{*this};
  std::vector<Response> answers;
  std::vector<std::string> secrets{std::string(password_canary)};

  void keep(Response response) {
    for (const auto name : {access_cookie, refresh_cookie})
      if (!browser.cookie(name).empty()) secrets.push_back(browser.cookie(name));
    answers.push_back(std::move(response));
  }

  // Everything that a person may go through, the failures too.
  Conversation() {
    const Json credentials{{"email", email_canary}, {"password", password_canary}};
    keep(browser.post("/auth/register", credentials));
    keep(browser.post("/auth/register", credentials));
    keep(browser.post("/auth/login", credentials));
    keep(browser.post("/auth/login", {{"email", email_canary}, {"password", "canary-of-a-wrong-password"}}));
    secrets.emplace_back("canary-of-a-wrong-password");
    auto thief = browser.copy();
    now += std::chrono::hours{1};
    keep(browser.post("/auth/refresh", Json::object()));
    keep(browser.get("/auth/me"));
    keep(browser.get("/auth/devices"));
    keep(browser.get("/auth/verify"));
    now += std::chrono::hours{1};
    keep(thief.post("/auth/refresh", Json::object()));
    keep(browser.post("/auth/logout", Json::object()));
  }
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(privacy)

BOOST_AUTO_TEST_CASE(log_facts_hold_no_secret_and_no_email) {
  Conversation house;
  for (const auto& answer : house.answers) {
    const auto& log = answer.log;
    for (const auto* fact : {&log.error, &log.reason, &log.user, &log.session, &log.note}) {
      for (const auto& secret : house.secrets) BOOST_TEST(!holds(*fact, secret));
      BOOST_TEST(!holds(*fact, email_canary));
    }
  }
}

BOOST_AUTO_TEST_CASE(events_hold_no_secret_and_no_email) {
  Conversation house;
  const auto events = house.store.events({.user = {}, .since = never, .limit = 1000});
  BOOST_TEST(events.size() >= 5U);
  for (const auto& event : events) {
    for (const auto& secret : house.secrets) BOOST_TEST(!holds(event.detail, secret));
    BOOST_TEST(!holds(event.detail, email_canary));
  }
}

BOOST_AUTO_TEST_CASE(bodies_hold_no_password_and_in_mode_cookie_no_token) {
  Conversation house;
  for (const auto& answer : house.answers)
    for (const auto& secret : house.secrets) BOOST_TEST(!holds(answer.body, secret));
}

BOOST_AUTO_TEST_CASE(rows_hold_nothing_token_like) {
  House house;
  Browser browser(house);
  (void)browser.post("/auth/register", {{"email", email_canary}, {"password", password_canary}});
  const auto user = house.store.user_by_email(email_canary).value();
  BOOST_TEST(!holds(user.password_hash, password_canary));
  const auto row = house.store.sessions_of(user.id).front();
  for (const auto& text : {row.device_id, row.device_name, row.method, row.user_agent, row.ip})
    BOOST_TEST((text.empty() || !holds(browser.cookie(refresh_cookie), text)));
}

BOOST_AUTO_TEST_CASE(cookies_hold_nothing_personal) {
  House house;
  Browser browser(house);
  const auto response = browser.post(
      "/auth/register", {{"email", email_canary}, {"password", password_canary}, {"name", "Canary"}});
  for (const auto& cookie : response.cookies) {
    std::string readable = cookie.value;
    const auto dot = cookie.value.find('.');
    if (dot != std::string::npos) {
      const auto payload = cookie.value.substr(dot + 1, cookie.value.rfind('.') - dot - 1);
      readable += base64url_decode(payload).value();
    }
    for (const auto part : {email_canary, std::string_view("Canary"), std::string_view("192.0.2.7")})
      BOOST_TEST(!holds(readable, part));
  }
}

BOOST_AUTO_TEST_SUITE_END()
