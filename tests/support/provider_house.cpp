#include "support/provider_house.h"

#include <utility>

#include "base/encoding.h"
#include "base/entropy.h"
#include "token/access_token.h"

namespace cardea::testing {

ProviderHouse::ProviderHouse(FakeHttp& http, std::string issuer) : http_(http), issuer_(std::move(issuer)) {
  discovery = {{"issuer", issuer_},
               {"authorization_endpoint", issuer_ + "/authorize"},
               {"token_endpoint", token_url()},
               {"jwks_uri", keys_url()},
               {"userinfo_endpoint", user_url()}};
  new_key();
}

ProviderSettings ProviderHouse::settings() const {
  ProviderSettings settings;
  settings.name = "house";
  settings.label = "House";
  settings.issuer = issuer_;
  settings.client_id = "us";
  settings.client_secret = Secret::copy_of("hush");
  settings.scopes = "openid email profile";
  return settings;
}

void ProviderHouse::publish() {
  http_.put(discovery_url(), discovery);
  auto keys = Json::array();
  for (const auto& key : keys_) keys.push_back(key.public_jwk().value());
  http_.put(keys_url(), {{"keys", keys}});
}

void ProviderHouse::new_key(Algorithm algorithm) {
  SystemEntropy entropy;
  keys_.push_back(SigningKey::generate(algorithm, entropy));
  publish();
}

void ProviderHouse::withdraw_old_keys() {
  keys_.erase(keys_.begin(), keys_.end() - 1);
  publish();
}

Json ProviderHouse::claims(const std::string& issuer) {
  return {{"iss", issuer},
          {"sub", "1098"},
          {"aud", "us"},
          {"iat", unix_seconds(morning)},
          {"exp", unix_seconds(morning) + 600},
          {"nonce", "n"},
          {"email", "Kim@example.com"},
          {"email_verified", true},
          {"name", "Kim"}};
}

std::string ProviderHouse::token(const Json& claims) const {
  return write_jws("JWT", json_text(claims), key());
}

void ProviderHouse::answer_codes_with(const Json& claims) {
  http_.put(token_url(), Json{{"access_token", "at"}, {"token_type", "Bearer"}, {"id_token", token(claims)}});
}

std::string raw_token(const Json& header, const Json& payload, const std::string& signature) {
  return base64url_encode(json_text(header)) + '.' + base64url_encode(json_text(payload)) + '.' +
         base64url_encode(signature);
}

}  // namespace cardea::testing
