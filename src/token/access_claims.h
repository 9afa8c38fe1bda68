// What an access token says.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

namespace cardea {

// Ids of devices, chosen by clients, for tokens and addresses: [A-Za-z0-9._-]{1,64}, but not "." or "..".
[[nodiscard]] bool is_device_id(std::string_view text);

struct AccessClaims {
  UserId user;
  SessionId session;
  std::string device;  // the device's id
  std::string scope;   // space-separated; empty = none
  Instant issued_at{};
  Instant expires_at{};
  std::string token_id;  // jti
  bool operator==(const AccessClaims&) const = default;
};

// Claims of a token whose signature, issuer and audience are right, before its time is looked at.
struct CheckedClaims {
  AccessClaims claims;
  Instant not_before = never;  // nbf; never = there was none
};

}  // namespace cardea
