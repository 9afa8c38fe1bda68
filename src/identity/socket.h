// The TCP half of a connection.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "base/descriptor.h"
#include "identity/http.h"
#include "identity/url.h"

namespace cardea {

// True when the socket is ready for the event (POLLIN, POLLOUT) before the deadline.
[[nodiscard]] bool wait_for(const Descriptor& socket, short event,
                            std::chrono::steady_clock::time_point deadline);

// A non-blocking TCP socket to the first address of the host that answers; without allow_private_addresses, to
// the first of its public ones.
[[nodiscard]] std::variant<Descriptor, HttpFailure> connect_to(
    const Url& url, const HttpTrust& trust, std::chrono::steady_clock::time_point deadline);

}  // namespace cardea
