// The rows of [provider.NAME], the section that may be there many times.
#include <string>

#include "config/apply_provider.h"
#include "config/table.h"

namespace cardea {
namespace {

constexpr bool required = true;
constexpr bool has_default = false;

Problem apply_yes_or_no(std::string_view value, bool& setting) {
  if (value != "yes" && value != "no") return not_a(value, "one of the choices", "allowed are yes, no");
  setting = value == "yes";
  return std::nullopt;
}

Problem apply_provider_unknown_nonce(std::string_view value, Settings& settings) {
  return apply_yes_or_no(value, settings.providers.back().unknown_nonce);
}

Problem apply_provider_private_addresses(std::string_view value, Settings& settings) {
  return apply_yes_or_no(value, settings.providers.back().allow_private_addresses);
}

// The keys of each [provider.NAME], applied once for each such section.
constexpr Setting provider_rows[] = {
    {provider_section, "type", "", has_default,
     "google, kakao, apple, naver, github, or oidc for any other issuer; empty: what NAME says.",
     apply_provider_type},
    {provider_section, "client_id", "", required, "What the provider calls this site.",
     apply_provider_client_id},
    {provider_section, "client_secret_file", "", has_default,
     "A file with the client secret, readable by nobody else; empty: there is none.",
     apply_provider_client_secret_file},
    {provider_section, "label", "", has_default,
     "What people are shown; empty: the provider's own name, or NAME.", apply_provider_label},
    {provider_section, "issuer", "", has_default, "The issuer of OpenID Connect; empty: the one of the type.",
     apply_provider_issuer},
    {provider_section, "scopes", "", has_default,
     "What the provider is asked to tell; empty: what the type needs.", apply_provider_scopes},
    {provider_section, "audiences", "", has_default,
     "Client ids of apps whose ID tokens are taken too, with commas between.", apply_provider_audiences},
    {provider_section, "id_token_algorithms", "", has_default,
     "What ID tokens may be signed with, with commas between; empty: as the discovery document says.",
     apply_provider_id_token_algorithms},
    {provider_section, "unknown_nonce", "no", has_default,
     "Whether an app's token may hold a nonce that the app does not know; each is then taken once.",
     apply_provider_unknown_nonce},
    {provider_section, "team_id", "", has_default, "Apple: the team's id.", apply_provider_team_id},
    {provider_section, "key_id", "", has_default, "Apple: the id of the private key.", apply_provider_key_id},
    {provider_section, "private_key_file", "", has_default,
     "Apple: the .p8 file, readable by nobody else; client secrets are made of it.",
     apply_provider_private_key_file},
    {provider_section, "authorization_endpoint", "", has_default,
     "Where people are sent; empty: by discovery, or the one of the type.",
     apply_provider_authorization_endpoint},
    {provider_section, "token_endpoint", "", has_default,
     "Where codes are exchanged; empty: by discovery, or the one of the type.",
     apply_provider_token_endpoint},
    {provider_section, "user_endpoint", "", has_default,
     "Where it is asked who somebody is; empty: by discovery, or the one of the type.",
     apply_provider_user_endpoint},
    {provider_section, "ca_file", "", has_default,
     "Certificate authorities to trust, in PEM; empty: the system's.", apply_provider_ca_file},
    {provider_section, "allow_private_addresses", "no", has_default,
     "Whether the provider may be at a private address, and without https.",
     apply_provider_private_addresses},
};

constexpr std::string_view provider_prefix = "provider.";
constexpr std::size_t provider_name_limit = 32;

}  // namespace

std::span<const Setting> provider_settings() {
  return provider_rows;
}

std::optional<std::string_view> provider_name_of(std::string_view section) {
  if (!section.starts_with(provider_prefix)) return std::nullopt;
  const auto name = section.substr(provider_prefix.size());
  const bool allowed = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
  return allowed && !name.empty() && name.size() <= provider_name_limit ? std::optional{name} : std::nullopt;
}

}  // namespace cardea
