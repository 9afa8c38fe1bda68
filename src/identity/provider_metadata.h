// What a provider says about itself (OpenID Connect Discovery 1.0 section 3), as far as we use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/provider_settings.h"

namespace cardea {

struct ProviderMetadata {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string user_endpoint;  // empty = none
  std::string keys_url;       // empty = it issues no ID tokens
  bool names_itself = false;  // sends iss with every authorization response (RFC 9207 section 3)
  std::vector<std::string> id_token_algorithms = {};  // what it signs ID tokens with; empty = it does not say
  bool secret_in_body = false;  // client_secret_post, else client_secret_basic (RFC 6749 section 2.3.1)
};

// Of a provider that speaks OpenID Connect.
[[nodiscard]] bool speaks_openid(const ProviderSettings& provider);

// {issuer}/.well-known/openid-configuration (section 4).
[[nodiscard]] std::string discovery_url(const std::string& issuer);

// What is wrong with the document, as the rest of a sentence.
struct BadMetadata {
  std::string why;
};

// The issuer inside must be the one that was asked (section 4.3), and every address one that may be called.
[[nodiscard]] std::variant<ProviderMetadata, BadMetadata> parse_metadata(std::string_view text,
                                                                         const std::string& issuer);

// The configured addresses of a provider that has no such document.
[[nodiscard]] ProviderMetadata configured_metadata(const ProviderSettings& provider);
// Addresses of the configuration in place of what the document says.
void prefer_configured(ProviderMetadata& metadata, const ProviderSettings& provider);

}  // namespace cardea
