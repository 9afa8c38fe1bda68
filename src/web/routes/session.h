// The refusal of a refresh, for POST /refresh and POST /token.
#pragma once

#include "auth/session/refresh.h"
#include "web/http.h"

namespace cardea {

// status: 401 in our own calls, 400 where RFC 6749 section 5.2 wants it. A disabled account is 403 in the
// former.
[[nodiscard]] Response refuse_refresh(RefreshRefusal why, int status);

}  // namespace cardea
