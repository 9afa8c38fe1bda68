#include "web/forwarded.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>

#include "base/number.h"
#include "base/utf8.h"

namespace cardea {
namespace {

// What one proxy wrote about who asked it.
struct Hop {
  std::string node;   // without quotes; empty if it was not told
  std::string proto;  // likewise
};

// The hops in the order in which they were written; of more than hop_limit the last ones.
struct Hops {
  std::deque<Hop> list;
  bool cut = false;
  std::size_t client = 0;  // which of them the client is
};

bool is_trusted(const Address& address, const std::vector<Network>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const Network& network) { return network.contains(address); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// A number, or a name that hides it (RFC 7239 section 6.2).
bool is_port(std::string_view text) {
  constexpr std::size_t longest_port = 16;
  const auto is_part = [](unsigned char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= 'a' && letter <= 'z') || letter == '.' || letter == '-' || letter == '_';
  };
  if (text.starts_with('_'))
    return text.size() > 1 && text.size() <= longest_port && std::all_of(text.begin(), text.end(), is_part);
  return text.size() <= 5 && whole_number(text, 65535).has_value();
}

bool is_unspecified(const Address& address) {
  return address == *parse_address("0.0.0.0") || address == *parse_address("::");
}

// 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80. An IPv6 address without brackets
// has no port.
std::optional<Address> parse_node(std::string_view node) {
  if (node.starts_with('[')) {
    const auto end = node.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto port = node.substr(end + 1);
    const auto inside = node.substr(1, end - 1);
    const bool is_fine = port.empty() || (port.front() == ':' && is_port(port.substr(1)));
    if (!is_fine || inside.find(':') == std::string_view::npos) return std::nullopt;
    return parse_address(inside);
  }
  const auto dot = node.rfind('.');
  const auto colon = dot == std::string_view::npos ? dot : node.find(':', dot);
  if (colon == std::string_view::npos) return parse_address(node);
  return is_port(node.substr(colon + 1)) ? parse_address(node.substr(0, colon)) : std::nullopt;
}

// Whom the text names: an address, this machine's socket, or an unknown client.
Address address_of(std::string_view node) {
  if (node.starts_with(local_socket().unknown_as)) return local_socket();
  const auto address = parse_node(node);
  return address && !is_unspecified(*address) ? *address : unknown_client(node);
}

// The value without its quotes (RFC 9110 section 5.6.4); nothing if they do not enclose it.
std::optional<std::string> unquoted(std::string_view value) {
  if (!value.starts_with('"')) return std::string(value);
  std::string plain;
  std::size_t i = 1;
  for (; i < value.size() && value[i] != '"'; ++i) {
    if (value[i] == '\\') ++i;
    if (i < value.size()) plain.push_back(value[i]);
  }
  return i + 1 == value.size() ? std::optional{plain} : std::nullopt;
}

// Takes what stands before the first separator that is not in quotes off the text.
std::string_view take_until(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != separator); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
  }
  const auto taken = text.substr(0, i);
  text.remove_prefix(std::min(text.size(), i + 1));
  return taken;
}

void add_hop(Hops& hops, Hop hop) {
  if (hops.list.size() == hop_limit) {
    hops.list.pop_front();
    hops.cut = true;
  }
  hops.list.push_back(std::move(hop));
}

// X-Forwarded-For, and X-Forwarded-Proto if it has as many values.
Hops hops_of_list(std::string_view nodes, std::string_view protos) {
  Hops hops;
  const bool fits =
      std::count(nodes.begin(), nodes.end(), ',') == std::count(protos.begin(), protos.end(), ',');
  const auto first = trimmed(protos.substr(0, protos.find(',')));
  for (bool more = true; more;) {
    const auto node = trimmed(nodes.substr(0, nodes.find(',')));
    const auto proto = fits ? trimmed(protos.substr(0, protos.find(','))) : first;
    more = nodes.find(',') != std::string_view::npos;
    nodes.remove_prefix(std::min(nodes.size(), nodes.find(',') + (more ? 1 : 0)));
    if (fits) protos.remove_prefix(more ? protos.find(',') + 1 : protos.size());
    add_hop(hops, {unquoted(node).value_or(std::string(node)), std::string(proto)});
  }
  return hops;
}

// One element of Forwarded: for=…;proto=…;by=…, each at most once. Nothing if it is not of that form.
std::optional<Hop> parse_element(std::string_view element) {
  Hop hop;
  bool has_node = false;
  while (!element.empty()) {
    const auto pair = trimmed(take_until(element, ';'));
    const auto equals = pair.find('=');
    if (pair.empty()) continue;
    if (equals == std::string_view::npos) return std::nullopt;
    auto value = unquoted(pair.substr(equals + 1));
    if (!value) return std::nullopt;
    const auto name = ascii_lower(pair.substr(0, equals));
    if (name == "proto") hop.proto = *value;
    if (name != "for") continue;
    if (has_node) return std::nullopt;
    has_node = true;
    hop.node = *std::move(value);
  }
  return hop;
}

bool names_somebody(const Hops& hops) {
  return std::any_of(hops.list.begin(), hops.list.end(), [](const Hop& hop) { return !hop.node.empty(); });
}

// Forwarded (RFC 7239 section 4). Nothing if it is malformed: a client can spoil what its proxy adds to.
std::optional<Hops> hops_of_forwarded(std::string_view text) {
  Hops hops;
  for (bool more = true; more;) {
    const auto before = text.size();
    const auto element = take_until(text, ',');
    more = element.size() < before;
    auto hop = parse_element(trimmed(element));
    if (!hop) return std::nullopt;
    add_hop(hops, *std::move(hop));
  }
  return hops;
}

Address client_behind(const Address& neighbour, Hops& hops, const std::vector<Network>& proxies) {
  auto client = neighbour;
  hops.client = hops.list.size();
  while (is_trusted(client, proxies)) {
    if (hops.client == 0) return hops.cut ? unknown_client("too-many-hops") : client;
    client = address_of(hops.list[--hops.client].node);
  }
  return client;
}

// HTTPS is missing in some of Apache's phases, REQUEST_SCHEME in old servers: either says it.
bool server_says_https(const Environment& environment) {
  const auto flag = environment.value("HTTPS");
  return equal_ignoring_ascii_case(flag, "on") || flag == "1" ||
         equal_ignoring_ascii_case(environment.value("REQUEST_SCHEME"), "https");
}

bool has_header(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [name](const auto& header) { return header.first == name; });
}

std::string_view proto_of(const Hops& hops) {
  if (hops.list.empty()) return {};
  return hops.list[std::min(hops.client, hops.list.size() - 1)].proto;
}

// What the proxy says about https by a header of its kind; nothing if it says nothing.
std::optional<bool> flag_of(const Request& request) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> flags{
      {{"x-forwarded-ssl", "on"},
       {"front-end-https", "on"},
       {"x-forwarded-scheme", "https"},
       {"x-forwarded-protocol", "https"},
       {"x-url-scheme", "https"}}};
  std::optional<bool> said;
  for (const auto& [name, yes] : flags)
    if (has_header(request, name))
      said = said.value_or(true) && equal_ignoring_ascii_case(trimmed(request.header(name)), yes);
  return said;
}

// Who the trusted neighbour says it is, and by what that one speaks.
void read_proxy(Peer& peer, const Request& request, const std::vector<Network>& proxies) {
  const auto neighbour = peer.address;
  const auto protos = request.header("x-forwarded-proto");
  std::string_view proto = trimmed(protos.substr(0, protos.find(',')));
  std::optional<Address> client;
  Hops hops;
  std::optional<Hops> forwarded;
  if (has_header(request, "x-forwarded-for")) {
    hops = hops_of_list(request.header("x-forwarded-for"), protos);
    client = client_behind(neighbour, hops, proxies);
    proto = proto_of(hops);
  }
  if (has_header(request, "forwarded")) {
    forwarded = hops_of_forwarded(request.header("forwarded"));
    const auto named =
        forwarded ? client_behind(neighbour, *forwarded, proxies) : unknown_client("malformed-Forwarded");
    if (!client) client = named;
    if (*client != named && !(forwarded && !names_somebody(*forwarded)))
      client = unknown_client("two-headers-disagree");
  }
  if (!client && was_passed_on(request)) client = unknown_client("");
  if (client) peer.address = *client;
  if (!has_header(request, "x-forwarded-proto"))
    proto = forwarded ? proto_of(*forwarded) : std::string_view{};
  const auto flag = proto.empty() ? flag_of(request) : equal_ignoring_ascii_case(proto, "https");
  peer.secure = flag.value_or(peer.secure);
}

}  // namespace

Peer peer_of(const Environment& environment, const Request& request,
             const std::vector<Network>& trusted_proxies) {
  Peer peer;
  peer.secure = server_says_https(environment);
  const auto neighbour = environment.value("REMOTE_ADDR");
  // lighttpd writes the socket's path, or this word for a socket that has none.
  const bool is_socket = neighbour.starts_with('/') || neighbour == "anonymous";
  peer.address = is_socket ? local_socket() : address_of(neighbour);
  if (is_trusted(peer.address, trusted_proxies)) read_proxy(peer, request, trusted_proxies);
  return peer;
}

bool was_passed_on(const Request& request) {
  constexpr std::array<std::string_view, 10> names{
      "forwarded",        "via",         "x-real-ip",      "front-end-https",          "x-url-scheme",
      "cf-connecting-ip", "x-client-ip", "true-client-ip", "x-original-forwarded-for", "x-cluster-client-ip"};
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
    return header.first.starts_with("x-forwarded-") ||
           std::find(names.begin(), names.end(), header.first) != names.end();
  });
}

}  // namespace cardea
