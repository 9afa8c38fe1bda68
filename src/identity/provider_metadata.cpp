#include "identity/provider_metadata.h"

#include <algorithm>

#include "base/json.h"
#include "identity/url.h"

namespace cardea {
namespace {

bool flag(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// id_token_signing_alg_values_supported: it decides which signatures are believed, so it is read as a whole or
// not at all.
std::vector<std::string> algorithms_of(const Json& object) {
  constexpr std::size_t limit = 32;
  const auto found = object.find("id_token_signing_alg_values_supported");
  if (found == object.end() || !found->is_array() || found->size() > limit) return {};
  std::vector<std::string> names;
  for (const auto& item : *found) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > limit) return {};
    names.push_back(item.get<std::string>());
  }
  return names;
}

// Whether the client's secret must stand in the body. Every client may use Basic unless the document says
// otherwise (section 3, token_endpoint_auth_methods_supported).
bool wants_secret_in_body(const Json& object) {
  const auto found = object.find("token_endpoint_auth_methods_supported");
  if (found == object.end() || !found->is_array()) return false;
  const auto lists = [&](std::string_view word) {
    return std::any_of(found->begin(), found->end(), [&](const Json& item) {
      return item.is_string() && item.get_ref<const std::string&>() == word;
    });
  };
  return lists("client_secret_post") && !lists("client_secret_basic");
}

}  // namespace

bool speaks_openid(const ProviderSettings& provider) {
  return provider.type != ProviderType::naver && provider.type != ProviderType::github;
}

std::string discovery_url(const std::string& issuer) {
  constexpr std::string_view well_known = "/.well-known/openid-configuration";
  auto url = issuer;
  if (url.ends_with('/')) url.pop_back();
  return url.append(well_known);
}

std::variant<ProviderMetadata, BadMetadata> parse_metadata(std::string_view text, const std::string& issuer) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return BadMetadata{"is no JSON object"};
  if (string_member(*json, "issuer") != issuer) return BadMetadata{"is the document of another issuer"};
  ProviderMetadata metadata{
      .issuer = issuer,
      .authorization_endpoint = string_member(*json, "authorization_endpoint").value_or(""),
      .token_endpoint = string_member(*json, "token_endpoint").value_or(""),
      .user_endpoint = string_member(*json, "userinfo_endpoint").value_or(""),
      .keys_url = string_member(*json, "jwks_uri").value_or(""),
      .names_itself = flag(*json, "authorization_response_iss_parameter_supported"),
      .id_token_algorithms = algorithms_of(*json),
      .secret_in_body = wants_secret_in_body(*json)};
  for (const auto* url : {&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.keys_url})
    if (!parse_url(*url)) return BadMetadata{"lacks an address or names one that cannot be called"};
  if (!metadata.user_endpoint.empty() && !parse_url(metadata.user_endpoint))
    return BadMetadata{"names an address that cannot be called"};
  return metadata;
}

ProviderMetadata configured_metadata(const ProviderSettings& provider) {
  return {.issuer = provider.issuer,
          .authorization_endpoint = provider.authorization_endpoint,
          .token_endpoint = provider.token_endpoint,
          .user_endpoint = provider.user_endpoint,
          .keys_url = {},
          .names_itself = false,
          .id_token_algorithms = {},
          .secret_in_body = true};
}

void prefer_configured(ProviderMetadata& metadata, const ProviderSettings& provider) {
  const auto prefer = [](std::string& url, const std::string& configured) {
    if (!configured.empty()) url = configured;
  };
  prefer(metadata.authorization_endpoint, provider.authorization_endpoint);
  prefer(metadata.token_endpoint, provider.token_endpoint);
  prefer(metadata.user_endpoint, provider.user_endpoint);
  if (!provider.id_token_algorithms.empty()) metadata.id_token_algorithms = provider.id_token_algorithms;
}

}  // namespace cardea
