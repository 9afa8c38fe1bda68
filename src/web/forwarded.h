// Who is at the other end, and does that end speak https? The web server knows, unless a proxy stands in
// front of it; what a proxy says (X-Forwarded-For, X-Forwarded-Proto) is believed only from trusted_proxies.
#pragma once

#include <vector>

#include "base/network.h"
#include "web/environment.h"
#include "web/http.h"

namespace cardea {

struct Peer {
  Address address;
  bool secure = false;
};

// From the right: the first address that is no trusted proxy is the client. A hop that is not an address ends
// the walk at the last proxy that could be believed. X-Forwarded-Proto counts only from a trusted proxy; of a
// list, the first value, which the edge wrote.
[[nodiscard]] Peer peer_of(const Environment& environment, const Request& request,
                           const std::vector<Network>& trusted_proxies);

}  // namespace cardea
