// Which addresses are out there for everybody. A provider's discovery document names further addresses; none
// of them may lead this program to the inside of the network it runs in.
#pragma once

#include "base/network.h"

namespace cardea {

// False for loopback, private, link-local, shared, documentation, multicast and reserved addresses (RFC
// 6890), also where an IPv6 address of a translator (RFC 6052, RFC 3056) stands for one.
[[nodiscard]] bool is_public_address(const Address& address);

}  // namespace cardea
