// The FastCGI server: threads that take connections from one listening socket, answer the requests on them,
// and go home within a second of the last one when they are told to.
//
// We accept and wait by ourselves (epoll) and hand libfcgi a connection only when something is to be read
// from it: so a connection that is kept open between requests holds no thread, a silent peer runs into a time
// limit, and SIGTERM finds nobody asleep inside the library.
#pragma once

#include <string_view>

#include "gateway/listener.h"
#include "gateway/runtime.h"

namespace cardea {

inline constexpr int most_threads = 256;

struct FastCgiOptions {
  int threads = 16;  // at most: as many as there are cores, more only while some wait for the database
};

// Serves until SIGTERM, SIGINT or SIGUSR1; requests that have begun are answered first. Returns the exit
// status. Throws KeyError when the keys cannot be read at the start. Call once, from the main thread.
int serve_fastcgi(Descriptor listener, Runtime& runtime, const FastCgiOptions& options);

// In place of that while there is no configuration or no key: answers 503 for a second. Then returns true as
// soon as somebody asks, so that the caller can look again; false when a signal says to stop.
bool serve_broken_fastcgi(int listener, std::string_view cause);

}  // namespace cardea
