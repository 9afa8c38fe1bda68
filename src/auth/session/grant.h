// The pair of tokens of a session: the grant, which is what a signed-in device gets, with the user and the session that
// the answer describes; and the pair as a client presents it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/session/context.h"
#include "base/secret.h"
#include "token/refresh_token.h"

namespace cardea {

struct Grant {
  User user;
  Session session;
  Secret access_token;
  Instant access_expires{};
  Secret refresh_token;
  Instant refresh_expires{};
  Transport came_by = Transport::unknown;  // how the client sent its tokens; unknown for a sign-in
  bool common_password = false;  // the password that was just set is common, and [password] common = warn
};

// Signs a new access token and derives the refresh token of the session's current generation. Writes nothing:
// the same row always gives the same refresh token, byte for byte. No access token lives longer than its session's
// absolute end. Throws KeyError.
[[nodiscard]] Grant make_grant(SessionState state, const Caller& caller, const Deps& deps);

// Section: the companion rule. A refresh token in a cookie is accepted only together with an access token of the same
// session, which may have expired. A sibling subdomain can plant a refresh cookie, but not the __Host- access
// cookie beside it; and a thief of the refresh token alone cannot use it.

struct RefreshRequest {
  PresentedTokens tokens;
  std::optional<std::string> idempotency_key;  // as sent; at most 255 bytes
  DeviceDetails device = {};                   // for the exchange of a legacy token (auth/session/legacy.h)
  // The tokens can be answered in the body only. Such a request is refused if the session said "transport":"cookie".
  bool answers_in_body = false;
};

// Why a refresh was refused.
enum class RefreshRefusal {
  missing,            // no refresh token
  wrong_transport,    // it came by a transport that is closed, or that the session has given up
  malformed,          // none of the refresh tokens is one of ours
  companion_missing,  // no access token came with it, and the rule needs one
  companion_invalid,  // an access token came with it, but it is not one of ours
  other_session,      // an access token came with it, but it belongs to another session
  // For the following the session's row was read. Nothing was written, except for reused.
  expired,
  revoked,   // this session, or all sessions of the user, ended before
  disabled,  // the user is disabled
  reused,    // the token had been replaced: this call (or one at the same moment) ended the session
};

struct Pairing {
  RefreshTicket ticket;
  std::optional<UserId> user;    // the user of the companion; empty if there was none
  bool by_legacy_token = false;  // the client sent a token of the former system; the ticket stands for it
};

// Chooses the refresh token to use and, where one is needed or was sent, its companion. Reads no database.
[[nodiscard]] std::variant<Pairing, RefreshRefusal> pair_tokens(const PresentedTokens& tokens,
                                                                const Caller& caller, const Deps& deps);

// How a client of this session sends its tokens (the rule of context.h); tokens of other sessions do not count.
[[nodiscard]] Transport transport_of_session(const PresentedTokens& tokens, const SessionId& session,
                                             const Caller& caller, const Deps& deps);

}  // namespace cardea
