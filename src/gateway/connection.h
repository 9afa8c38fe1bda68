// One FastCGI connection while a request is on it: libfcgi's part.
#pragma once

#include <fcgiapp.h>

#include <atomic>

#include "gateway/listener.h"
#include "gateway/runtime.h"

namespace cardea {

// To be called once before the first connection. Keeps libfcgi from waiting for peers longer than we would.
void prepare_fastcgi_library();

// A peer that sends or takes nothing for this long is given up.
inline constexpr seconds peer_patience{10};

void limit_waiting(int connection);

// Reads one request from the connection, answers it, and returns the connection if the peer wants to keep it
// open. While it waits for the peer, `waiting_on` holds the descriptor, so that a shutdown can interrupt it;
// -1 otherwise.
[[nodiscard]] Descriptor serve_one(Descriptor connection, Worker& worker, std::atomic<int>& waiting_on);

}  // namespace cardea
