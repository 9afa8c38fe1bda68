// The pages of administrators.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "web/handle.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::pair<std::string_view, std::string_view> navigation{"sec-fetch-mode", "navigate"};
constexpr std::string_view pages[] = {"/auth/admin", "/auth/admin/checks", "/auth/admin/upgrade"};

struct Office : House {
  Browser browser{*this};
  User owner;

  Office() : owner(add_user("owner@example.com")) {
    settings.file = key_directory() + "/cardea.ini";
    BOOST_TEST_REQUIRE(store.set_scope({owner.id, "", "staff cardea:admin"}));
    BOOST_TEST_REQUIRE(browser.sign_in("owner@example.com"));
  }
  Response visit(std::string_view path) { return browser.send(request_to(*this, "GET", path, {navigation})); }
  Response post(std::string_view form, Headers headers = {navigation}) {
    return browser.send(form_to(*this, "/auth/admin/upgrade", form, headers));
  }
};

bool holds(const Response& response, std::string_view part) {
  return response.body.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(administration)

BOOST_AUTO_TEST_CASE(a_stranger_is_led_to_the_sign_in_and_a_program_gets_401) {
  House house;
  for (const auto path : pages) {
    BOOST_TEST(led_to(ask(house, request_to(house, "GET", path, {navigation}))) ==
               "https://example.com/auth/continue?return_to=" + std::string(path));
    BOOST_TEST(gist(ask(house, request_to(house, "GET", path))) == "401 invalid_token/missing");
  }
}

BOOST_AUTO_TEST_CASE(a_user_who_is_no_administrator_is_told_what_is_missing) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  BOOST_TEST(house.store.set_scope({ada.id, "", "cardea:adminx admin"}));
  Browser browser(house);
  BOOST_TEST_REQUIRE(browser.sign_in());
  for (const auto path : pages) {
    BOOST_TEST(gist(browser.get(path)) == "403 insufficient_scope");
    const auto page = browser.send(request_to(house, "GET", path, {navigation}));
    BOOST_TEST(page.status == 403);
    BOOST_TEST(holds(page, "ada@example.com"));
    BOOST_TEST(holds(page, "cardea:admin"));
  }
}

BOOST_AUTO_TEST_CASE(a_scope_that_was_taken_away_counts_at_once) {
  Office office;
  BOOST_TEST(office.visit("/auth/admin/upgrade").status == 200);
  BOOST_TEST(office.store.set_scope({office.owner.id, "staff cardea:admin", "staff"}));
  BOOST_TEST(office.visit("/auth/admin/upgrade").status == 403);
  BOOST_TEST(office.post("act=upgrade&sum=").status == 403);
}

BOOST_AUTO_TEST_CASE(a_sign_in_that_is_no_longer_fresh_must_be_proven_again) {
  Office office;
  office.now += std::chrono::minutes{10} + seconds{1};
  for (const std::string path : {"/auth/admin/checks", "/auth/admin/upgrade"}) {
    BOOST_TEST(led_to(office.visit(path)).find("reauthenticate.html?return_to=" + path) != std::string::npos);
    BOOST_TEST(gist(office.browser.get(path)) == "401 insufficient_user_authentication");
  }
  const auto posted = office.post("act=upgrade&sum=");
  BOOST_TEST(led_to(posted).find("reauthenticate.html") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_checks_are_a_page_in_three_languages_and_json_for_a_program) {
  Office office;
  const std::pair<const char*, const char*> rows[] = {{"en", "Checks"}, {"ko", "검사"}, {"ja", "チェック"}};
  for (const auto& [language, words] : rows) {
    const auto page = office.visit("/auth/admin/checks?language=" + std::string(language));
    BOOST_TEST(page.status == 200);
    BOOST_TEST(holds(page, words));
    BOOST_TEST(!holds(page, "<script"));
    BOOST_TEST(holds(page, std::string("lang=\"") + language));
    BOOST_TEST(header_of(page, "Content-Security-Policy").find("default-src 'none'") == 0u);
    BOOST_TEST(header_of(page, "Cache-Control") == "no-store");
  }
  const auto json = json_of(office.browser.get("/auth/admin/checks"));
  BOOST_TEST_REQUIRE(json["findings"].is_array());
  BOOST_TEST(json["findings"].size() > 10u);
  BOOST_TEST(json["findings"][0]["kind"] == "configuration_read");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_stands_first) {
  Office office;
  const auto page = office.visit("/auth/admin/checks");
  const auto problem = page.body.find("<strong>Problem");
  const auto fine = page.body.find("<strong>OK");
  BOOST_TEST_REQUIRE(fine != std::string::npos);
  if (problem != std::string::npos) BOOST_TEST(problem < fine);
}

BOOST_AUTO_TEST_CASE(the_front_of_the_administration_leads_to_the_checks) {
  Office office;
  BOOST_TEST(led_to(office.visit("/auth/admin")) == "https://example.com/auth/admin/checks");
}

BOOST_AUTO_TEST_CASE(the_upgrade_says_what_to_upload_and_has_no_button_before) {
  Office office;
  const auto page = office.visit("/auth/admin/upgrade");
  BOOST_TEST(page.status == 200);
  BOOST_TEST(holds(page, "Running now: version "));
  BOOST_TEST(holds(page, "cardea.new"));
  BOOST_TEST(!holds(page, "<button"));
}

BOOST_AUTO_TEST_CASE(a_form_of_another_site_and_an_unknown_act_do_nothing) {
  Office office;
  BOOST_TEST(ask(office, form_to(office, "/auth/admin/upgrade",
                                 "act=upgrade&sum=", {{"origin", "https://evil.example"}}))
                 .status == 403);
  BOOST_TEST(gist(office.post("act=delete", {})) == "400 invalid_request/invalid");
  const auto events = office.events_of(EventKind::program_upgraded);
  const auto told = office.post("act=upgrade&sum=00");
  BOOST_TEST(told.status == 200);
  BOOST_TEST(holds(told, "Nothing was done"));
  BOOST_TEST(office.events_of(EventKind::program_upgraded) == events);
}

BOOST_AUTO_TEST_SUITE_END()
