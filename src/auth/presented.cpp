#include "auth/presented.h"

#include <algorithm>

namespace cardea {

Keyhole keyhole_of(const PresentedTokens& tokens,
                   const std::function<bool(const PresentedToken&)>& is_genuine) {
  const auto on_purpose = [&](const PresentedToken& token) {
    return token.transport != Transport::cookie && is_genuine(token);
  };
  const bool any = std::any_of(tokens.refresh.begin(), tokens.refresh.end(), on_purpose) ||
                   std::any_of(tokens.access.begin(), tokens.access.end(), on_purpose);
  return any ? Keyhole::header : Keyhole::cookie;
}

}  // namespace cardea
