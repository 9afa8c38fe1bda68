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
    auto key =
        PublicKey::of_jwk(jwk);  // of a published secret nothing is made: its readers could sign with it
    if (!key) continue;
    keys.push_back({string_member(jwk, "kid").value_or(""), std::move(*key)});
  }
  return keys;
}

}  // namespace cardea
