#include "token/access_token.h"

#include <boost/test/unit_test.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "keys/material.h"
#include "support/key_room.h"

using namespace cardea;

namespace {

constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";

LegacyKey some_key() {
  return {.name = {},
          .until = morning + std::chrono::days{7},
          .subject_claim = "memberId",
          .bytes = Secret::copy_of(secret)};
}

std::string signed_text(const std::string& header, const std::string& body, std::string_view with = secret) {
  const auto text = base64url_encode(header) + "." + base64url_encode(body);
  return text + "." + base64url_encode(view_of(hmac_sha256(with, text)));
}

std::string body_of(const Json& subject, Instant expires) {
  return json_text({{"memberId", subject}, {"exp", unix_seconds(expires)}});
}

constexpr auto plain_header = R"({"alg":"HS256"})";

std::optional<LegacyClaims> read(const std::string& token, Instant now = morning) {
  return verify_legacy_token(token, some_key(), now, seconds{60});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(legacy_key)

BOOST_AUTO_TEST_CASE(a_key_comes_back_from_its_file) {
  const auto found = parse_legacy_key(write_legacy_key(some_key()));
  BOOST_REQUIRE(found);
  BOOST_TEST((found->until == some_key().until));
  BOOST_TEST(found->subject_claim == "memberId");
  BOOST_TEST(found->bytes.reveal() == secret);
}

BOOST_AUTO_TEST_CASE(what_is_no_such_file_is_refused) {
  const auto of_bytes = [](std::string bytes) {
    return parse_legacy_key(write_pem("CARDEA LEGACY KEY", Secret(std::move(bytes))));
  };
  BOOST_TEST(!parse_legacy_key(Secret::copy_of("nonsense")));
  BOOST_TEST(!parse_legacy_key(write_pem("PRIVATE KEY", Secret::copy_of("x"))));
  BOOST_TEST(!of_bytes(std::string(8, '\0')));
  BOOST_TEST(!of_bytes(std::string(8, '\0') + '\0' + "secret"));
  BOOST_TEST(!of_bytes(std::string(8, '\0') + '\3' + "sub"));
  BOOST_TEST(!of_bytes(std::string(8, '\xff') + '\3' + "sub" + "secret"));
}

BOOST_AUTO_TEST_CASE(a_token_of_the_former_system_names_its_user) {
  const auto claims = read(signed_text(plain_header, body_of("42", morning + seconds{60})));
  BOOST_REQUIRE(claims);
  BOOST_TEST(claims->subject == "42");
  BOOST_TEST((claims->expires_at == morning + seconds{60}));
  BOOST_TEST(read(signed_text(plain_header, body_of(42, morning + seconds{60})))->subject == "42");
}

// lcobucci/jwt writes microseconds.
BOOST_AUTO_TEST_CASE(its_dates_may_have_a_fraction) {
  const auto now = std::to_string(unix_seconds(morning));
  const auto until = std::to_string(unix_seconds(morning) + 60);
  const auto claims = read(signed_text(
      plain_header, R"({"memberId":"42","iat":)" + now + R"(.123456,"exp":)" + until + ".654321}"));
  BOOST_REQUIRE(claims);
  BOOST_TEST((claims->expires_at == morning + seconds{60}));
  for (const auto* bad : {"1e999", "1e300", "-0.5", "\"1795317300.5\""})
    BOOST_TEST(!read(signed_text(plain_header, R"({"memberId":"42","exp":)" + std::string(bad) + "}")));
}

BOOST_AUTO_TEST_CASE(no_token_outlives_the_key) {
  const auto token = signed_text(plain_header, body_of("42", morning + std::chrono::days{365}));
  BOOST_TEST((read(token)->expires_at == some_key().until));
  BOOST_TEST(read(token, some_key().until - seconds{1}).has_value());
  BOOST_TEST(!read(token, some_key().until));
}

BOOST_AUTO_TEST_CASE(bad_tokens_are_none) {
  const auto good = body_of("42", morning + seconds{60});
  BOOST_TEST(!read(signed_text(plain_header, good, "another secret")));
  BOOST_TEST(!read(signed_text(R"({"alg":"none"})", good)));
  BOOST_TEST(!read(signed_text(R"({"alg":"ES256"})", good)));
  BOOST_TEST(!read(signed_text(R"({"alg":"HS256","crit":["x"]})", good)));
  BOOST_TEST(!read(signed_text(plain_header, body_of("42", morning - seconds{60}))));
  BOOST_TEST(!read(signed_text(plain_header, R"({"memberId":"42"})")));
  BOOST_TEST(!read(signed_text(plain_header, body_of("", morning + seconds{60}))));
  BOOST_TEST(!read(signed_text(plain_header, body_of(true, morning + seconds{60}))));
  BOOST_TEST(!read(signed_text(plain_header, R"({"sub":"42","exp":9999999999})")));
  BOOST_TEST(!read(signed_text(plain_header, "nonsense")));
  BOOST_TEST(!read(""));
}

BOOST_AUTO_TEST_CASE(a_ring_reads_it_signs_nothing_with_it_and_publishes_nothing_of_it) {
  KeyRoom room;
  room.add(Algorithm::hs256, morning);
  BOOST_TEST(create_legacy_key(room.path(), some_key(), morning) == "20261122T031500Z-legacy-1.pem");
  BOOST_TEST(create_legacy_key(room.path(), some_key(), morning) == "20261122T031501Z-legacy-2.pem");
  const auto ring = room.ring(morning, Algorithm::hs256);
  BOOST_REQUIRE(ring.legacy_keys().size() == 2u);
  BOOST_TEST(ring.signing_keys().size() == 1u);
  BOOST_TEST(ring.jwks().find("keys\":[]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(purge_removes_it_after_its_end_and_no_sooner) {
  KeyRoom room;
  room.add(Algorithm::es256, morning);
  room.add_refresh(morning);
  const auto name = create_legacy_key(room.path(), some_key(), morning);
  const auto end = some_key().until;
  BOOST_TEST(remove_spent_keys(room.path(), Algorithm::es256, seconds{0}, end - seconds{1}).empty());
  BOOST_TEST(remove_spent_keys(room.path(), Algorithm::es256, seconds{0}, end) == std::vector{name});
}

BOOST_AUTO_TEST_SUITE_END()
