// The handlers that the links in mails lead to (links.cpp). All may throw what the store throws.
#pragma once

#include "web/routes.h"

namespace cardea {

[[nodiscard]] Response handle_disown(const Call& call);
[[nodiscard]] Response handle_forgotten_password(const Call& call);
[[nodiscard]] Response handle_reset_password(const Call& call);

}  // namespace cardea
