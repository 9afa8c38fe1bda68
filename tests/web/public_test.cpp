// GET /jwks.json and /health: what any client may ask.
#include <boost/test/unit_test.hpp>

#include "auth/session/verify.h"
#include "base/encoding.h"
#include "support/browser.h"
#include "web/handle.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(public_routes)

BOOST_AUTO_TEST_CASE(the_keys_are_public_and_may_be_kept_for_a_while) {
  House house;
  create_signing_key(house.key_directory(), Algorithm::es256, house.now + std::chrono::hours{24},
                     house.entropy);
  house.now += seconds{5};
  KeyRing keys(house.key_directory(), Algorithm::es256, house.now);
  const auto deps = house.deps();
  const Deps with_new_key{deps.settings,  deps.store,   keys,        deps.revoked,
                          deps.passwords, deps.entropy, deps.letters, deps.http};
  const auto response = handle(request_to(house, "GET", "/auth/jwks.json"), with_new_key);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(header_of(response, "Content-Type") == "application/jwk-set+json");
  BOOST_TEST(header_of(response, "Cache-Control") == "public, max-age=300");
  const auto body = json_of(response);
  BOOST_TEST_REQUIRE(body["keys"].size() == 2U);  // the one of tomorrow too
  for (const auto& key : body["keys"]) {
    BOOST_TEST(key["kty"] == "EC");
    BOOST_TEST(key["alg"] == "ES256");
    BOOST_TEST(!key.contains("d"));
  }
  BOOST_TEST(house.store.calls() == 0);
}

BOOST_AUTO_TEST_CASE(a_token_verifies_with_the_published_key) {
  House house;
  const auto grant = house.start(house.add_user("ada@example.com"));
  const auto token = std::string(grant.access_token.reveal());
  const auto keys = json_of(ask(house, request_to(house, "GET", "/auth/jwks.json")))["keys"];
  const auto key = SigningKey::of_jwk(keys.at(0)).value();
  const auto dot = token.rfind('.');
  const auto signature = base64url_decode(token.substr(dot + 1)).value();
  BOOST_TEST(key.verify(token.substr(0, dot), signature));
}

BOOST_AUTO_TEST_CASE(health_tells_the_state_of_the_database_and_no_more) {
  House house;
  const auto good = ask(house, request_to(house, "GET", "/auth/health"));
  BOOST_TEST(good.status == 200);
  BOOST_TEST(json_of(good) == (Json{{"status", "ok"}, {"database", "ok"}}));
  house.store.set_unavailable(true);
  const auto bad = ask(house, request_to(house, "GET", "/auth/health"));
  BOOST_TEST(bad.status == 503);
  BOOST_TEST(json_of(bad) == (Json{{"status", "degraded"}, {"database", "unavailable"}}));
  BOOST_TEST(header_of(bad, "Retry-After") == "2");
}

BOOST_AUTO_TEST_CASE(health_tells_that_nothing_can_be_written) {
  House house;
  house.store.set_read_only(true);
  const auto bad = ask(house, request_to(house, "GET", "/auth/health"));
  BOOST_TEST(bad.status == 503);
  BOOST_TEST(json_of(bad) == (Json{{"status", "degraded"}, {"database", "not_writable"}}));
  BOOST_TEST(bad.log.note == "the fake database is read-only");
}

BOOST_AUTO_TEST_SUITE_END()
