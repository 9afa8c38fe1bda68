// A FastCGI process: the server on its socket (server/fastcgi.h), what happens beside the answers
// (server/background.h), and the signals that end both. Told to stop, it ends within a second of the last answer.
#pragma once

#include "base/descriptor.h"
#include "server/application.h"
#include "setup/doors.h"

namespace cardea {

inline constexpr int max_threads = 256;

struct ServeLimits {
  int database_threads = 1;  // how many requests may wait for the database at a time
  bool ends_when_replaced =
      false;  // when another program file takes the place of this one: the web server starts that one
};

// Serves until SIGTERM, SIGINT or SIGUSR1.
// Returns the exit status. Throws KeyError when the keys cannot be read at the start. Call once, from the main thread.
int serve_fastcgi(Descriptor listener, Application& application, const ServeLimits& limits);

// In place of that while there is no configuration or no key: answers by unconfigured_answer() (setup/doors.h) for a second. Then returns true at the
// next request, which waits for the caller to look at configuration and keys again; false when a signal says to
// stop.
bool serve_broken_fastcgi(int listener, const Unconfigured& why, const DoorContext& context);

}  // namespace cardea
