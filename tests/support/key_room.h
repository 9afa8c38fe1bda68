// A key directory of its own for each test, and the tokens that honest and hostile people would write with
// its keys.
#pragma once

#include <string>
#include <variant>

#include "base/entropy.h"
#include "base/json.h"
#include "keys/ring.h"
#include "token/access_token.h"

namespace cardea {

// Removed at the end with all that is in it.
class KeyRoom {
 public:
  KeyRoom();
  KeyRoom(const KeyRoom&) = delete;
  KeyRoom& operator=(const KeyRoom&) = delete;
  ~KeyRoom();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(const std::string& name) const { return path_ + '/' + name; }
  // Fresh keys; the name of the file.
  std::string add(Algorithm algorithm, Instant from) const;
  std::string add_refresh(Instant from) const;
  // Any file, mode 0600. Overwrites in place: the directory's time does not change if the file was there.
  void write(const std::string& name, const std::string& text) const;
  // Makes the directory look as if it last changed at that time.
  void set_changed_at(Instant at) const;
  [[nodiscard]] std::string text_of(const std::string& name) const;
  [[nodiscard]] KeyRing ring(Instant now, Algorithm algorithm = Algorithm::es256) const;

 private:
  std::string path_;
};

// 2026-11-22T03:15:00Z
inline constexpr Instant morning{milliseconds{1795317300000}};

// With a fresh refresh key.
[[nodiscard]] KeyRing ring_with_refresh_key(const KeyRoom& room);

[[nodiscard]] TokenPolicy our_policy();
[[nodiscard]] AccessClaims some_claims(Instant now);
// The claims of a good token, as JSON, to be spoiled.
[[nodiscard]] Json valid_body(Instant now);
[[nodiscard]] Json valid_header(const SigningKey& key);
// Signs whatever is given, with no check at all.
[[nodiscard]] std::string sign_text(const std::string& header, const std::string& body,
                                    const SigningKey& key);

[[nodiscard]] std::string name_of(TokenFault fault);

// "accepted", or the fault's name.
template <class Accepted>
[[nodiscard]] std::string outcome(const std::variant<Accepted, TokenFault>& verdict) {
  const auto* fault = std::get_if<TokenFault>(&verdict);
  return fault == nullptr ? "accepted" : name_of(*fault);
}

// What a file of tests/vectors holds.
[[nodiscard]] Json vectors(const std::string& file);

}  // namespace cardea
