// One FastCGI connection while a request is on it: libfcgi's part.
#pragma once

#include <fcgiapp.h>

#include <atomic>
#include <functional>
#include <string_view>

#include "gateway/listener.h"
#include "gateway/runtime.h"

namespace cardea {

// To be called once before the first connection. Keeps libfcgi from waiting for peers longer than we would.
void prepare_fastcgi_library();

// Where a thread waits for its peer: the connection, or -1, and since when, in ticks of the server's. The
// server shuts a connection down on which its thread has waited too long; a second descriptor of the same
// number is at worst one request that the web server repeats.
struct Waiting {
  std::atomic<int> connection{-1};
  std::atomic<unsigned> since{0};
};

// Reads one request from the connection, answers it, and returns the connection if the peer wants to keep it
// open. While it waits for the peer, `waiting` says so, and a shutdown of the connection interrupts it.
// `before_waiting` is called when the request is one that may wait for the database or for its turn to hash.
[[nodiscard]] Descriptor serve_one(Descriptor connection, Worker& worker, Waiting& waiting,
                                   const std::function<void()>& before_waiting);

// The same with the answer of last resort to whatever is asked, and without a thread to wait for the peer: one
// that falls silent for some seconds is given up.
void serve_broken(Descriptor connection, std::string_view cause);

}  // namespace cardea
