// Whether the providers of social sign-in can be talked to, from here and now: past the documents that are
// kept.

#include "cli/check.h"
#include "identity/client_secret.h"
#include "identity/https_client.h"
#include "identity/id_token.h"
#include "identity/provider_client.h"
#include "identity/provider_keys.h"
#include "identity/provider_metadata.h"

namespace cardea {

namespace {

constexpr char area[] = "providers";

Finding failed(const ProviderSettings& provider, const std::string& why) {
  return {Result::fail, area, provider.name + ": " + why,
          "see [provider." + provider.name + "] and whether this host may call the outside"};
}

std::variant<HttpAnswer, HttpFailure> ask(const std::string& url, const ProviderSettings& provider,
                                          Http& http) {
  HttpCall call;
  call.url = url;
  call.trust = {.ca_file = provider.ca_file, .allow_private_addresses = provider.allow_private_addresses};
  return http.call(call);
}

// Of a provider without a discovery document only this much can be seen.
Finding check_endpoint(const ProviderSettings& provider, Http& http) {
  const auto got = ask(provider.token_endpoint, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  return {Result::ok, area, provider.name + ": the token endpoint answers", ""};
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// What the provider signs ID tokens with (OpenID Connect Discovery 1.0 section 3), as far as it cannot be
// verified here.
std::vector<std::string> not_verifiable(const ProviderSettings& provider, const ProviderMetadata& metadata) {
  std::vector<std::string> names;
  for (const auto& name : metadata.id_token_algorithms) {
    if (is_verifiable(name, has_mac_key(provider))) continue;
    names.push_back(name == "HS256" ? name + " (needs a client_secret_file of at least 32 bytes)" : name);
  }
  return names;
}

Finding check_keys_of(const ProviderSettings& provider, const ProviderMetadata& metadata, Http& http) {
  const auto missing = not_verifiable(provider, metadata);
  const auto& all = metadata.id_token_algorithms;
  if (!all.empty() && missing.size() == all.size())
    return failed(provider,
                  "its ID tokens are signed with " + listed(missing) + ", which is not verified here");
  const auto got = ask(metadata.keys_url, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  const auto keys = parse_provider_keys(std::get<HttpAnswer>(got).body);
  if (!keys || keys->empty()) return failed(provider, metadata.keys_url + " holds no key that can be used");
  return {Result::ok, area,
          provider.name + ": " + provider.issuer + " answers, with " + std::to_string(keys->size()) +
              " keys" + (all.empty() ? "" : "; ID tokens may be signed with " + listed(all)) +
              (missing.empty() ? "" : "; not verified here: " + listed(missing)),
          ""};
}

Finding check_issuer(const ProviderSettings& provider, Http& http) {
  const auto url = discovery_url(provider.issuer);
  const auto got = ask(url, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  const auto& answer = std::get<HttpAnswer>(got);
  if (answer.status != 200) return failed(provider, url + " answers " + std::to_string(answer.status));
  auto metadata = parse_metadata(answer.body, provider.issuer);
  if (const auto* bad = std::get_if<BadMetadata>(&metadata)) return failed(provider, url + " " + bad->why);
  prefer_configured(std::get<ProviderMetadata>(metadata), provider);
  return check_keys_of(provider, std::get<ProviderMetadata>(metadata), http);
}

}  // namespace

Findings check_providers(Tools& tools) {
  HttpsClient http;
  Findings findings;
  for (const ProviderSettings& provider : tools.settings().providers) {
    findings.push_back(speaks_openid(provider) ? check_issuer(provider, http)
                                               : check_endpoint(provider, http));
    if (!provider.private_key.empty() && !make_client_secret(provider, tools.now()))
      findings.push_back({Result::fail, area, provider.name + ": private_key_file holds no P-256 key",
                          "download the key from Apple again"});
  }
  return findings;
}

}  // namespace cardea
