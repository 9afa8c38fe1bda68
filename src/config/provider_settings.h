// A provider of social sign-in, as [provider.NAME] describes it.
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"

namespace cardea {

// Who is spoken to. All but naver and github speak OpenID Connect; oidc is any issuer, by discovery.
enum class ProviderType { oidc, google, kakao, apple, naver, github };

struct ProviderSettings {
  std::string name;  // [a-z0-9-]{1,32}: in our addresses, in the API, and as a session's method
  ProviderType type = ProviderType::oidc;
  std::string label;      // shown to people
  std::string issuer;     // OpenID Connect: as in its discovery document; others: what tells its people apart
  std::string client_id;  // what the provider calls this site
  Secret client_secret;   // may be empty: a public client, or apps only
  std::string scopes;     // space-separated
  std::vector<std::string> id_token_algorithms;  // empty: as the discovery document says
  bool unknown_nonce = false;                    // an app's token may hold a nonce that the app cannot know
  std::vector<std::string> audiences;            // client ids of apps whose ID tokens are taken too
  std::string team_id;  // Apple: with key_id and private_key, what client secrets are made of
  std::string key_id;
  Secret private_key;  // PEM
  // Empty where discovery tells them.
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string user_endpoint;
  std::string ca_file;                   // PEM; empty = the system's certificate authorities
  bool allow_private_addresses = false;  // and plain http
};

}  // namespace cardea
