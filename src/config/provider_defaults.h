// What is known of the ready-made providers, so that a [provider.NAME] of theirs needs little more than a
// client_id.
#pragma once

#include <optional>
#include <string_view>

#include "config/provider_settings.h"

namespace cardea {

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

// Fills in what is empty. A label that nothing is known of is the name.
void fill_in_provider(ProviderSettings& provider);

}  // namespace cardea
