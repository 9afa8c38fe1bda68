// POST /token, /revoke, /introspect: what a program that speaks OAuth expects, to the letter.
#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::string_view caller_secret = "0123456789abcdef0123456789abcdef";

struct OAuthHouse : House {
  OAuthHouse() : ada(add_user("ada@example.com")), grant(start(ada)) {
    settings.transport.mode = TransportMode::header;
    settings.tokens.introspection_secret = Secret::copy_of(caller_secret);
  }
  Response token(const std::string& form, Headers headers = {}) {
    return ask(*this, form_to(*this, "/auth/token", form, headers));
  }
  Response renew(const Grant& with) {
    return token("grant_type=refresh_token&refresh_token=" + std::string(with.refresh_token.reveal()));
  }
  Response introspect(std::string_view text, std::string_view authorization) {
    return ask(*this, form_to(*this, "/auth/introspect", "token=" + std::string(text),
                              {{"authorization", authorization}}));
  }
  Response introspect(std::string_view text) {
    return introspect(text, "Bearer " + std::string(caller_secret));
  }
  Response revoke(const std::string& form) { return ask(*this, form_to(*this, "/auth/revoke", form)); }

  User ada;
  Grant grant;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(oauth)

BOOST_AUTO_TEST_CASE(a_refresh_token_is_renewed_as_rfc_6749_has_it) {
  OAuthHouse house;
  BOOST_TEST(house.store.set_scope({house.ada.id, "", "read"}));
  const auto answer = house.renew(house.grant);
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(header_of(answer, "Cache-Control") == "no-store");
  BOOST_TEST(header_of(answer, "Pragma") == "no-cache");
  BOOST_TEST(answer.cookies.empty());
  const auto body = json_of(answer);
  BOOST_TEST(body.size() == 5u);
  BOOST_TEST(body["token_type"] == "Bearer");
  BOOST_TEST(body["expires_in"] == 1800);
  BOOST_TEST(body["scope"] == "read");
  BOOST_TEST(body["access_token"].is_string());
  BOOST_TEST(body["refresh_token"] != std::string(house.grant.refresh_token.reveal()));
}

BOOST_AUTO_TEST_CASE(a_scope_that_differs_from_the_one_asked_for_is_named) {
  const auto scope_of = [](std::string_view granted, std::string_view asked) {
    OAuthHouse house;
    if (!granted.empty()) BOOST_TEST(house.store.set_scope({house.ada.id, "", std::string(granted)}));
    const auto form =
        "grant_type=refresh_token&refresh_token=" + std::string(house.grant.refresh_token.reveal()) +
        std::string(asked);
    return json_of(house.token(form)).value("scope", Json(nullptr));
  };
  BOOST_TEST(scope_of("", "").is_null());
  BOOST_TEST(scope_of("", "&scope=").is_null());
  BOOST_TEST(scope_of("", "&scope=admin") == "");
  BOOST_TEST(scope_of("read write", "&scope=read") == "read write");
  BOOST_TEST(scope_of("read", "&scope=read+admin") == "read");
  BOOST_TEST(scope_of("read", "") == "read");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_granted_is_400_with_oauth_s_word) {
  OAuthHouse house;
  BOOST_TEST(gist(house.token("grant_type=refresh_token&refresh_token=nonsense")) ==
             "400 invalid_grant/malformed");
  BOOST_TEST(gist(house.token("grant_type=password&username=a&password=b")) == "400 unsupported_grant_type");
  BOOST_TEST(gist(house.token("grant_type=authorization_code&code=x")) == "400 unsupported_grant_type");
  BOOST_TEST(gist(house.token("grant_type=&refresh_token=x")) == "400 invalid_request");
  BOOST_TEST(gist(house.token("refresh_token=x")) == "400 invalid_request");
  BOOST_TEST(gist(house.token("grant_type=refresh_token")) == "400 invalid_request");
  BOOST_TEST(gist(house.token("grant_type=refresh_token&grant_type=refresh_token")) ==
             "400 invalid_request/malformed");
  const auto refused = house.token("grant_type=refresh_token&refresh_token=nonsense");
  BOOST_TEST(header_of(refused, "Pragma") == "no-cache");
  BOOST_TEST(header_of(refused, "WWW-Authenticate").empty());
  BOOST_TEST(gist(ask(house, json_to(house, "/auth/token", {{"grant_type", "refresh_token"}}))) ==
             "400 invalid_request/malformed");
}

BOOST_AUTO_TEST_CASE(a_spent_refresh_token_ends_its_session_here_too) {
  OAuthHouse house;
  BOOST_TEST(house.renew(house.grant).status == 200);
  house.now += seconds{11};
  BOOST_TEST(gist(house.renew(house.grant)) == "400 invalid_grant/reused");
  BOOST_TEST((house.row_of(house.grant).revoke_reason == RevokeReason::reuse));
}

BOOST_AUTO_TEST_CASE(where_tokens_come_by_cookie_only_no_body_is_taken) {
  OAuthHouse house;
  house.settings.transport.mode = TransportMode::cookie;
  BOOST_TEST(gist(house.renew(house.grant)) == "400 invalid_grant/wrong_transport");
}

BOOST_AUTO_TEST_CASE(revoke_ends_the_session_of_either_token_and_says_200_to_everything) {
  OAuthHouse house;
  BOOST_TEST(house.revoke("token=nonsense&token_type_hint=access_token").status == 200);
  const auto other = house.start(house.ada, "tablet");
  const auto by_refresh = house.revoke("token=" + std::string(house.grant.refresh_token.reveal()) +
                                       "&token_type_hint=unheard_of");
  BOOST_TEST(by_refresh.status == 200);
  BOOST_TEST(by_refresh.body.empty());
  BOOST_TEST((house.row_of(house.grant).revoked_at == house.now));
  BOOST_TEST((house.row_of(other).revoked_at == never));
  BOOST_TEST(house.revoke("token=" + std::string(other.access_token.reveal())).status == 200);
  BOOST_TEST((house.row_of(other).revoked_at == house.now));
  BOOST_TEST(house.revoke("token=" + std::string(other.access_token.reveal())).status == 200);
  BOOST_TEST(gist(house.revoke("")) == "400 invalid_request/missing");
}

BOOST_AUTO_TEST_CASE(introspection_tells_what_is_good_at_this_moment) {
  OAuthHouse house;
  const auto access = json_of(house.introspect(house.grant.access_token.reveal()));
  BOOST_TEST(access["active"] == true);
  BOOST_TEST(access["sub"] == house.ada.id.text());
  BOOST_TEST(access["sid"] == house.grant.session.id.text());
  BOOST_TEST(access["token_type"] == "Bearer");
  BOOST_TEST(access["exp"] == unix_seconds(house.grant.access_expires));
  BOOST_TEST(access["iss"] == "https://example.com");
  const auto refresh = json_of(house.introspect(house.grant.refresh_token.reveal()));
  BOOST_TEST(refresh["active"] == true);
  BOOST_TEST(refresh["exp"] == unix_seconds(house.grant.refresh_expires));
}

BOOST_AUTO_TEST_CASE(wrong_secrets_at_introspection_are_slowed_down) {
  OAuthHouse house;
  for (int i = 0; i < 20; ++i) BOOST_TEST(house.introspect("x").status == 200);  // right ones are not counted
  for (int i = 0; i < 3; ++i) {
    const auto nobody = ask(house, form_to(house, "/auth/introspect", "token=x"));
    BOOST_TEST(gist(nobody) == "401 invalid_client");
  }
  for (int i = 0; i < 5; ++i) BOOST_TEST(gist(house.introspect("x", "Bearer wrong")) == "401 invalid_client");
  const auto refused = house.introspect("x", "Bearer wrong");
  BOOST_TEST(gist(refused) == "429 too_many_attempts");
  BOOST_TEST(header_of(refused, "Retry-After") == "30");
  BOOST_TEST(house.introspect("x").status == 429);  // or a guess would still be told from a hit
  house.now += seconds{30};
  BOOST_TEST(house.introspect("x").status == 200);
}

BOOST_AUTO_TEST_CASE(what_is_not_good_is_exactly_inactive) {
  OAuthHouse house;
  const std::string inactive = "{\"active\":false}\n";
  BOOST_TEST(house.introspect("nonsense").body == inactive);
  (void)house.store.revoke({house.grant.session.id, RevokeReason::signed_out, house.now});
  BOOST_TEST(house.introspect(house.grant.access_token.reveal()).body == inactive);
  BOOST_TEST(house.introspect(house.grant.refresh_token.reveal()).body == inactive);
}

BOOST_AUTO_TEST_CASE(asking_about_a_spent_refresh_token_ends_nothing) {
  OAuthHouse house;
  BOOST_TEST(house.renew(house.grant).status == 200);
  house.now += seconds{11};
  BOOST_TEST(house.introspect(house.grant.refresh_token.reveal()).body == "{\"active\":false}\n");
  BOOST_TEST((house.row_of(house.grant).revoked_at == never));
}

BOOST_AUTO_TEST_CASE(only_who_has_the_secret_may_ask) {
  OAuthHouse house;
  const auto token = house.grant.access_token.reveal();
  const auto basic = "Basic " + base64_encode("shop:" + std::string(caller_secret));
  BOOST_TEST(house.introspect(token, basic).status == 200);
  for (const auto& wrong : {std::string(), std::string("Bearer wrong"), "Bearer " + std::string(token),
                            "Basic " + base64_encode(std::string(caller_secret)), std::string("Basic !")}) {
    const auto refused = house.introspect(token, wrong);
    BOOST_TEST(gist(refused) == "401 invalid_client");
    BOOST_TEST(header_of(refused, "WWW-Authenticate").starts_with("Basic "));
  }
  house.settings.tokens.introspection_secret = Secret();
  BOOST_TEST(gist(house.introspect(token, "Bearer ")) == "404 not_found");
}

BOOST_AUTO_TEST_SUITE_END()
