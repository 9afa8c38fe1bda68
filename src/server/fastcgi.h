// The FastCGI server: the socket it listens on, one connection while a request is on it, and the threads that
// answer. Told to stop, it ends within a second of the last answer.
//
// We accept and wait by ourselves (epoll) and hand libfcgi a connection only when there is something to read from
// it. So a connection that is kept open between requests holds no thread, a silent peer meets a time limit, and
// SIGTERM never finds a thread asleep inside the library.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/descriptor.h"
#include "server/application.h"

namespace cardea {

inline constexpr int max_threads = 256;

struct FastCgiOptions {
  int threads = 16;  // at most: as many as there are cores, more only while some wait for the database
};

// Serves until SIGTERM, SIGINT or SIGUSR1; requests that have begun are answered first. Returns the exit
// status. Throws KeyError when the keys cannot be read at the start. Call once, from the main thread.
int serve_fastcgi(Descriptor listener, Application& application, const FastCgiOptions& options);

// In place of that while there is no configuration or no key: answers by unconfigured_answer() for a second. Then returns true at the
// next request, which waits for the caller to look at configuration and keys again; false when a signal says to
// stop.
bool serve_broken_fastcgi(int listener, const Unconfigured& why, const DoorContext& context);

// True if the descriptor is a listening socket. If it is descriptor 0, a web server (or spawn-fcgi, or systemd's
// Socket=) has started this process.
[[nodiscard]] bool is_listening_socket(int descriptor);

struct ListenError {
  std::string message;
};

// where: "unix:/path" (an old socket file on which no program listens is replaced; permissions as given, e.g.
// 0660: a process that can write to the socket can ask for anything) or "127.0.0.1:9100" (loopback addresses only:
// FastCGI carries no authentication).
[[nodiscard]] std::variant<Descriptor, ListenError> open_listener(const std::string& where,
                                                                  unsigned permissions);

}  // namespace cardea
