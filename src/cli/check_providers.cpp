// Whether the providers of social sign-in can be talked to, from here and now: past the documents that are
// kept.

#include "cli/check.h"
#include "identity/client_secret.h"
#include "identity/https_client.h"
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

Finding check_keys_of(const ProviderSettings& provider, const ProviderMetadata& metadata, Http& http) {
  const auto got = ask(metadata.keys_url, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  const auto keys = parse_provider_keys(std::get<HttpAnswer>(got).body);
  if (!keys || keys->empty()) return failed(provider, metadata.keys_url + " holds no key that can be used");
  return {Result::ok, area,
          provider.name + ": " + provider.issuer + " answers, with " + std::to_string(keys->size()) + " keys",
          ""};
}

Finding check_issuer(const ProviderSettings& provider, Http& http) {
  const auto url = discovery_url(provider.issuer);
  const auto got = ask(url, provider, http);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failed(provider, failure->why);
  const auto& answer = std::get<HttpAnswer>(got);
  if (answer.status != 200) return failed(provider, url + " answers " + std::to_string(answer.status));
  const auto metadata = parse_metadata(answer.body, provider.issuer);
  if (const auto* bad = std::get_if<BadMetadata>(&metadata)) return failed(provider, url + " " + bad->why);
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
