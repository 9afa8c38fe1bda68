// Addresses of clients and proxies. IPv4 and IPv6 are one type (an IPv4 address is kept as ::ffff:a.b.c.d),
// so that a dual-stack server and an IPv4 server agree on who is who.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cardea {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  // "192.0.2.1" or "2001:db8::1" (RFC 5952).
  [[nodiscard]] std::string text() const;
  // The part one customer holds: the whole IPv4 address, the /64 of an IPv6 address. For throttling.
  [[nodiscard]] Address customer_network() const;
  // The /48 of an IPv6 address, which one site may hold; nothing for IPv4.
  [[nodiscard]] std::optional<Address> site_network() const;
  bool operator==(const Address&) const = default;
};

// Dotted IPv4 or IPv6 without zone and brackets; nothing otherwise.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

struct Network {
  Address base;
  int prefix_bits = 128;  // counted in the 128-bit form: 10.0.0.0/8 has 104
  [[nodiscard]] bool contains(const Address& address) const;
  bool operator==(const Network&) const = default;
};

// "10.0.0.0/8", "::1", "2001:db8::/32". A bare address is a network of one. Host bits must be zero.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

}  // namespace cardea
