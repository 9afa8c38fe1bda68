// Reading what the forms of sign-in and registration have in common.
#pragma once

#include <optional>
#include <variant>

#include "auth/presented.h"
#include "auth/sign_in.h"
#include "web/fields.h"
#include "web/routes.h"

namespace cardea {

inline constexpr std::size_t name_size_limit = 100;  // bytes

// The fields of the body; or the 400/415 that answers it.
[[nodiscard]] std::variant<Fields, Response> read_fields(const Request& request);

// The tokens that came with the request and in its body; or the 400 that answers it.
[[nodiscard]] std::variant<PresentedTokens, Response> read_tokens(const Fields& fields, const Call& call);

// device_id, device_name and language of the body; without device_id, the device cookie's. A refusal if they
// are not what they should be.
[[nodiscard]] std::variant<DeviceDetails, Response> read_device_details(const Fields& fields,
                                                                        const Call& call);

// email, password and the device. A refusal if one of them is missing or not what it should be.
[[nodiscard]] std::variant<SignInRequest, Response> read_credentials(Fields& fields, const Call& call);

// Reads the body, lets `answer` answer it, and dresses the answer for a form without JavaScript
// (web/form_flow.h).
[[nodiscard]] Response answer_sign_in_form(const Call& call, Response (*answer)(Fields&, const Call&));

// The same for the forms of somebody who is signed in: back to their page.
[[nodiscard]] Response answer_account_form(const Call& call, Response (*answer)(Fields&, const Call&));

// 400: a new password that is too short or too long.
[[nodiscard]] Response refuse_password_length(const PasswordSettings& settings);
// The token answer of a sign-in, which the browser remembers the way of.
[[nodiscard]] Response deliver_sign_in(int status, const Grant& grant, const Call& call);

// 409: how the account of that e-mail signs in is told.
[[nodiscard]] Response refuse_email_in_use(const std::string& strategy);
// 403: this site takes nobody new.
[[nodiscard]] Response refuse_closed();
[[nodiscard]] Response refuse_disabled();
// 429: this account or this address has failed, or asked, too often.
[[nodiscard]] Response refuse_attempts(seconds retry_after);
// 503: no hashing slot became free.
[[nodiscard]] Response refuse_crowd(seconds retry_after);

// The name people see: NFC, trimmed, at most name_size_limit bytes. Nothing if it hides characters or is too
// long.
[[nodiscard]] std::optional<std::string> clean_name(std::string_view typed);

}  // namespace cardea
