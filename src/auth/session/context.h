// What every rule of this floor works with: the things that last (Deps) and the one who asks now (Caller).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/network.h"
#include "base/time.h"
#include "config/settings.h"
#include "ended/sessions.h"
#include "http/client.h"
#include "keys/ring.h"
#include "mail/message.h"
#include "password/password.h"
#include "store/records.h"
#include "store/store.h"
#include "token/access_token.h"

namespace cardea {

// Borrowed for the length of a request; main owns them. The key ring, the revoked sessions, the passwords,
// the outbox and therefore the whole bundle belong to one thread; the store and http are shared.
struct Deps {
  const Settings& settings;
  Store& store;
  KeyRing& keys;
  RevokedSessions& revoked;
  Passwords& passwords;
  Entropy& entropy;
  Outbox& outbox;
  Http& http;
  VerifiedTokens* verified = nullptr;  // under these keys; of one thread, too
  const Clock* clock = nullptr;        // nothing: time stands still while a request is answered
};

struct Caller {
  Instant now{};
  Address address;
  std::string user_agent;                           // as sent
  std::optional<Language> language = std::nullopt;  // what the browser likes best of ours
};

[[nodiscard]] TokenPolicy token_policy(const Settings& settings, VerifiedTokens* remembered = nullptr);

// The time by now: never before the request came in, and later if it had to wait.
[[nodiscard]] Instant present_time(const Caller& caller, const Deps& deps);

// The tokens that came with a request, as they were read from the transports (web/out.h), before anybody
// believed them. A browser may send a cookie several times (an older Path or Domain), hence the lists.

enum class TokenPlace { cookie, header, body };

struct PresentedToken {
  TokenPlace place = TokenPlace::cookie;
  std::string text;
};

struct PresentedTokens {
  std::vector<PresentedToken> access;   // in the order in which they are to be tried
  std::vector<PresentedToken> refresh;  // all of one transport
  bool header_refused =
      false;  // a token came by a transport that is closed (mode cookie, or past the sunset)
};

// header if a genuine one was put there on purpose, in a header or a body: that is a client which holds its
// tokens itself, and which header_sunset would hurt. Cookies come along by themselves, and any script of a
// page can put text beside them.
[[nodiscard]] Transport transport_of(const PresentedTokens& tokens,
                                     const std::function<bool(const PresentedToken&)>& is_genuine);

// The device that signs in. Each has at most one live session.
struct DeviceDetails {
  std::string id;    // [A-Za-z0-9._-]{1,64}; empty = a new device, an id is made
  std::string name;  // shown to people; may be empty
  std::optional<Language> language = std::nullopt;  // of the pages or the app, if it said so
  Transport transport = Transport::unknown;         // by what it will come, where that is known
};

// Does a session still stand? Asked by everything that reads a session's row.

enum class Standing {
  stands,
  revoked,   // this session was ended
  ended,     // all sessions of the user were ended (epoch), e.g. by a new password
  disabled,  // the user is disabled
  expired,   // idle or absolute lifetime is over
};

// The moment from which the session is expired: the earlier of its idle and its absolute end.
[[nodiscard]] Instant end_of(const Session& session);

// A session stands up to, not including, end_of(session).
[[nodiscard]] Standing standing_of(const SessionState& state, Instant now);

}  // namespace cardea
