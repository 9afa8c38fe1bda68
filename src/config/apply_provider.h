// The settings of [provider.NAME]. Each applies to the provider that was added to the settings last.
#pragma once

#include "config/apply.h"

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

}  // namespace cardea
