// A forgotten password: a mail with a link, and what the link does.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/context.h"
#include "base/secret.h"

namespace cardea {

// Asks for the mail. Nobody can tell from the answer or its time whether there is such a user: the same is
// read and written, and the mail goes out after the answer. A few mails an hour for one address; beyond,
// nothing is sent. The time to wait where this network has asked too often. Throws StoreUnavailable.
[[nodiscard]] std::optional<seconds> request_password_reset(const std::string& email, const Caller& caller,
                                                            const Deps& deps);

// same_as_before tells who holds the link that a guess of the present password was right; but a wrong guess
// becomes the password and spends the link, so that there is one.
enum class ResetRefusal { bad_link, too_short, too_long, not_text, same_as_before, busy };

// Sets the password, ends all sessions, disconnects all providers, records it and writes to the user, naming
// the providers: whoever was in the account before is out. A link works once: it is bound to the password it
// replaces. Nothing when that went well. Throws StoreUnavailable.
[[nodiscard]] std::optional<ResetRefusal> reset_password(std::string_view token, const Secret& chosen,
                                                         const Caller& caller, const Deps& deps);

}  // namespace cardea
