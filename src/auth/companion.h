// The companion rule: a refresh token that came by cookie counts only together with an access token of the
// same session, which may have expired. A sibling subdomain can plant a refresh cookie, but not the __Host-
// access cookie beside it; and a refresh token that leaked alone is of no use.
#pragma once

#include <optional>
#include <variant>

#include "auth/context.h"
#include "auth/presented.h"
#include "token/refresh_token.h"

namespace cardea {

enum class PairingFault {
  missing,            // no refresh token
  wrong_transport,    // only by a keyhole that is closed
  malformed,          // no refresh token of ours among them
  companion_missing,  // the access token that must stand beside it did not come
  companion_invalid,  // one came, but it is not ours
  other_session,      // one came, of another session
};

struct Pairing {
  RefreshTicket ticket;
  std::optional<UserId> user;    // whom the companion names; nothing where none was needed or given
  bool by_legacy_token = false;  // the ticket stands for a token of the former system, not for one of ours
};

// Picks the refresh token to work with and, where the rule or the request asks for one, its companion. Asks
// no database.
[[nodiscard]] std::variant<Pairing, PairingFault> pair_tokens(const PresentedTokens& tokens,
                                                              const Caller& caller, const Deps& deps);

// How a client of this session sends its tokens; those of other sessions do not count.
[[nodiscard]] Keyhole keyhole_of(const PresentedTokens& tokens, const SessionId& session,
                                 const Caller& caller, const Deps& deps);

}  // namespace cardea
