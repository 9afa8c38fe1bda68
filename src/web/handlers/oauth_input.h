// What apps send for signing in and for linking.
#pragma once

#include <variant>

#include "identity/provider_client.h"
#include "web/fields.h"
#include "web/http.h"

namespace cardea {

// id_token and, if there is one, nonce. A refusal if they are not what they should be.
[[nodiscard]] std::variant<AppToken, Response> read_app_token(const Fields& fields);

}  // namespace cardea
