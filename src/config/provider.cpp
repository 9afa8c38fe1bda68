#include "config/provider.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "config/private_file.h"
#include "config/values.h"

namespace cardea {
namespace {

constexpr std::size_t id_limit = 255;    // bytes of a client id, team or key
constexpr std::size_t label_limit = 40;  // code points
constexpr std::size_t audiences_limit = 8;
// keys/public_key.h, and HS256 by the client's secret.
constexpr std::array<std::string_view, 13> id_token_algorithms{"RS256",   "RS384", "RS512", "PS256", "PS384",
                                                               "PS512",   "ES256", "ES384", "ES512", "EdDSA",
                                                               "Ed25519", "Ed448", "HS256"};

ProviderSettings& provider_of(Settings& settings) {
  return settings.providers.back();
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter > 0x20 && letter < 0x7F; });
}

Problem apply_id(std::string_view value, std::string& id) {
  if (!is_visible_ascii(value) || value.size() > id_limit)
    return not_a(value, "an id as the provider gives them out",
                 "at most 255 visible ASCII characters without blanks are allowed");
  id = value;
  return std::nullopt;
}

Problem apply_url(std::string_view value, std::string& url) {
  if (!value.empty() && !is_service_url(value))
    return not_a(value, "an address",
                 "write https://, the host as browsers do, and a path if there is one; no query, no user");
  url = value;
  return std::nullopt;
}

}  // namespace

Problem apply_provider_type(std::string_view value, Settings& settings) {
  auto& provider = provider_of(settings);
  if (value.empty()) {
    provider.type = provider_type_of(provider.name).value_or(ProviderType::oidc);
    return std::nullopt;
  }
  const auto type = provider_type_of(value);
  if (!type) return not_a(value, "a type of provider", "allowed are " + provider_type_names());
  provider.type = *type;
  return std::nullopt;
}

Problem apply_provider_label(std::string_view value, Settings& settings) {
  if (has_invisible(value) || code_points(value) > label_limit)
    return not_a(value, "a label", "at most 40 visible characters are allowed");
  provider_of(settings).label = value;
  return std::nullopt;
}

Problem apply_provider_client_id(std::string_view value, Settings& settings) {
  if (value.empty()) return "the client id is missing";
  return apply_id(value, provider_of(settings).client_id);
}

Problem apply_provider_client_secret_file(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  return read_one_line_secret(settings.file, value, provider_of(settings).client_secret);
}

Problem apply_provider_scopes(std::string_view value, Settings& settings) {
  const auto words = split_words(value);
  const bool allowed = std::all_of(words.begin(), words.end(), [](std::string_view word) {
    return is_visible_ascii(word) && word.find_first_of("\"\\") == word.npos;
  });
  if (!allowed || value.size() > id_limit)
    return not_a(value, "a list of scopes", "write names such as openid email, one blank between");
  auto& scopes = provider_of(settings).scopes;
  scopes.clear();
  for (const auto word : words) scopes.append(scopes.empty() ? "" : " ").append(word);
  return std::nullopt;
}

Problem apply_provider_issuer(std::string_view value, Settings& settings) {
  return apply_url(value, provider_of(settings).issuer);
}

Problem apply_provider_audiences(std::string_view value, Settings& settings) {
  auto& audiences = provider_of(settings).audiences;
  audiences.clear();
  const auto items = split_list(value);
  if (items.size() > audiences_limit)
    return not_a(value, "a list of client ids", "at most 8 are allowed, with commas between");
  for (const auto item : items)
    if (auto problem = apply_id(item, audiences.emplace_back())) return problem;
  return std::nullopt;
}

Problem apply_provider_id_token_algorithms(std::string_view value, Settings& settings) {
  auto& algorithms = provider_of(settings).id_token_algorithms;
  algorithms.clear();
  for (const auto item : split_list(value)) {
    if (std::find(id_token_algorithms.begin(), id_token_algorithms.end(), item) == id_token_algorithms.end())
      return not_a(
          item, "an algorithm that can be verified here",
          "allowed are RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, "
          "Ed448, HS256");
    algorithms.emplace_back(item);
  }
  return std::nullopt;
}

Problem apply_provider_team_id(std::string_view value, Settings& settings) {
  return apply_id(value, provider_of(settings).team_id);
}

Problem apply_provider_key_id(std::string_view value, Settings& settings) {
  return apply_id(value, provider_of(settings).key_id);
}

Problem apply_provider_private_key_file(std::string_view value, Settings& settings) {
  if (value.empty()) return std::nullopt;
  auto read = read_private_file(path_beside(settings.file, value));
  if (auto* unreadable = std::get_if<Unreadable>(&read)) return "the file is refused: " + unreadable->reason;
  Secret pem{std::get<std::string>(std::move(read))};
  if (!pem.reveal().starts_with("-----BEGIN PRIVATE KEY-----"))
    return "the file is no key; it must be the .p8 file that Apple gave out, as it is";
  provider_of(settings).private_key = std::move(pem);
  return std::nullopt;
}

Problem apply_provider_authorization_endpoint(std::string_view value, Settings& settings) {
  return apply_url(value, provider_of(settings).authorization_endpoint);
}

Problem apply_provider_token_endpoint(std::string_view value, Settings& settings) {
  return apply_url(value, provider_of(settings).token_endpoint);
}

Problem apply_provider_user_endpoint(std::string_view value, Settings& settings) {
  return apply_url(value, provider_of(settings).user_endpoint);
}

Problem apply_provider_ca_file(std::string_view value, Settings& settings) {
  auto& file = provider_of(settings).ca_file;
  file = value.empty() ? std::string{} : path_beside(settings.file, value);
  return std::nullopt;
}

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
