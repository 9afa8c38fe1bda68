// The gate: FastCGI's AUTHORIZER role. A web server asks before it serves anything, whatever the path; the
// answer says who is asking, or shows the way to the sign-in page.
//
// Offline and without effect: no database, no cookie, no rotation; a server may ask twice for one request. An
// answer always has a status, and only 200 opens (lighttpd would take an empty answer for a yes).
#pragma once

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

// 200 with Variable-REMOTE_USER (the user id) and the AUTH_* variables; in optional mode 200 without them for
// who is not signed in. Otherwise 401, or 403 for a missing scope; a browser that loads a page gets 303 to
// /continue, and one that asks what a page of an allowed origin may send gets 204. To mod_fcgid a refusal is the
// status alone.
[[nodiscard]] Response answer_gate(const Request& request, const GateSettings& gate, const Deps& deps);

// An answer that opens, without a name in it yet. The page will differ by who asks for it, so no shared cache
// may hand it to others; Apache passes these headers on to the client, together with the page's own.
[[nodiscard]] Response let_in(int status);

// The refusal that a gate shows, also where the server asks for it afterwards (/denied).
[[nodiscard]] Response refuse_connection(Response refused, const Request& request, const SiteSettings& site);

}  // namespace cardea
