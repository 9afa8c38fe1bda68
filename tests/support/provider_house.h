// A provider in memory: it publishes a discovery document and keys, takes codes, and signs ID tokens, each as
// a test wants them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "config/settings.h"
#include "keys/signing_key.h"
#include "support/fake_http.h"

namespace cardea::testing {

inline constexpr Instant morning{milliseconds{1795317300000}};

class ProviderHouse {
 public:
  explicit ProviderHouse(FakeHttp& http, std::string issuer = "https://id.example.com");

  // As cardea.ini would describe it: client "us", with the secret "hush".
  [[nodiscard]] ProviderSettings settings() const;

  [[nodiscard]] std::string discovery_url() const { return issuer_ + "/.well-known/openid-configuration"; }
  [[nodiscard]] std::string keys_url() const { return issuer_ + "/keys"; }
  [[nodiscard]] std::string token_url() const { return issuer_ + "/token"; }
  [[nodiscard]] std::string user_url() const { return issuer_ + "/me"; }

  // The document, for a test to change and to publish again.
  Json discovery;
  void publish();

  // Another key signs from now on; the old ones stay published unless they are withdrawn.
  void new_key(Algorithm algorithm = Algorithm::es256);
  void withdraw_old_keys();

  // Good claims for client "us" and nonce "n".
  [[nodiscard]] static Json claims(const std::string& issuer);
  [[nodiscard]] Json claims() const { return claims(issuer_); }
  // Signed by the newest key.
  [[nodiscard]] std::string token(const Json& claims) const;
  [[nodiscard]] const SigningKey& key() const { return keys_.back(); }
  [[nodiscard]] std::string issuer() const { return issuer_; }

  // Every code brings this ID token.
  void answer_codes_with(const Json& claims);

 private:
  FakeHttp& http_;
  std::string issuer_;
  std::vector<SigningKey> keys_;
};

// A JWS as given: header and payload are not looked at.
[[nodiscard]] std::string raw_token(const Json& header, const Json& payload, const std::string& signature);

}  // namespace cardea::testing
