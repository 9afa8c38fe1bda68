// The companion rule: a refresh token that came by cookie counts only together with an access token of the
// same session, which may have expired. A sibling subdomain can plant a refresh cookie, but not the __Host-
// access cookie beside it; and a refresh token that leaked alone is of no use.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/session/context.h"
#include "token/refresh_token.h"

namespace cardea {

struct RefreshRequest {
  PresentedTokens tokens;
  std::optional<std::string> idempotency_key;  // as sent; at most 255 bytes
  DeviceDetails device = {};                   // for the exchange of a legacy token (auth/session/legacy.h)
  // The answer is a body alone: refused to a session that said "transport":"cookie".
  bool answers_in_body = false;
};

// Why a refresh was refused.
enum class RefreshRefusal {
  missing,            // no refresh token
  wrong_transport,    // only by a transport that is closed, or that the session has given up
  malformed,          // no refresh token of ours among them
  companion_missing,  // the access token that must stand beside it did not come
  companion_invalid,  // one came, but it is not ours
  other_session,      // one came, of another session
  // From here on the session's row was read. Nothing was written, except by reused.
  expired,
  revoked,  // this session, or all of the user's, had been ended before
  disabled,
  reused,  // a spent token: the session has been ended by this call (or by the one it raced with)
};

struct Pairing {
  RefreshTicket ticket;
  std::optional<UserId> user;    // whom the companion names; nothing where none was needed or given
  bool by_legacy_token = false;  // the ticket stands for a token of the former system, not for one of ours
};

// Picks the refresh token to work with and, where the rule or the request asks for one, its companion. Asks
// no database.
[[nodiscard]] std::variant<Pairing, RefreshRefusal> pair_tokens(const PresentedTokens& tokens,
                                                                const Caller& caller, const Deps& deps);

// How a client of this session sends its tokens; those of other sessions do not count.
[[nodiscard]] Transport transport_of(const PresentedTokens& tokens, const SessionId& session,
                                     const Caller& caller, const Deps& deps);

}  // namespace cardea
