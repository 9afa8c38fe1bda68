// What the handlers that ask "who are you" share.
#pragma once

#include <string_view>
#include <variant>

#include "auth/fresh.h"
#include "auth/verify.h"
#include "web/http.h"
#include "web/routes.h"

namespace cardea {

// server_software: SERVER_SOFTWARE, because advice about one web server is of no use behind another.
[[nodiscard]] Response refuse_access(AccessRefusal why, std::string_view server_software = {});
// 403 insufficient_scope. needed: the scopes that were asked for, to be named in the description; may be empty.
[[nodiscard]] Response refuse_scope(std::string_view needed);

// 401 insufficient_user_authentication with its challenge (RFC 9470) where a newer sign-in or the password is
// needed; 403 for a wrong password; 429 or 503 where it was not looked at.
[[nodiscard]] Response refuse_proof(const ProofRefused& refused);

// The caller's claims, offline; or the refusal to answer with.
[[nodiscard]] std::variant<AccessClaims, Response> caller_claims(const Call& call);
// The caller's session and user as the database has them now.
[[nodiscard]] std::variant<SessionState, Response> caller_session(const Call& call);

}  // namespace cardea
