#include "web/forwarded.h"

#include <algorithm>

namespace cardea {
namespace {

constexpr int hop_limit = 32;

bool is_trusted(const Address& address, const std::vector<Network>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const Network& network) { return network.contains(address); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Address client_behind(Address proxy, std::string_view hops, const std::vector<Network>& proxies) {
  for (int hop = 0; hop < hop_limit && !hops.empty() && is_trusted(proxy, proxies); ++hop) {
    const auto comma = hops.rfind(',');
    const auto last = comma == std::string_view::npos ? hops : hops.substr(comma + 1);
    const auto address = parse_address(trimmed(last));
    if (!address) break;
    proxy = *address;
    hops = comma == std::string_view::npos ? std::string_view{} : hops.substr(0, comma);
  }
  return proxy;
}

// HTTPS is missing in some of Apache's phases, REQUEST_SCHEME in old servers: either says it.
bool server_says_https(const Environment& environment) {
  const auto flag = environment.value("HTTPS");
  return flag == "on" || flag == "1" || environment.value("REQUEST_SCHEME") == "https";
}

}  // namespace

Peer peer_of(const Environment& environment, const Request& request,
             const std::vector<Network>& trusted_proxies) {
  Peer peer;
  peer.secure = server_says_https(environment);
  const auto neighbour = parse_address(environment.value("REMOTE_ADDR"));
  if (!neighbour) return peer;
  peer.address = *neighbour;
  if (!is_trusted(*neighbour, trusted_proxies)) return peer;
  peer.address = client_behind(*neighbour, request.header("x-forwarded-for"), trusted_proxies);
  const auto scheme = request.header("x-forwarded-proto");
  if (!scheme.empty()) peer.secure = trimmed(scheme.substr(0, scheme.find(','))) == "https";
  return peer;
}

}  // namespace cardea
