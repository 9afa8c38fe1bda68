// The settings of [provider.NAME], each applied to the provider that was added to the settings last (config/apply.h has
// the rules), and what is known of the ready-made providers, so that a section of theirs needs little more than a
// client_id.
#pragma once

#include <optional>
#include <string_view>

#include "config/apply.h"
#include "config/settings.h"

namespace cardea {

[[nodiscard]] Problem apply_provider_type(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_label(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_client_id(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_client_secret_file(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_scopes(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_issuer(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_audiences(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_id_token_algorithms(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_team_id(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_key_id(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_private_key_file(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_authorization_endpoint(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_token_endpoint(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_user_endpoint(std::string_view value, Settings& settings);
[[nodiscard]] Problem apply_provider_ca_file(std::string_view value, Settings& settings);

struct ProviderDefaults {
  std::string_view type;  // as it is written in the file
  ProviderType meaning = ProviderType::oidc;
  std::string_view label;
  std::string_view issuer;
  std::string_view scopes;
  // Of providers without a discovery document.
  std::string_view authorization_endpoint;
  std::string_view token_endpoint;
  std::string_view user_endpoint;
};

[[nodiscard]] std::optional<ProviderType> provider_type_of(std::string_view text);
// "google, kakao, …".
[[nodiscard]] std::string provider_type_names();

// Fills in what is empty. If no label is known, it is the name.
void fill_in_provider(ProviderSettings& provider);

}  // namespace cardea
