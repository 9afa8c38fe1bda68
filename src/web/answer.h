// Answers as JSON, and refusals on the wire: {"code", "error", "error_description", "reason", "field"}. `error` is
// OAuth's word where OAuth has one (RFC 6749 section 5.2, RFC 6750 section 3.1); `reason` is for programs; `field`
// names the field of the request that must be changed.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "base/json.h"
#include "web/http.h"

namespace cardea {

[[nodiscard]] Response json_answer(int status, const Json& body);
[[nodiscard]] Response empty_answer(int status);  // 204

struct Refusal {
  int status = 400;
  std::string_view error;        // "invalid_token"
  std::string_view reason;       // "expired"; may be empty
  std::string_view description;  // a sentence for developers; ASCII, without quotes and backslashes
  seconds retry_after{0};        // a Retry-After header when not 0
  std::string_view field = {};   // "new_password"; may be empty
  seconds max_age{0};            // in the challenge when not 0: how old the sign-in may be (RFC 9470)
  Json members = nullptr;        // more members of the body
};

// The answer. A 401 carries WWW-Authenticate (RFC 6750 section 3), without its error attributes if no token was
// presented (reason "missing"), as the RFC asks.
[[nodiscard]] Response refuse(const Refusal& refusal);

// 400 invalid_request with that sentence.
[[nodiscard]] Response refuse_request(std::string_view description);

// 503 temporarily_unavailable: the machine failed. What the exception says goes into the log alone.
[[nodiscard]] Response refuse_unavailable(const std::exception& failure);

// 400 invalid_request for a field. The reason is too_short, too_long, too_common, invalid, missing or
// same_as_before.
[[nodiscard]] Response refuse_field(std::string_view field, std::string_view reason,
                                    std::string_view description);

}  // namespace cardea
