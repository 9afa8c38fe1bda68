// One provider of social sign-in, as this site uses it: the address to send a browser to, and the person that the
// code or the ID token stands for that comes back.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"
#include "http/client.h"
#include "provider/id_token.h"
#include "provider/metadata.h"
#include "provider/person.h"

namespace cardea {

enum class ProviderFault {
  unreachable,      // no answer, or no usable one: try again later
  refused,          // the provider does not accept the code, or this client
  bad_token,        // its ID token is not valid
  foreign,          // the answer is another provider's (mix-up)
  takes_no_tokens,  // this provider issues no ID tokens
};

struct ProviderRefused {
  ProviderFault why = ProviderFault::unreachable;
  std::optional<IdTokenFault> token_fault;  // with bad_token
  std::string note;                         // for the log: no secret, nothing personal
};

template <class Result>
using ProviderOutcome = std::variant<Result, ProviderRefused>;

struct AuthorizationRequest {
  std::string redirect_uri;
  std::string state;
  std::string nonce;
  std::string code_verifier;  // RFC 7636: only its SHA-256 is sent
  bool asks_again =
      false;  // the person must sign in again, although the provider knows them (OpenID Connect only)
};

// What the browser brought back from the provider.
struct AuthorizationResponse {
  std::string code;
  std::optional<std::string> issuer;  // iss of RFC 9207
  std::string redirect_uri;
  std::string nonce;
  Secret code_verifier;
};

struct AppToken {
  std::string id_token;
  std::optional<std::string> nonce;
};

// True if HS256 can be verified: the site's secret is long enough for it.
[[nodiscard]] bool has_mac_key(const ProviderSettings& provider);

class ProviderClient {
 public:
  // All must outlive it. cache_directory is the key directory.
  ProviderClient(const ProviderSettings& settings, Http& http, const std::string& cache_directory,
                 seconds clock_skew);

  // True if the browser comes back via a form on the provider's page (Apple).
  [[nodiscard]] bool answers_by_form() const { return settings_.type == ProviderType::apple; }

  // True if it issues ID tokens, which can say when the person signed in there.
  [[nodiscard]] bool says_when() const;

  [[nodiscard]] ProviderOutcome<ProviderMetadata> metadata(Instant now);
  [[nodiscard]] ProviderOutcome<std::vector<ProviderKey>> keys(Instant now);

  // The address to send a browser to (code flow, PKCE S256).
  [[nodiscard]] ProviderOutcome<std::string> authorization_url(const AuthorizationRequest& request,
                                                               Instant now);
  // False if the response names another issuer, or none although this provider always does (RFC 9207 section 2.4).
  [[nodiscard]] static bool comes_from(const ProviderMetadata& metadata,
                                       const std::optional<std::string>& issuer);
  // Exchanges the code for tokens and verifies them.
  [[nodiscard]] ProviderOutcome<Person> redeem(const AuthorizationResponse& response, Instant now);
  // The ID token that an app got from the provider's library.
  [[nodiscard]] ProviderOutcome<Person> person_of(const AppToken& token, Instant now);

 private:
  [[nodiscard]] HttpTrust trust() const;
  [[nodiscard]] DocumentWanted keys_wanted(const ProviderMetadata& metadata) const;
  [[nodiscard]] IdTokenPolicy policy(const ProviderMetadata& metadata) const;
  [[nodiscard]] ProviderOutcome<Json> verified_claims(std::string_view id_token, const IdTokenPolicy& policy,
                                                      const ProviderMetadata& metadata, Instant now);
  [[nodiscard]] ProviderOutcome<Json> exchange(const AuthorizationResponse& response,
                                               const ProviderMetadata& metadata, Instant now);
  [[nodiscard]] ProviderOutcome<Json> ask(const std::string& url, const Secret& access_token);
  [[nodiscard]] ProviderOutcome<Person> person_of_answer(const Json& answer,
                                                         const AuthorizationResponse& response,
                                                         const ProviderMetadata& metadata, Instant now);
  [[nodiscard]] ProviderOutcome<Person> person_at_user_endpoint(const Secret& access_token,
                                                                const ProviderMetadata& metadata);

  const ProviderSettings& settings_;
  Http& http_;
  DocumentCache cache_;
  seconds clock_skew_;
};

// The client secret that Apple asks for: a token that names this client, signed by the key that Apple issued. ES256,
// valid for five minutes. Nothing if the private key is no P-256 key.
[[nodiscard]] std::optional<Secret> make_client_secret(const ProviderSettings& provider, Instant now);

}  // namespace cardea
