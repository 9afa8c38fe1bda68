// Who is at the other end, and does that end speak https? The web server knows, unless a proxy stands in
// front of it; what a proxy says (X-Forwarded-For and X-Forwarded-Proto; or Forwarded, RFC 7239; for https
// also X-Forwarded-Ssl and its like) is believed only from trusted_proxies.
#pragma once

#include <vector>

#include "base/network.h"
#include "web/environment.h"
#include "web/http.h"

namespace cardea {

inline constexpr std::size_t hop_limit = 32;

struct Peer {
  Address address;
  bool secure = false;
};

// From the right: the first hop that is no trusted proxy is the client. A hop is an address, with or without
// a port, IPv6 also in brackets, all of it also in quotes. What is none is an unknown client called by that
// hop, never the proxy that wrote it; so is a client behind more than hop_limit proxies, one that a trusted
// proxy passed on without naming it, and one that X-Forwarded-For and Forwarded name differently: of these
// two the client itself may have written the one that its proxy does not know.
//
// https is what X-Forwarded-Proto says, else Forwarded, else one of the flags, else the server. Of a list
// that has one value for each hop, the client's hop counts, otherwise the first value, which the edge wrote.
[[nodiscard]] Peer peer_of(const Environment& environment, const Request& request,
                           const std::vector<Network>& trusted_proxies);

// True if a header tells that a proxy passed the request on, trusted or not.
[[nodiscard]] bool was_passed_on(const Request& request);

}  // namespace cardea
