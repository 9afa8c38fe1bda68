// The tokens that came with a request, as they were read from the keyholes (web/delivery.h), before anybody
// believed them. A browser may send a cookie several times (an older Path or Domain), hence the lists.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/records.h"

namespace cardea {

enum class Transport { cookie, header, body };

struct PresentedToken {
  Transport transport = Transport::cookie;
  std::string text;
};

struct PresentedTokens {
  std::vector<PresentedToken> access;   // in the order in which they are to be tried
  std::vector<PresentedToken> refresh;  // all of one transport
  bool header_refused = false;  // a token came by a keyhole that is closed (mode cookie, or past the sunset)
};

// header if a genuine one was put there on purpose, in a header or a body: that is a client which holds its
// tokens itself, and which header_sunset would hurt. Cookies come along by themselves, and any script of a
// page can put text beside them.
[[nodiscard]] Keyhole keyhole_of(const PresentedTokens& tokens,
                                 const std::function<bool(const PresentedToken&)>& is_genuine);

}  // namespace cardea
