#include "config/consistency.h"

#include <algorithm>
#include <thread>

#include "base/network.h"
#include "config/provider_defaults.h"
#include "config/values.h"

namespace cardea {
namespace {

using Contradictions = std::vector<Contradiction>;

void check_database(const DatabaseSettings& database, Contradictions& found) {
  if (database.kind == DatabaseKind::sqlite && !database.password.empty())
    found.push_back({"database", "password_file", "a SQLite database has no password; leave it out"});
}

void check_lifetimes(const TokenSettings& tokens, Contradictions& found) {
  const auto refresh_ttl = duration_text(tokens.refresh_ttl);
  if (tokens.access_ttl > tokens.refresh_ttl)
    found.push_back(
        {"tokens", "access_ttl",
         "it is longer than refresh_ttl, so nothing would be left to renew an access token with; at most " +
             refresh_ttl + " is allowed"});
  if (tokens.session_max != seconds{0} && tokens.session_max < tokens.refresh_ttl)
    found.push_back({"tokens", "session_max",
                     "it is shorter than refresh_ttl, which could never be reached; at least " + refresh_ttl +
                         " is allowed, or 0 for no end"});
  if (tokens.renew_min_interval >= tokens.refresh_ttl)
    found.push_back({"tokens", "renew_min_interval",
                     "a sign-in would end before it could be renewed; less than refresh_ttl (" + refresh_ttl +
                         ") is allowed"});
  if (tokens.refresh_slide_within.value_or(seconds{0}) > tokens.refresh_ttl)
    found.push_back({"tokens", "refresh_slide_within",
                     "it is longer than refresh_ttl; at most " + refresh_ttl + " is allowed"});
}

void check_transport(const TransportSettings& transport, Contradictions& found) {
  if (transport.mode == TransportMode::header && transport.header_sunset)
    found.push_back(
        {"transport", "header_sunset",
         "with mode = header nobody could come in after that day; set mode = both, or leave it out"});
}

bool is_parent_domain(std::string_view domain, std::string_view host) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

void check_cookie_domain(const Settings& settings, Contradictions& found) {
  const auto& domain = settings.cookies.domain;
  const auto host = host_of_origin(settings.site.url);
  if (domain.empty()) return;
  if (parse_address(host) || !is_parent_domain(domain, host))
    found.push_back(
        {"cookies", "domain",
         "browsers refuse a cookie for a domain that the site is not in; allowed is the host of site.url (" +
             std::string{host} + ") or a domain above it"});
}

void check_cookies(const Settings& settings, Contradictions& found) {
  const auto& [domain, same_site, access_path, refresh_path] = settings.cookies;
  check_cookie_domain(settings, found);
  if (same_site == SameSite::none && !settings.site.https())
    found.push_back({"cookies", "same_site",
                     "browsers refuse SameSite=None without https; allowed are Lax and Strict, or a site.url "
                     "with https"});
  if (!cookie_path_covers(access_path, settings.site.mount))
    found.push_back({"cookies", "access_path",
                     "the access cookie would not reach " + settings.site.mount +
                         ", where refreshing needs it; allowed are the mount and paths around it"});
  if (!cookie_path_covers(refresh_path, settings.site.mount))
    found.push_back({"cookies", "refresh_path",
                     "the refresh cookie would not reach all of " + settings.site.mount +
                         " (signing out needs it too); allowed are the mount and paths around it"});
}

bool speaks_openid(const ProviderSettings& provider) {
  return provider.type != ProviderType::naver && provider.type != ProviderType::github;
}

void check_apple_key(const ProviderSettings& provider, const std::string& section, Contradictions& found) {
  const bool any = !provider.team_id.empty() || !provider.key_id.empty() || !provider.private_key.empty();
  const bool all = !provider.team_id.empty() && !provider.key_id.empty() && !provider.private_key.empty();
  if (any && provider.type != ProviderType::apple)
    found.push_back({section, "type", "team_id, key_id and private_key_file are Apple's; leave them out"});
  if (any && !all)
    found.push_back({section, "private_key_file", "team_id, key_id and private_key_file go together"});
  if (any && !provider.client_secret.empty())
    found.push_back({section, "client_secret_file",
                     "with private_key_file the client secrets are made of it; leave one of the two out"});
}

void check_provider(const ProviderSettings& provider, Contradictions& found) {
  const auto section = "provider." + provider.name;
  check_apple_key(provider, section, found);
  if (provider.name == "password")
    found.push_back({section, "client_id", "the name means signing in by password; choose another one"});
  if (provider.issuer.empty())
    found.push_back({section, "issuer", "a provider of type oidc needs one, as in https://id.example.com"});
  if (speaks_openid(provider) && provider.type != ProviderType::apple &&
      (" " + provider.scopes + " ").find(" openid ") == std::string::npos)
    found.push_back({section, "scopes", "without openid the provider sends no ID token; add it"});
  const auto& algorithms = provider.id_token_algorithms;
  const bool by_secret = std::find(algorithms.begin(), algorithms.end(), "HS256") != algorithms.end();
  if (by_secret && provider.client_secret.size() < 32)
    found.push_back(
        {section, "id_token_algorithms",
         "HS256 is verified by the client secret: set client_secret_file to one of at least 32 bytes"});
  if (provider.allow_private_addresses) return;
  const auto in_the_open = [](const std::string& url) { return url.starts_with("http://"); };
  if (in_the_open(provider.issuer))
    found.push_back({section, "issuer", "it must begin with https://, unless allow_private_addresses = yes"});
  for (const auto* url :
       {&provider.authorization_endpoint, &provider.token_endpoint, &provider.user_endpoint})
    if (in_the_open(*url))
      found.push_back({section, "allow_private_addresses",
                       *url + " is not https, which is for tests and private networks only: write yes"});
}

}  // namespace

void fill_in_derived_defaults(Settings& settings) {
  if (settings.site.name.empty()) settings.site.name = host_of_origin(settings.site.url);
  if (settings.mail.from_name.empty()) settings.mail.from_name = settings.site.name;
  if (settings.tokens.issuer.empty()) settings.tokens.issuer = settings.site.url;
  if (settings.tokens.revocations.empty()) settings.tokens.revocations = settings.tokens.keys + "/revoked";
  if (settings.cookies.refresh_path.empty()) settings.cookies.refresh_path = settings.site.mount;
  for (auto& provider : settings.providers) fill_in_provider(provider);
  if (settings.password.concurrency == 0)
    settings.password.concurrency = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::vector<Contradiction> contradictions_in(const Settings& settings) {
  Contradictions found;
  check_database(settings.database, found);
  check_lifetimes(settings.tokens, found);
  check_transport(settings.transport, found);
  check_cookies(settings, found);
  for (const auto& provider : settings.providers) check_provider(provider, found);
  return found;
}

}  // namespace cardea
