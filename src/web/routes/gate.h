// The gate guards directories of a web server. The server asks it before it serves a page, in FastCGI's AUTHORIZER role
// (answer_gate) or by GET /verify; the answer names the user, or refuses, or sends a browser to the sign-in page.
//
// The gate reads no database, sets no cookie and rotates no token; a server may ask twice for one request. An answer
// always has a status, and only 200 (204 from /verify) opens: lighttpd would take an empty answer for a yes.
#pragma once

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

// 200 with Variable-REMOTE_USER (the user id) and the AUTH_* variables; in optional mode 200 without them for a client
// that is not signed in. Otherwise 401, or 403 for a missing scope; a browser that loads a page gets 303 to /continue,
// and a preflight of an allowed origin gets 204. For mod_fcgid a refusal has only its status. Never throws, unless memory
// runs out: any failure is 503.
[[nodiscard]] Response answer_gate(const Request& request, const GateSettings& gate, const Deps& deps);

// An answer that opens, without a user yet. The page may differ for each user, so no shared cache may keep it; Apache
// passes these headers on to the client, together with those of the page.
[[nodiscard]] Response let_in(int status);

// The gate's refusal as the client gets it, here or afterwards from /denied: a browser that loads a page is sent to
// /continue.
[[nodiscard]] Response refuse_connection(Response refused, const Request& request, const SiteSettings& site);

// True if /denied may have to say as which user a browser is signed in, which the database knows.
[[nodiscard]] bool may_name_account(const Request& request);

}  // namespace cardea
