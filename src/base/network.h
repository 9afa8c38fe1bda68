// Addresses of clients and proxies. IPv4 and IPv6 are one type (an IPv4 address is kept as ::ffff:a.b.c.d),
// so that a dual-stack server and an IPv4 server see the same client. A client whose address no proxy told has a name
// instead: it belongs to no network, and only that name distinguishes it from others.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cardea {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::string unknown_as;  // see unknown_client(); empty if the address is known
  // "192.0.2.1" or "2001:db8::1" (RFC 5952); "unknown" or "unknown (NAME)". At most 45 characters.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_known() const { return unknown_as.empty(); }
  // The part one customer holds: the whole IPv4 address, the /64 of an IPv6 address, the whole name of an
  // unknown client. For throttling.
  [[nodiscard]] Address customer_network() const;
  // The /48 of an IPv6 address, which one site may hold; nothing for IPv4.
  [[nodiscard]] std::optional<Address> site_network() const;
  bool operator==(const Address&) const = default;
};

// Dotted IPv4 or IPv6 without zone and brackets; nothing otherwise.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

// The client that a proxy calls by this name instead of an address ("unknown", "_hidden"), or that wrote no
// address where one belongs. Of the name, 32 characters are kept, all of them visible ASCII.
[[nodiscard]] Address unknown_client(std::string_view name);

// A client that connects through a socket of this machine (nginx calls it "unix:").
[[nodiscard]] Address local_socket();

struct Network {
  Address base;
  int prefix_bits = 128;  // counted in the 128-bit form: 10.0.0.0/8 has 104
  // No unknown client is in any network; only the network of local_socket() contains local_socket().
  [[nodiscard]] bool contains(const Address& address) const;
  bool operator==(const Network&) const = default;
};

// "10.0.0.0/8", "::1", "2001:db8::/32"; "unix:" is local_socket(). A bare address is a network of one. Host
// bits must be zero.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

// True if the networks together hold so much of the public address space (a 16th of IPv4's or of IPv6's, or
// one network larger than an IPv4 /8 or an IPv6 /16) that hosts of other people are among them.
[[nodiscard]] bool holds_strangers(const std::vector<Network>& networks);

// To be called before the first look-up of a host or an account: from then on libc asks the usual files and DNS,
// whatever nsswitch.conf says. For each other source it would load a module of the host, and one that belongs to
// another version of libc than the one linked in ends the program (glibc's _dl_call_libc_early_init). Safe from many
// threads, and to repeat.
void look_up_names_without_modules();

}  // namespace cardea
