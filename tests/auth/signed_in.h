// Ada and her phone, signed in an hour ago; and what the calls of src/auth answered, as words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/session/refresh.h"
#include "support/house.h"

namespace cardea::testing {

using RefreshAnswer = std::variant<Grant, RefreshRefusal>;

struct SignedIn : House {
  SignedIn();

  RefreshAnswer refresh(const PresentedTokens& tokens, std::optional<std::string> key = {});
  // By cookies, as a browser does it.
  RefreshAnswer refresh(const Grant& grant, std::optional<std::string> key = {});
  // The same, and it must succeed.
  Grant renew(const Grant& grant, std::optional<std::string> key = {});

  User ada;
  Grant first;
};

// "granted", or the refusal's name.
[[nodiscard]] std::string word(const RefreshAnswer& answer);
[[nodiscard]] std::string word(RevokeReason reason);
[[nodiscard]] std::string refresh_token_of(const RefreshAnswer& answer);
[[nodiscard]] std::string access_token_of(const RefreshAnswer& answer);

// The token that a thief of our key directory and our database would write.
[[nodiscard]] std::string forge(House& house, const Session& session, Generation generation);

}  // namespace cardea::testing
