#include "base/network.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/number.h"

namespace cardea {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr int mapped_bits = 96;

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

}  // namespace

std::string Address::text() const {
  char text[INET6_ADDRSTRLEN]{};
  if (is_mapped(*this))
    ::inet_ntop(AF_INET, bytes.data() + mapped_prefix.size(), text, sizeof text);
  else
    ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

Address Address::customer_network() const {
  if (is_mapped(*this)) return *this;
  Address network = *this;
  std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
  return network;
}

std::optional<Address> Address::site_network() const {
  if (is_mapped(*this)) return std::nullopt;
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

bool Network::contains(const Address& address) const {
  for (int index = 0; index < prefix_bits; ++index)
    if (bit(base, index) != bit(address, index)) return false;
  return true;
}

std::optional<Network> parse_network(std::string_view text) {
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

}  // namespace cardea
