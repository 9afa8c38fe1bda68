#include "base/network.h"

#include <arpa/inet.h>
#include <nss.h>
#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/encoding.h"

namespace cardea {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr int mapped_bits = 96;
constexpr std::size_t name_limit = 32;
constexpr std::string_view no_name = "unknown";
constexpr std::string_view socket_name = "unix:";

bool is_mapped(const Address& address) {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
}

bool bit(const Address& address, int index) {
  return (address.bytes[static_cast<std::size_t>(index / 8)] >> (7 - index % 8)) & 1;
}

bool bits_are_zero_from(const Address& address, int first) {
  for (int index = first; index < 128; ++index)
    if (bit(address, index)) return false;
  return true;
}

// The networks that are no part of the public address space (RFC 6890): a client reaches us from there only
// through machines of the site.
bool is_private(const Network& network) {
  static const auto blocks = [] {
    std::vector<Network> all;
    for (const auto* block : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10",
                              "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1"})
      all.push_back(*parse_network(block));
    return all;
  }();
  return std::any_of(blocks.begin(), blocks.end(), [&](const Network& block) {
    return network.prefix_bits >= block.prefix_bits && block.contains(network.base);
  });
}

}  // namespace

std::string Address::text() const {
  if (!is_known()) return unknown_as == no_name ? unknown_as : std::string(no_name) + " (" + unknown_as + ")";
  char text[INET6_ADDRSTRLEN]{};
  if (is_mapped(*this))
    ::inet_ntop(AF_INET, bytes.data() + mapped_prefix.size(), text, sizeof text);
  else
    ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

Address Address::customer_network() const {
  if (!is_known() || is_mapped(*this)) return *this;
  Address network = *this;
  std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
  return network;
}

std::optional<Address> Address::site_network() const {
  if (!is_known() || is_mapped(*this)) return std::nullopt;
  Address network = *this;
  std::fill(network.bytes.begin() + 6, network.bytes.end(), std::uint8_t{0});
  return network;
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated{text};
  Address address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + mapped_prefix.size()) == 1)
    return address;
  return std::nullopt;
}

Address unknown_client(std::string_view name) {
  Address address;
  for (const unsigned char letter : name.substr(0, name_limit))
    address.unknown_as.push_back(letter > 0x20 && letter < 0x7F ? static_cast<char>(letter) : '?');
  if (address.unknown_as.empty()) address.unknown_as = no_name;
  return address;
}

Address local_socket() {
  return unknown_client(socket_name);
}

bool Network::contains(const Address& address) const {
  if (!base.is_known() || !address.is_known()) return address == base && address == local_socket();
  for (int index = 0; index < prefix_bits; ++index)
    if (bit(base, index) != bit(address, index)) return false;
  return true;
}

std::optional<Network> parse_network(std::string_view text) {
  if (text == socket_name) return Network{local_socket(), 128};
  const auto slash = text.find('/');
  const auto address_text = text.substr(0, slash);
  const auto base = parse_address(address_text);
  if (!base) return std::nullopt;
  if (slash == text.npos) return Network{*base, 128};
  const bool dotted = address_text.find(':') == address_text.npos;
  const auto bits = whole_number(text.substr(slash + 1), dotted ? 32 : 128);
  if (!bits) return std::nullopt;
  const int prefix_bits = static_cast<int>(*bits) + (dotted ? mapped_bits : 0);
  if (!bits_are_zero_from(*base, prefix_bits)) return std::nullopt;
  return Network{*base, prefix_bits};
}

bool holds_strangers(const std::vector<Network>& networks) {
  constexpr double limit = 1.0 / 16;
  double v4 = 0;
  double v6 = 0;
  for (const auto& network : networks) {
    if (!network.base.is_known() || is_private(network)) continue;
    const bool is_v4 = is_mapped(network.base) && network.prefix_bits >= mapped_bits;
    const int bits = network.prefix_bits - (is_v4 ? mapped_bits : 0);
    if (bits < (is_v4 ? 8 : 16)) return true;
    (is_v4 ? v4 : v6) += std::ldexp(1.0, -bits);
  }
  // What is assigned of IPv6 is 2000::/3.
  return v4 >= limit || v6 >= limit / 8;
}

void look_up_names_without_modules() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::__nss_configure_lookup("hosts", "files dns");
    for (const char* database : {"passwd", "group", "initgroups", "services"})
      ::__nss_configure_lookup(database, "files");
  });
}

}  // namespace cardea
