// The public keys of a provider (RFC 7517 section 5): the ones we can use, and nothing symmetric.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "token/public_key.h"

namespace cardea {

struct ProviderKey {
  std::string kid;  // the provider's name for it; may be empty
  PublicKey key;
};

inline constexpr std::size_t provider_keys_limit = 64;

// Keys of other kinds, for other uses, or too weak are left out. Nothing if the text is no key set, or one of
// more keys than the limit.
[[nodiscard]] std::optional<std::vector<ProviderKey>> parse_provider_keys(std::string_view text);

}  // namespace cardea
