#include "identity/provider_keys.h"

#include "base/json.h"

namespace cardea {

std::optional<std::vector<ProviderKey>> parse_provider_keys(std::string_view text) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return std::nullopt;
  const auto list = json->find("keys");
  if (list == json->end() || !list->is_array() || list->size() > provider_keys_limit) return std::nullopt;
  std::vector<ProviderKey> keys;
  for (const auto& jwk : *list) {
    if (!jwk.is_object()) continue;
    auto key = SigningKey::of_jwk(jwk);
    // A published secret is none: whoever reads the set could sign with it.
    if (!key || key->algorithm() == Algorithm::hs256) continue;
    keys.push_back({string_member(jwk, "kid").value_or(""), std::move(*key)});
  }
  return keys;
}

}  // namespace cardea
