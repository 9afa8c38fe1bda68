// The address of an account: POST /register with verify_email, /email/verify, /email/verify/send, /email, /email/confirm,
// /email/undo; and gates that ask for a proven address.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "support/contains.h"
#include "web/in.h"
#include "web/routes/gate.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::minutes minute{1};
constexpr std::string_view registration_cookie = "__Host-cardea_registration";
constexpr std::string_view new_phrase = "a wholly new pass phrase";
const std::string address = "ada@example.com";

struct WithMail : House {
  Browser browser{*this};

  explicit WithMail(VerifyEmail mode = VerifyEmail::first) {
    settings.mail.from = "noreply@example.com";
    settings.verify_email = mode;
  }
  Response enroll(const std::string& email = address) {
    return browser.post("/auth/register", {{"email", email}, {"password", valid_password}, {"name", "Ada"}});
  }
  Response submit(const char* path, const std::string& form) {
    return browser.send(
        form_to(*this, path, form, {{"referer", "https://example.com/verify.html?return_to=/shop"}}));
  }
  // Of the only letter since the last call.
  std::string token() {
    const auto arrived = letters();
    BOOST_TEST_REQUIRE(arrived.size() == 1U);
    const auto text = std::string(arrived.front().text.reveal());
    const auto at = text.find(".html#");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    return text.substr(at + 6, 100);
  }
  bool is_verified() { return json_of(browser.get("/auth/me"))["email_verified"] == true; }
};

// Ada, proven and signed in.
struct WithAda : WithMail {
  User ada = add_user(address);
  WithAda() { BOOST_TEST_REQUIRE(browser.sign_in()); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(email)

BOOST_AUTO_TEST_CASE(with_first_a_registration_is_answered_alike_for_known_and_unknown_addresses) {
  WithMail house;
  (void)house.add_user("known@example.com");
  for (const auto* email : {"unknown@example.com", "known@example.com", "unknown@example.com"}) {
    Browser other(house);
    const auto answer =
        other.post("/auth/register", {{"email", email}, {"password", valid_password}, {"name", "Ada"}});
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_of(answer) == Json({{"verification", "sent"}}));
    BOOST_TEST(answer.cookies.size() == 1U);
    BOOST_TEST(cookie_of(answer, registration_cookie).value.size() == 100U);
    BOOST_TEST(cookie_of(answer, registration_cookie).domain.empty());
  }
}

BOOST_AUTO_TEST_CASE(the_browser_that_registered_is_signed_in_by_the_link) {
  WithMail house;
  BOOST_TEST(house.enroll().status == 202);
  const auto answer = house.browser.post("/auth/email/verify", {{"token", house.token()}});
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(json_of(answer)["user"]["email"] == address);
  BOOST_TEST(house.browser.cookie(registration_cookie).empty());
  BOOST_TEST(house.is_verified());
}

BOOST_AUTO_TEST_CASE(another_browser_brings_the_password_or_a_new_one) {
  WithMail house;
  BOOST_TEST(house.enroll().status == 202);
  const auto token = house.token();
  Browser other(house);
  const auto refused = other.post("/auth/email/verify", {{"token", token}});
  BOOST_TEST(gist(refused) == "400 invalid_request/missing");
  BOOST_TEST(field_of(refused) == "new_password");
  BOOST_TEST(gist(other.post("/auth/email/verify", {{"token", token}, {"password", "wrong, all wrong"}})) ==
             "403 invalid_credentials");
  BOOST_TEST(gist(other.post("/auth/email/verify", {{"token", token}, {"new_password", "short"}})) ==
             "400 invalid_request/too_short");
  const auto answer = other.post("/auth/email/verify", {{"token", token}, {"new_password", new_phrase}});
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.cookies.empty());
  BOOST_TEST(other.sign_in(address, new_phrase));
  BOOST_TEST(!house.browser.sign_in());
  BOOST_TEST(gist(other.post("/auth/email/verify", {{"token", token}})) == "400 invalid_link");
}

// A sibling subdomain can plant a cookie for the whole domain, and with it its own registration.
BOOST_AUTO_TEST_CASE(only_the_host_s_own_cookie_marks_the_browser_that_registered) {
  WithMail house;
  BOOST_TEST(house.enroll().status == 202);
  const auto mark = house.browser.cookie(registration_cookie);
  Browser victim(house);
  victim.set_cookie("__Secure-cardea_registration", mark, "/");
  BOOST_TEST(gist(victim.post("/auth/email/verify", {{"token", house.token()}})) ==
             "400 invalid_request/missing");
  house.settings.cookies.domain = "example.com";
  const auto answer = house.enroll("other@example.com");
  BOOST_TEST(cookie_of(answer, registration_cookie).value.size() == 100U);
  BOOST_TEST(cookie_of(answer, registration_cookie).domain.empty());
}

BOOST_AUTO_TEST_CASE(nobody_signs_in_before_the_proof_and_only_the_right_password_is_told_so) {
  WithMail house;
  BOOST_TEST(house.enroll().status == 202);
  const auto login = [&](std::string_view password) {
    return gist(house.browser.post("/auth/login", {{"email", address}, {"password", password}}));
  };
  BOOST_TEST(login(valid_password) == "403 email_unverified");
  BOOST_TEST(login("wrong, all wrong") == "401 invalid_credentials");
}

BOOST_AUTO_TEST_CASE(with_later_a_session_proves_the_address) {
  WithMail house(VerifyEmail::later);
  BOOST_TEST(house.enroll().status == 201);
  BOOST_TEST(!house.is_verified());
  BOOST_TEST(gist(house.enroll()) == "409 email_in_use");
  BOOST_TEST(house.browser.post("/auth/email/verify", {{"token", house.token()}}).status == 204);
  BOOST_TEST(house.is_verified());
}

BOOST_AUTO_TEST_CASE(a_new_letter_is_asked_for_with_the_same_answer_for_every_address) {
  WithMail house;
  (void)house.add_user("known@example.com");
  BOOST_TEST(house.enroll().status == 202);
  for (const auto* email : {"ada@example.com", "known@example.com", "nobody@example.com", "no address"}) {
    const auto answer = house.browser.post("/auth/email/verify/send", {{"email", email}});
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_of(answer) == Json({{"verification", "sent"}}));
  }
  BOOST_TEST(gist(house.browser.post("/auth/email/verify/send", Json::object())) ==
             "400 invalid_request/missing");
  house.settings.mail.from.clear();
  BOOST_TEST(gist(house.browser.post("/auth/email/verify/send", {{"email", address}})) == "404 not_found");
}

BOOST_AUTO_TEST_CASE(the_address_is_changed_by_a_fresh_sign_in_and_a_letter) {
  WithAda house;
  house.now += 11 * minute;
  BOOST_TEST(gist(house.browser.post("/auth/email", {{"new_email", "ada@example.net"}})) ==
             "401 insufficient_user_authentication");
  const auto ask = [&](std::string_view email) {
    return house.browser.post("/auth/email", {{"new_email", email}, {"password", valid_password}});
  };
  BOOST_TEST(refused_field(ask("no address")) == "new_email invalid");
  BOOST_TEST(refused_field(ask(address)) == "new_email same_as_before");
  BOOST_TEST(refused_field(ask("")) == "new_email missing");
  const auto asked = ask("ada@example.net");
  BOOST_TEST(asked.status == 202);
  BOOST_TEST(json_of(asked) == Json({{"verification", "sent"}}));
  BOOST_TEST(json_of(house.browser.get("/auth/me"))["email"] == address);

  const auto token = house.token();
  Browser other(house);
  BOOST_TEST(gist(other.post("/auth/email/confirm", {{"token", token}})) ==
             "401 insufficient_user_authentication");
  BOOST_TEST(house.browser.post("/auth/email/confirm", {{"token", token}}).status == 204);
  BOOST_TEST(json_of(house.browser.get("/auth/me"))["email"] == "ada@example.net");
  BOOST_TEST(gist(house.browser.post("/auth/email/confirm", {{"token", token}})) == "400 invalid_link");

  const auto undo = house.token();
  BOOST_TEST(other.post("/auth/email/undo", {{"token", undo}}).status == 204);
  BOOST_TEST(gist(house.browser.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(other.sign_in());
  BOOST_TEST(json_of(other.get("/auth/me"))["email"] == address);
  BOOST_TEST(gist(other.post("/auth/email/undo", {{"token", undo}})) == "400 invalid_link");
}

BOOST_AUTO_TEST_CASE(an_address_that_was_taken_meanwhile_is_a_conflict) {
  WithAda house;
  BOOST_TEST(house.browser.post("/auth/email", {{"new_email", "bob@example.com"}}).status == 202);
  const auto token = house.token();
  (void)house.add_user("bob@example.com");
  BOOST_TEST(gist(house.browser.post("/auth/email/confirm", {{"token", token}})) == "409 email_in_use");
}

BOOST_AUTO_TEST_CASE(a_site_without_mail_changes_no_address) {
  WithAda house;
  house.settings.mail.from.clear();
  BOOST_TEST(gist(house.browser.post("/auth/email", {{"new_email", "bob@example.com"}})) == "404 not_found");
}

// Without JavaScript.

BOOST_AUTO_TEST_CASE(a_registration_form_is_led_to_the_page_where_the_code_is_typed) {
  WithMail house;
  const auto answer = house.submit(
      "/auth/register", "email=ada%40example.com&password=correct+horse+battery+staple&return_to=%2Fshop");
  BOOST_TEST(led_to(answer) == "https://example.com/verify.html?return_to=/shop");
}

BOOST_AUTO_TEST_CASE(a_verification_form_is_led_on_if_the_browser_is_signed_in_and_else_to_the_sign_in_page) {
  WithMail house;
  BOOST_TEST(house.enroll().status == 202);
  const auto token = house.token();
  const auto refused =
      house.submit("/auth/email/verify", "email=ada%40example.com&code=BBBB-BBBB&return_to=");
  BOOST_TEST(
      contains(led_to(refused), "https://example.com/verify.html?return_to=/shop&problem=invalid_code"));
  Browser other(house);
  const auto form = "token=" + token + "&return_to=";
  const auto elsewhere =
      other.send(form_to(house, "/auth/email/verify", form + "&password=correct+horse+battery+staple",
                         {{"referer", "https://example.com/verify.html?return_to=/shop"}}));
  BOOST_TEST(led_to(elsewhere) == "https://example.com/login?return_to=/shop#verify_done");

  BOOST_TEST(house.enroll("bob@example.com").status == 202);
  const auto here = house.submit("/auth/email/verify", "token=" + house.token() + "&return_to=");
  BOOST_TEST(led_to(here) == "https://example.com/auth/continue?signed_in=1&return_to=/shop");
}

BOOST_AUTO_TEST_CASE(forms_that_send_letters_lead_to_the_page_where_the_code_is_typed) {
  WithAda house;
  BOOST_TEST(led_to(house.submit("/auth/email/verify/send", "email=ada%40example.com&return_to=")) ==
             "https://example.com/verify.html?return_to=/shop#verify_sent");
  BOOST_TEST(led_to(house.submit("/auth/email", "new_email=ada%40example.net&return_to=")) ==
             "https://example.com/confirm.html?return_to=/shop#email_sent");
}

BOOST_AUTO_TEST_CASE(an_older_sign_in_is_led_to_the_page_that_asks_for_a_proof) {
  WithAda house;
  house.now += 11 * minute;
  const auto answer = house.submit("/auth/email", "new_email=ada%40example.net&return_to=");
  BOOST_TEST(contains(led_to(answer), "https://example.com/reauthenticate.html?return_to=/verify.html"));
}

// Gates.

BOOST_AUTO_TEST_CASE(a_gate_may_ask_for_a_proven_address) {
  WithMail house(VerifyEmail::later);
  BOOST_TEST(house.enroll().status == 201);
  const auto verify = [&](const char* query) {
    return gist(house.browser.get(std::string("/auth/verify") + query));
  };
  BOOST_TEST(verify("") == "204");
  BOOST_TEST(verify("?need=") == "204");
  BOOST_TEST(verify("?need=proven") == "403 email_unverified");
  BOOST_TEST(gist(house.browser.get("/auth/denied?need=proven")) == "403 email_unverified");
  house.settings.gate.need = need_proven;
  BOOST_TEST(verify("") == "403 email_unverified");

  BOOST_TEST(house.browser.post("/auth/email/verify", {{"token", house.token()}}).status == 204);
  house.now += minute;
  BOOST_TEST(house.browser.post("/auth/refresh", Json::object()).status == 200);
  BOOST_TEST(verify("") == "204");
  BOOST_TEST(verify("?need=proven") == "204");
  BOOST_TEST(verify("?need=something") == "403 email_unverified");
}

BOOST_AUTO_TEST_CASE(a_browser_without_a_proven_address_is_led_to_the_page_that_verifies_it) {
  WithMail house(VerifyEmail::later);
  BOOST_TEST(house.enroll().status == 201);
  auto request = request_to(house, "GET", "/shop/page?x=1", {{"sec-fetch-mode", "navigate"}});
  request.role = Role::authorizer;
  add_header(request, "cookie", house.browser.cookie_header("/shop"));
  complete_request(request, house.settings);
  const GateSettings gate{.mode = GateMode::required, .scope = {}, .need = std::string(need_proven)};
  BOOST_TEST(led_to(answer_gate(request, gate, house.deps())) ==
             "https://example.com/verify.html?return_to=/shop/page%3Fx%3D1&problem=email_unverified"
             "#email_unverified");
}

BOOST_AUTO_TEST_SUITE_END()
