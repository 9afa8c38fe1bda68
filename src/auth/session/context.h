// What every rule of src/auth works with: the parts of the program (Deps), the client that sent this request
// (Caller), the tokens that came with it (PresentedTokens), and whether a session is still valid (Standing).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/entropy.h"
#include "base/network.h"
#include "base/time.h"
#include "config/settings.h"
#include "ended/sessions.h"
#include "http/client.h"
#include "keys/ring.h"
#include "password/password.h"
#include "store/records.h"
#include "store/store.h"
#include "token/access_token.h"

namespace cardea {

// Whether this request has written letters (auth/account/letters.h): the process sends them after the answer, so that no
// answer waits for a mail server, fails with it, or tells by its time whether there was something to send. Belongs to one
// thread.
class LettersWritten {
 public:
  void note() { any_ = true; }
  // Whether there were any since the last call.
  [[nodiscard]] bool take() { return std::exchange(any_, false); }

 private:
  bool any_ = false;
};

// Borrowed for one request; main owns the parts. The key ring, the ended sessions, the passwords and the note of letters
// belong to one thread, and so does each Deps; threads share the store and http.
struct Deps {
  const Settings& settings;
  Store& store;
  KeyRing& keys;
  RevokedSessions& revoked;
  Passwords& passwords;
  Entropy& entropy;
  LettersWritten& letters;
  Http& http;
  VerifiedTokens* verified =
      nullptr;                   // with these keys; belongs to one thread, too; null: nothing is remembered
  const Clock* clock = nullptr;  // null: the time stays that of the request
};

struct Caller {
  Instant now{};
  Address address;
  std::string user_agent;                           // as sent
  std::optional<Language> language = std::nullopt;  // the best of our languages by Accept-Language
};

[[nodiscard]] TokenPolicy token_policy(const Settings& settings, VerifiedTokens* remembered = nullptr);

// The present time: never before the request came in, and later if the request had to wait.
[[nodiscard]] Instant present_time(const Caller& caller, const Deps& deps);

// The tokens that came with a request, as web/out.h read them; nothing has been verified yet. They are lists
// because a browser may send several cookies of one name (an older Path or Domain).

enum class TokenPlace { cookie, header, body };

struct PresentedToken {
  TokenPlace place = TokenPlace::cookie;
  std::string text;
};

struct PresentedTokens {
  std::vector<PresentedToken> access;   // in the order in which they are tried
  std::vector<PresentedToken> refresh;  // all by the same transport
  bool header_refused = false;  // one came by a transport that is closed (mode cookie, or past the sunset)
};

// header if a valid token came in a header or a body: that client keeps its tokens itself, and header_sunset would
// sign it out. A browser sends cookies by itself, and any script of a page can add text beside them, so a header
// counts only if is_genuine says that its token is valid.
[[nodiscard]] Transport transport_of(const PresentedTokens& tokens,
                                     const std::function<bool(const PresentedToken&)>& is_genuine);

// The device that signs in. Each has at most one live session.
struct DeviceDetails {
  std::string id;    // [A-Za-z0-9._-]{1,64}; empty = a new device, an id is made
  std::string name;  // shown to users; may be empty
  std::optional<Language> language = std::nullopt;  // of the pages or the app, if the client said so
  Transport transport = Transport::unknown;         // how it will send its tokens, if that is known
};

// Whether a session is still valid. Everything that reads a session's row asks this.
enum class Standing {
  stands,
  revoked,   // this session ended
  ended,     // all sessions of the user ended (epoch), e.g. by a new password; or the account is closed
  disabled,  // the user is disabled
  expired,   // the idle or absolute lifetime is over
};

// The moment from which the session is expired: the earlier of its idle and its absolute end.
[[nodiscard]] Instant end_of(const Session& session);

// A session stands until end_of(session); at that moment it does not stand any more.
[[nodiscard]] Standing standing_of(const SessionState& state, Instant now);

}  // namespace cardea
