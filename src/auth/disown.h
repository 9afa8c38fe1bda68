// "This was not me": the link in a mail signs its device out, without a password.
#pragma once

#include <optional>
#include <string_view>

#include "auth/context.h"

namespace cardea {

// The session that the link names, ended by now: by this call, or before. Nothing if the link is none of
// ours, too old, or of a session that is no longer known. Safe to repeat. Throws StoreUnavailable.
[[nodiscard]] std::optional<SessionState> disown_device(std::string_view token, const Caller& caller,
                                                        const Deps& deps);

}  // namespace cardea
