#include "provider/metadata.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/descriptor.h"
#include "base/json.h"
#include "http/client.h"
#include "keys/directory.h"

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

std::optional<std::vector<ProviderKey>> parse_provider_keys(std::string_view text) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return std::nullopt;
  const auto list = json->find("keys");
  if (list == json->end() || !list->is_array() || list->size() > provider_keys_limit) return std::nullopt;
  std::vector<ProviderKey> keys;
  for (const auto& jwk : *list) {
    if (!jwk.is_object()) continue;
    auto key = PublicKey::of_jwk(jwk);  // nothing for a published secret: every reader could sign with it
    if (!key) continue;
    keys.push_back({string_member(jwk, "kid").value_or(""), std::move(*key)});
  }
  return keys;
}

namespace {

seconds life_of(const HttpAnswer& answer) {
  if (answer.max_age == seconds{0}) return usual_document_life;
  return std::clamp(answer.max_age, min_document_life, max_document_life);
}

// Atomically: a reader sees the old file or the new one.
bool replace_file(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return false;
  const bool whole = write_all(file, text);
  const bool closed = ::close(file) == 0;
  if (whole && closed && ::rename(temporary.c_str(), path.c_str()) == 0) return true;
  ::unlink(temporary.c_str());
  return false;
}

}  // namespace

std::string DocumentCache::path_of(const DocumentWanted& wanted) const {
  return directory_ + "/provider-" + wanted.name + ".json";
}

// A file that cannot be read counts as missing; so does one from another address, from before the configuration was
// changed.
DocumentCache::Kept DocumentCache::read(const DocumentWanted& wanted) const {
  std::ifstream file(path_of(wanted), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = parse_json(text);
  Kept kept;
  kept.url = wanted.url;
  if (!json || !json->is_object() || string_member(*json, "url") != wanted.url) return kept;
  const auto instant = [&](std::string_view name) {
    return from_unix_milliseconds(integer_member(*json, name).value_or(0));
  };
  kept.body = string_member(*json, "body").value_or("");
  kept.asked_at = instant("asked_at");
  kept.valid_until = instant("good_until");
  kept.failure = string_member(*json, "failure").value_or("");
  return kept;
}

void DocumentCache::write(const DocumentWanted& wanted, const Kept& kept) const {
  const Json json{{"url", kept.url},
                  {"asked_at", unix_milliseconds(kept.asked_at)},
                  {"good_until", unix_milliseconds(kept.valid_until)},
                  {"failure", kept.failure},
                  {"body", kept.body}};
  if (!replace_file(path_of(wanted), json_text(json)))
    throw KeyError(path_of(wanted) + " cannot be written; the key directory must be writable");
}

DocumentCache::Kept DocumentCache::fetch(const DocumentWanted& wanted, Kept kept, Instant now) {
  auto came =
      http_.call({.method = "GET", .url = wanted.url, .headers = {}, .body = {}, .trust = wanted.trust});
  kept.asked_at = now;
  kept.failure.clear();
  if (const auto* failure = std::get_if<HttpFailure>(&came)) {
    kept.failure = failure->why;
  } else if (const auto& answer = std::get<HttpAnswer>(came); answer.status != 200) {
    kept.failure = wanted.url + " answers " + std::to_string(answer.status);
  } else if (const auto problem = wanted.problem(answer.body)) {
    kept.failure = wanted.url + " " + *problem;
  } else {
    kept.body = answer.body;
    kept.valid_until = now + life_of(answer);
  }
  write(wanted, kept);
  return kept;
}

std::variant<std::string, HttpFailure> DocumentCache::get(const DocumentWanted& wanted, Instant now) {
  auto kept = read(wanted);
  const bool asked_in_the_future = kept.asked_at > now;  // the clock was set back
  if (!kept.body.empty() && now < kept.valid_until && !asked_in_the_future) return kept.body;
  const bool failed_just_now =
      !kept.failure.empty() && now < kept.asked_at + failure_floor && !asked_in_the_future;
  if (!failed_just_now) kept = fetch(wanted, std::move(kept), now);
  if (!kept.body.empty() && now < kept.valid_until + stale_document_life) return kept.body;
  return HttpFailure{kept.failure};
}

std::optional<std::string> DocumentCache::get_newer(const DocumentWanted& wanted, Instant now) {
  auto kept = read(wanted);
  if (now < kept.asked_at + refetch_floor && kept.asked_at <= now) return std::nullopt;
  kept = fetch(wanted, std::move(kept), now);
  return kept.failure.empty() ? std::optional{kept.body} : std::nullopt;
}

}  // namespace cardea
