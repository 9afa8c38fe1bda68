#include "identity/public_address.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace cardea {
namespace {

constexpr std::array<std::string_view, 15> reserved_ipv4{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
constexpr std::array<std::string_view, 3> reserved_ipv6{"2001::/23", "2001:db8::/32", "3fff::/20"};

template <std::size_t Count>
bool is_in(const Address& address, const std::array<std::string_view, Count>& networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](std::string_view text) { return parse_network(text).value().contains(address); });
}

// The IPv4 address that begins at that byte.
Address embedded(const Address& address, std::size_t first) {
  auto inner = *parse_address("0.0.0.0");
  std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(first), 4, inner.bytes.begin() + 12);
  return inner;
}

bool is_within(const Address& address, std::string_view network) {
  return parse_network(network).value().contains(address);
}

}  // namespace

bool is_public_address(const Address& address) {
  if (is_within(address, "::ffff:0:0/96")) return !is_in(address, reserved_ipv4);
  if (is_within(address, "64:ff9b::/96")) return is_public_address(embedded(address, 12));
  if (is_within(address, "2002::/16")) return is_public_address(embedded(address, 2));
  return is_within(address, "2000::/3") && !is_in(address, reserved_ipv6);
}

}  // namespace cardea
