#include "config/provider_defaults.h"

#include <algorithm>
#include <array>

namespace cardea {
namespace {

constexpr std::array<ProviderDefaults, 6> known{{
    {.type = "google",
     .meaning = ProviderType::google,
     .label = "Google",
     .issuer = "https://accounts.google.com",
     .scopes = "openid email profile",
     .authorization_endpoint = "",
     .token_endpoint = "",
     .user_endpoint = ""},
    {.type = "kakao",
     .meaning = ProviderType::kakao,
     .label = "Kakao",
     .issuer = "https://kauth.kakao.com",
     .scopes = "openid account_email profile_nickname",
     .authorization_endpoint = "",
     .token_endpoint = "",
     .user_endpoint = ""},
    {.type = "apple",
     .meaning = ProviderType::apple,
     .label = "Apple",
     .issuer = "https://appleid.apple.com",
     .scopes = "name email",
     .authorization_endpoint = "",
     .token_endpoint = "",
     .user_endpoint = ""},
    {.type = "naver",
     .meaning = ProviderType::naver,
     .label = "Naver",
     .issuer = "https://nid.naver.com",
     .scopes = "",
     .authorization_endpoint = "https://nid.naver.com/oauth2.0/authorize",
     .token_endpoint = "https://nid.naver.com/oauth2.0/token",
     .user_endpoint = "https://openapi.naver.com/v1/nid/me"},
    {.type = "github",
     .meaning = ProviderType::github,
     .label = "GitHub",
     .issuer = "https://github.com",
     .scopes = "read:user user:email",
     .authorization_endpoint = "https://github.com/login/oauth/authorize",
     .token_endpoint = "https://github.com/login/oauth/access_token",
     .user_endpoint = "https://api.github.com/user"},
    {.type = "oidc",
     .meaning = ProviderType::oidc,
     .label = "",
     .issuer = "",
     .scopes = "openid email profile",
     .authorization_endpoint = "",
     .token_endpoint = "",
     .user_endpoint = ""},
}};

void fill(std::string& value, std::string_view known_value) {
  if (value.empty()) value = known_value;
}

}  // namespace

std::optional<ProviderType> provider_type_of(std::string_view text) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& row) { return row.type == text; });
  return found == known.end() ? std::nullopt : std::optional{found->meaning};
}

std::string provider_type_names() {
  std::string names;
  for (const auto& row : known) names += (names.empty() ? "" : ", ") + std::string{row.type};
  return names;
}

void fill_in_provider(ProviderSettings& provider) {
  for (const auto& row : known) {
    if (row.meaning != provider.type) continue;
    fill(provider.label, row.label);
    fill(provider.issuer, row.issuer);
    fill(provider.scopes, row.scopes);
    fill(provider.authorization_endpoint, row.authorization_endpoint);
    fill(provider.token_endpoint, row.token_endpoint);
    fill(provider.user_endpoint, row.user_endpoint);
  }
  fill(provider.label, provider.name);
}

}  // namespace cardea
