#include "token/access_token.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <limits>

#include "base/encoding.h"
#include "support/key_room.h"

using namespace cardea;

namespace {

KeyRing ring_with_key(const KeyRoom& room) {
  room.add(Algorithm::es256, morning);
  return room.ring(morning);
}

TokenPolicy remembering(VerifiedTokens& remembered) {
  auto policy = our_policy();
  policy.remembered = &remembered;
  return policy;
}

struct Scene {
  KeyRoom room;
  KeyRing ring = ring_with_key(room);
  VerifiedTokens remembered;
  TokenPolicy policy = remembering(remembered);

  [[nodiscard]] const SigningKey& key() const { return ring.signing(morning); }
  [[nodiscard]] std::string verdict(const std::string& token, Instant now = morning) {
    return outcome(verify_access_token(token, policy, ring, now));
  }
  [[nodiscard]] std::string verdict_on_body(const Json& body) {
    return verdict(sign_text(json_text(valid_header(key())), json_text(body), key()));
  }
  [[nodiscard]] std::string verdict_with(const char* claim, const Json& value) {
    auto body = valid_body(morning);
    body[claim] = value;
    return verdict_on_body(body);
  }
};

std::string flipped_signature(std::string token) {
  char& letter = token[token.size() - 10];
  letter = letter == 'A' ? 'B' : 'A';
  return token;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(access_token)

BOOST_AUTO_TEST_CASE(what_is_issued_is_read_back_with_every_algorithm) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256}) {
    const KeyRoom room;
    room.add(algorithm, morning);
    auto ring = room.ring(morning, algorithm);
    for (const auto* audience : {"", "app"}) {
      const TokenPolicy policy{"https://example.com", audience, seconds{60}};
      auto claims = some_claims(morning);
      const auto token = issue_access_token(claims, policy, ring, morning);
      const auto verdict = verify_access_token(token, policy, ring, morning);
      BOOST_TEST_REQUIRE(outcome(verdict) == "accepted");
      BOOST_TEST((std::get<AccessClaims>(verdict) == claims));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(the_time_and_the_means_of_the_sign_in_are_read_back, Scene) {
  auto claims = some_claims(morning);
  claims.authenticated_at = morning - std::chrono::hours{3};
  claims.amr = "pwd otp mfa";
  const auto token = issue_access_token(claims, policy, ring, morning);
  const auto body = parse_json(parse_jws(token).value().payload).value();
  BOOST_TEST(body["auth_time"] == unix_seconds(claims.authenticated_at));
  BOOST_TEST(body["amr"] == (Json{"pwd", "otp", "mfa"}));
  BOOST_TEST((std::get<AccessClaims>(verify_access_token(token, policy, ring, morning)) == claims));
  // As tokens without them are, which an older program issued.
  BOOST_TEST(verdict_on_body(valid_body(morning)) == "accepted");
  for (const Json& time : {Json("now"), Json(-1), Json(nullptr), Json::array()})
    BOOST_TEST(verdict_with("auth_time", time) == "malformed");
  for (const Json& means : {Json("pwd"), Json(1), Json(nullptr), Json{"pwd", 1}, Json::object()})
    BOOST_TEST(verdict_with("amr", means) == "malformed");
}

BOOST_FIXTURE_TEST_CASE(only_true_says_that_the_address_is_proven, Scene) {
  auto claims = some_claims(morning);
  const auto says = [&](const std::string& token) {
    return std::get<AccessClaims>(verify_access_token(token, policy, ring, morning)).proven;
  };
  const auto unproven = issue_access_token(claims, policy, ring, morning);
  BOOST_TEST(!says(unproven));
  BOOST_TEST(!parse_json(parse_jws(unproven).value().payload).value().contains("email_verified"));
  claims.proven = true;
  const auto proven = issue_access_token(claims, policy, ring, morning);
  BOOST_TEST(says(proven));
  BOOST_TEST(parse_json(parse_jws(proven).value().payload).value()["email_verified"] == true);
}

BOOST_FIXTURE_TEST_CASE(the_token_has_the_documented_form_and_nothing_personal, Scene) {
  policy.audience = "app";
  const auto token = issue_access_token(some_claims(morning), policy, ring, morning);
  const auto jws = parse_jws(token);
  BOOST_TEST_REQUIRE(jws.has_value());
  BOOST_TEST(jws->header == (Json{{"typ", "at+jwt"}, {"alg", "ES256"}, {"kid", key().kid()}}));
  auto body = parse_json(jws->payload).value();
  for (const auto* name : {"iss", "aud", "sub", "sid", "did", "iat", "exp", "jti", "scope"})
    BOOST_TEST(body.erase(name) == 1U);
  BOOST_TEST(body.empty());
  BOOST_TEST(token.size() < 700U);
}

BOOST_FIXTURE_TEST_CASE(an_empty_scope_is_not_written, Scene) {
  auto claims = some_claims(morning);
  claims.scope.clear();
  const auto token = issue_access_token(claims, policy, ring, morning);
  BOOST_TEST(!parse_json(parse_jws(token)->payload)->contains("scope"));
  BOOST_TEST((std::get<AccessClaims>(verify_access_token(token, policy, ring, morning)) == claims));
}

BOOST_FIXTURE_TEST_CASE(it_lives_until_its_expiry_and_the_skew, Scene) {
  const auto claims = some_claims(morning);
  const auto token = issue_access_token(claims, policy, ring, morning);
  const auto end = claims.expires_at + policy.clock_skew;
  BOOST_TEST(verdict(token, claims.expires_at) == "accepted");
  BOOST_TEST(verdict(token, end - milliseconds{1}) == "accepted");
  BOOST_TEST(verdict(token, end) == "expired");
  BOOST_TEST(verdict(token, end + std::chrono::years{1}) == "expired");
}

BOOST_FIXTURE_TEST_CASE(as_a_companion_it_may_be_of_any_time_and_nothing_else, Scene) {
  const auto token = issue_access_token(some_claims(morning), policy, ring, morning);
  const auto later = morning + std::chrono::days{300};
  const auto companion = [&](const std::string& text) {
    return outcome(verify_companion_token(text, policy, ring, later));
  };
  BOOST_TEST(verdict(token, later) == "expired");
  BOOST_TEST(companion(token) == "accepted");
  BOOST_TEST(companion(flipped_signature(token)) == "bad_signature");
  BOOST_TEST(outcome(verify_companion_token(token, policy, ring, morning - seconds{61})) == "accepted");
  policy.issuer = "https://example.org";
  BOOST_TEST(companion(token) == "wrong_issuer");
}

BOOST_FIXTURE_TEST_CASE(a_token_from_the_future_is_refused_beyond_the_skew, Scene) {
  const auto token = issue_access_token(some_claims(morning), policy, ring, morning);
  BOOST_TEST(verdict(token, morning - seconds{60}) == "accepted");
  BOOST_TEST(verdict(token, morning - seconds{60} - milliseconds{1}) == "clock_skew");
  BOOST_TEST(verdict_with("nbf", unix_seconds(morning) + 60) == "accepted");
  BOOST_TEST(verdict_with("nbf", unix_seconds(morning) + 61) == "clock_skew");
  BOOST_TEST(verdict_with("nbf", "1") == "malformed");
}

BOOST_FIXTURE_TEST_CASE(a_remembered_token_is_refused_once_its_key_is_deleted, Scene) {
  const auto token = issue_access_token(some_claims(morning), policy, ring, morning);
  BOOST_TEST(verdict(token) == "accepted");
  for (const auto& file : std::filesystem::directory_iterator(room.path())) std::filesystem::remove(file);
  room.add(Algorithm::es256, morning);
  BOOST_TEST(verdict(token, morning + seconds{2}) == "unknown_key");
}

BOOST_AUTO_TEST_CASE(of_any_number_of_tokens_no_more_than_512_are_remembered) {
  VerifiedTokens remembered;
  const VerifiedTokens::Scope scope{"https://example.com", "app", 1};
  const auto token = [](int number) { return "token " + std::to_string(number); };
  constexpr int count = 20'000;
  for (int i = 0; i < count; ++i) remembered.keep(token(i), scope, {.claims = some_claims(morning)});
  int found = 0;
  for (int i = 0; i < count; ++i) found += remembered.find(token(i), scope) != nullptr ? 1 : 0;
  BOOST_TEST(found <= 512);
  BOOST_TEST(found > 400);  // as many as its places, and almost each has one
}

// Each token has its own fault and all that come after it in the enum.
BOOST_FIXTURE_TEST_CASE(the_first_fault_is_the_one_that_is_told, Scene) {
  SystemEntropy entropy;
  const auto stranger = SigningKey::generate(Algorithm::es256, entropy);
  auto body = valid_body(morning);
  body["exp"] = 1;
  BOOST_TEST(verdict_on_body(body) == "expired");
  body["iat"] = unix_seconds(morning) + 3600;
  BOOST_TEST(verdict_on_body(body) == "clock_skew");
  body["iss"] = "https://example.org";
  BOOST_TEST(verdict_on_body(body) == "wrong_issuer");
  BOOST_TEST(verdict(sign_text(json_text(valid_header(key())), json_text(body), stranger)) ==
             "bad_signature");
  BOOST_TEST(verdict(sign_text(json_text(valid_header(stranger)), json_text(body), stranger)) ==
             "unknown_key");
  body["sub"] = "42";
  BOOST_TEST(verdict(sign_text(json_text(valid_header(stranger)), json_text(body), stranger)) == "malformed");
}

// H30
BOOST_FIXTURE_TEST_CASE(dates_are_numbers_that_fit, Scene) {
  const auto now = unix_seconds(morning);
  BOOST_TEST(verdict_with("exp", now + 1) == "accepted");
  BOOST_TEST(verdict_with("exp", std::int64_t{1} << 53) == "accepted");
  BOOST_TEST(verdict_with("exp", 0) == "expired");
  BOOST_TEST(verdict_with("iat", 0) == "accepted");
  BOOST_TEST(verdict_with("exp", static_cast<double>(now) + 1.5) == "accepted");
  BOOST_TEST(verdict_with("exp", 0.5) == "expired");
  BOOST_TEST(verdict_with("iat", static_cast<double>(now) - 0.25) == "accepted");
  BOOST_TEST(verdict_with("nbf", static_cast<double>(now) - 0.25) == "accepted");
  const Json bad[] = {-1,
                      (std::int64_t{1} << 53) + 1,
                      "1795317300",
                      1e18,
                      -0.5,
                      1e300,
                      nullptr,
                      true,
                      Json::array({now}),
                      Json::object(),
                      std::numeric_limits<std::int64_t>::min(),
                      std::numeric_limits<std::uint64_t>::max()};
  for (const auto* claim : {"exp", "iat"})
    for (const auto& value : bad)
      BOOST_TEST_CONTEXT(claim << ' ' << value) BOOST_TEST(verdict_with(claim, value) == "malformed");
}

BOOST_FIXTURE_TEST_CASE(numbers_that_json_cannot_hold_are_malformed, Scene) {
  const auto body = json_text(valid_body(morning));
  const auto date = std::to_string(unix_seconds(morning));
  const auto at = body.find("\"iat\":" + date);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  for (const auto* number : {"9223372036854775808", "18446744073709551616", "1e999", "NaN", "Infinity",
                             "-0.5", "0x10", "01", "+1", "1.", ".5", "1e"}) {
    auto spoiled = body;
    spoiled.replace(at + 6, date.size(), number);
    BOOST_TEST_CONTEXT(number)
    BOOST_TEST(verdict(sign_text(json_text(valid_header(key())), spoiled, key())) == "malformed");
  }
}

BOOST_FIXTURE_TEST_CASE(each_claim_has_its_form, Scene) {
  const std::string uuid = valid_body(morning)["sub"].get<std::string>();
  std::string upper = uuid;
  for (char& letter : upper)
    letter = static_cast<char>(letter >= 'a' && letter <= 'f' ? letter - 32 : letter);
  const std::pair<const char*, Json> bad[] = {
      {"sub", ""},
      {"sub", "42"},
      {"sub", 42},
      {"sub", nullptr},
      {"sub", upper},
      {"sub", uuid + " "},
      {"sub", uuid.substr(1)},
      {"sub", std::string{uuid}.replace(3, 1, std::string(1, '\0'))},
      {"sub", Json::array({uuid})},
      {"sid", ""},
      {"sid", 7},
      {"sid", nullptr},
      {"sid", "' OR 1=1--"},
      {"did", ""},
      {"did", std::string(65, 'a')},
      {"did", "a b"},
      {"did", "a/b"},
      {"did", "a\r\nb"},
      {"did", "\xC3\xA9"},
      {"did", nullptr},
      {"did", 1},
      {"jti", nullptr},
      {"jti", 1},
      {"jti", Json::array()},
      {"scope", nullptr},
      {"scope", 1},
      {"scope", Json::array({"read"})},
  };
  for (const auto& [claim, value] : bad)
    BOOST_TEST_CONTEXT(claim << ' ' << value) BOOST_TEST(verdict_with(claim, value) == "malformed");
  for (const auto* claim : {"sub", "sid", "did", "iat", "exp", "jti"}) {
    auto body = valid_body(morning);
    body.erase(claim);
    BOOST_TEST_CONTEXT(claim) BOOST_TEST(verdict_on_body(body) == "malformed");
  }
  BOOST_TEST(verdict_with("did", std::string(64, 'a')) == "accepted");
  BOOST_TEST(verdict_with("did", "A-z_0.9") == "accepted");
  BOOST_TEST(verdict_with("unheard_of", Json::array({1, 2})) == "accepted");
}

// H33
BOOST_FIXTURE_TEST_CASE(issuer_and_audience_are_ours, Scene) {
  for (const auto& issuer :
       {Json("https://example.com/"), Json("https://example.co"), Json("HTTPS://example.com"), Json(""),
        Json(nullptr), Json(1), Json::array({"https://example.com"})})
    BOOST_TEST_CONTEXT(issuer) BOOST_TEST(verdict_with("iss", issuer) == "wrong_issuer");
  auto body = valid_body(morning);
  body.erase("iss");
  BOOST_TEST(verdict_on_body(body) == "wrong_issuer");

  BOOST_TEST(verdict_with("aud", "anything") == "accepted");
  policy.audience = "app";
  BOOST_TEST(verdict_on_body(valid_body(morning)) == "wrong_issuer");
  for (const auto& audience : {Json("app"), Json::array({"app"}), Json::array({"other", 1, "app"})})
    BOOST_TEST_CONTEXT(audience) BOOST_TEST(verdict_with("aud", audience) == "accepted");
  for (const auto& audience :
       {Json(""), Json("App"), Json("app "), Json(nullptr), Json(1), Json::array(),
        Json::array({Json::array({"app"})}), Json{{"app", "app"}}, Json(std::vector<std::string>(300, "ap"))})
    BOOST_TEST_CONTEXT(audience) BOOST_TEST(verdict_with("aud", audience) == "wrong_issuer");
  BOOST_TEST(verdict_with("aud", Json(std::vector<std::string>(10000, "app"))) == "malformed");
}

BOOST_FIXTURE_TEST_CASE(the_type_says_that_it_is_an_access_token, Scene) {
  const auto with_type = [&](const Json& type) {
    auto header = valid_header(key());
    header["typ"] = type;
    return verdict(sign_text(json_text(header), json_text(valid_body(morning)), key()));
  };
  for (const auto* type : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT"})
    BOOST_TEST_CONTEXT(type) BOOST_TEST(with_type(type) == "accepted");
  for (const auto& type :
       {Json("JWT"), Json("dpop+jwt"), Json("at+jwt "), Json("at+jw"), Json(""), Json(nullptr), Json(1),
        Json::array({"at+jwt"}), Json("text/at+jwt"), Json("application/jwt")})
    BOOST_TEST_CONTEXT(type) BOOST_TEST(with_type(type) == "malformed");
  auto header = valid_header(key());
  header.erase("typ");
  BOOST_TEST(verdict(sign_text(json_text(header), json_text(valid_body(morning)), key())) == "malformed");
}

BOOST_AUTO_TEST_SUITE_END()
