// What the tests of changed and forgotten passwords share.
#pragma once

#include <variant>

#include "auth/account/sign_in.h"
#include "support/house.h"

namespace cardea::testing {

inline constexpr std::string_view new_password = "a wholly new pass phrase";

// Whether ada@example.com gets in with it, on a device of her own.
[[nodiscard]] inline bool signs_in(House& house, std::string_view password) {
  const auto outcome = sign_in({.login = "ada@example.com",
                                .password = Secret::copy_of(password),
                                .device = {.id = "tablet", .name = ""}},
                               house.caller(), house.deps());
  return std::holds_alternative<Grant>(outcome);
}

}  // namespace cardea::testing
