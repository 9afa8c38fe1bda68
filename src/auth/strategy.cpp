#include "auth/strategy.h"

namespace cardea {

std::string strategy_of(const User& user) {
  const bool by_password = !user.password_hash.empty() || user.last_method.empty();
  return by_password ? "password" : user.last_method;
}

}  // namespace cardea
