// The client secret that Apple wants: a token that says who we are, signed by the key it gave us.
#pragma once

#include <optional>
#include <string>

#include "base/secret.h"
#include "base/time.h"
#include "config/provider_settings.h"

namespace cardea {

// ES256, good for five minutes. Nothing if the private key is no P-256 key.
[[nodiscard]] std::optional<Secret> make_client_secret(const ProviderSettings& provider, Instant now);

}  // namespace cardea
