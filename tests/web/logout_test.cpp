// POST /logout.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};
const Json nothing = Json::object();
const Json all{{"all", true}};

struct TwoDevices : House {
  User ada = add_user("ada@example.com");
  Browser phone{*this};
  Browser tablet{*this};

  TwoDevices() {
    BOOST_TEST_REQUIRE(phone.sign_in());
    BOOST_TEST_REQUIRE(tablet.sign_in());
  }
  [[nodiscard]] static bool is_in(Browser& browser) { return browser.get("/auth/me").status == 200; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(logout)

BOOST_AUTO_TEST_CASE(this_device_is_signed_out_and_loses_its_cookies_but_not_its_name) {
  TwoDevices house;
  auto copy = house.phone.copy();
  const auto response = house.phone.post("/auth/logout", nothing);
  BOOST_TEST(response.status == 204);
  BOOST_TEST(response.body == "");
  BOOST_TEST(response.cookies.size() == 2U);
  BOOST_TEST(house.phone.cookie(access_cookie) == "");
  BOOST_TEST(house.phone.cookie(refresh_cookie) == "");
  BOOST_TEST(house.phone.cookie(device_cookie) != "");
  BOOST_TEST(response.log.user == house.ada.id.text());

  BOOST_TEST(gist(copy.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(copy.post("/auth/refresh", nothing)) == "401 invalid_grant/revoked");
  BOOST_TEST(TwoDevices::is_in(house.tablet));
}

BOOST_AUTO_TEST_CASE(all_signs_every_device_out) {
  TwoDevices house;
  BOOST_TEST(house.phone.post("/auth/logout", all).status == 204);
  BOOST_TEST(gist(house.tablet.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(house.tablet.post("/auth/refresh", nothing)) == "401 invalid_grant/revoked");
}

BOOST_AUTO_TEST_CASE(all_from_a_form) {
  TwoDevices house;
  BOOST_TEST(house.phone.send(form_to(house, "/auth/logout", "all=yes")).status == 204);
  BOOST_TEST(!TwoDevices::is_in(house.tablet));
}

BOOST_AUTO_TEST_CASE(an_expired_access_token_is_enough_and_so_is_a_refresh_token_alone) {
  for (const auto kept : {access_cookie, refresh_cookie}) {
    TwoDevices house;
    auto copy = house.phone.copy();
    house.now += 10 * hour;
    house.phone.drop_cookie(kept == access_cookie ? refresh_cookie : access_cookie);
    BOOST_TEST(house.phone.post("/auth/logout", nothing).status == 204);
    BOOST_TEST(gist(copy.post("/auth/refresh", nothing)) == "401 invalid_grant/revoked");
  }
}

BOOST_AUTO_TEST_CASE(signing_out_twice_or_without_anything_is_204_too) {
  TwoDevices house;
  auto copy = house.phone.copy();
  BOOST_TEST(house.phone.post("/auth/logout", nothing).status == 204);
  BOOST_TEST(copy.post("/auth/logout", nothing).status == 204);
  BOOST_TEST(Browser(house).post("/auth/logout", nothing).status == 204);
  BOOST_TEST(house.store.writes().revocations == 1);
}

BOOST_AUTO_TEST_CASE(all_is_not_promised_when_nobody_can_tell_whose) {
  TwoDevices house;
  BOOST_TEST(gist(Browser(house).post("/auth/logout", all)) == "401 invalid_token/missing");
  auto copy = house.phone.copy();
  BOOST_TEST(house.phone.post("/auth/logout", nothing).status == 204);
  BOOST_TEST(gist(copy.post("/auth/logout", all)) == "401 invalid_token/revoked");
  BOOST_TEST(copy.cookie(access_cookie) == "");
  BOOST_TEST(TwoDevices::is_in(house.tablet));
}

BOOST_AUTO_TEST_CASE(all_must_be_true_or_false) {
  TwoDevices house;
  for (const auto& value : {Json(1), Json::array({true}), Json::object()})
    BOOST_TEST(gist(house.phone.post("/auth/logout", {{"all", value}})) == "400 invalid_request/invalid");
  BOOST_TEST(TwoDevices::is_in(house.phone));
  BOOST_TEST(house.phone.post("/auth/logout", {{"all", false}}).status == 204);
  BOOST_TEST(TwoDevices::is_in(house.tablet));
}

BOOST_AUTO_TEST_CASE(nobody_signs_out_a_stranger) {
  TwoDevices house;
  const auto state = house.store.sessions_of(house.ada.id).front();
  const auto body =
      Json{{"sid", state.id.text()}, {"session_id", state.id.text()}, {"user", house.ada.id.text()}};
  BOOST_TEST(Browser(house).post("/auth/logout", body).status == 204);
  BOOST_TEST(TwoDevices::is_in(house.phone));
  BOOST_TEST(house.store.writes().revocations == 0);
}

BOOST_AUTO_TEST_CASE(an_app_signs_out_by_header_or_body) {
  for (const bool by_header : {true, false}) {
    House house;
    house.settings.transport.mode = TransportMode::header;
    house.add_user("ada@example.com");
    const Json credentials{{"email", "ada@example.com"}, {"password", valid_password}};
    const auto tokens = json_of(ask(house, json_to(house, "/auth/login", credentials)));
    const auto bearer = "Bearer " + tokens["access_token"].get<std::string>();
    const auto request = by_header
                             ? request_to(house, "POST", "/auth/logout", {{"authorization", bearer}})
                             : json_to(house, "/auth/logout", {{"refresh_token", tokens["refresh_token"]}});
    const auto response = ask(house, request);
    BOOST_TEST(response.status == 204);
    BOOST_TEST(response.cookies.empty());
    BOOST_TEST(house.store.writes().revocations == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_header_that_is_not_looked_at_is_not_answered_as_if_it_were) {
  TwoDevices house;
  const auto bearer = "Bearer " + house.phone.cookie(access_cookie);
  const auto response = ask(house, request_to(house, "POST", "/auth/logout", {{"authorization", bearer}}));
  BOOST_TEST(gist(response) == "401 invalid_token/wrong_transport");
  BOOST_TEST(TwoDevices::is_in(house.phone));
}

BOOST_AUTO_TEST_CASE(what_arrives_late_from_before_revives_nothing) {
  TwoDevices house;
  auto copy = house.phone.copy();
  house.now += hour;
  const auto late = copy.post("/auth/refresh", nothing);  // answered, and still on its way
  BOOST_TEST(house.phone.post("/auth/logout", nothing).status == 204);
  for (const auto& cookie : late.cookies) house.phone.set_cookie(cookie.name, cookie.value, cookie.path);
  BOOST_TEST(gist(house.phone.post("/auth/refresh", nothing)) == "401 invalid_grant/revoked");
  BOOST_TEST(gist(house.phone.get("/auth/me")) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_SUITE_END()
