// The FastCGI server: threads that take connections from one listening socket, answer the requests on them,
// and go home within a second of the last one when they are told to.
//
// We accept and wait by ourselves (epoll) and hand libfcgi a connection only when something is to be read
// from it: so a connection that is kept open between requests holds no thread, a silent peer runs into a time
// limit, and SIGTERM finds nobody asleep inside the library.
#pragma once

#include <fcgiapp.h>
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/descriptor.h"
#include "server/runtime.h"

namespace cardea {

inline constexpr int max_threads = 256;

struct FastCgiOptions {
  int threads = 16;  // at most: as many as there are cores, more only while some wait for the database
};

// Serves until SIGTERM, SIGINT or SIGUSR1; requests that have begun are answered first. Returns the exit
// status. Throws KeyError when the keys cannot be read at the start. Call once, from the main thread.
int serve_fastcgi(Descriptor listener, Runtime& runtime, const FastCgiOptions& options);

// In place of that while there is no configuration or no key: answers 503 for a second. Then returns true as
// soon as somebody asks, so that the caller can look again; false when a signal says to stop.
bool serve_broken_fastcgi(int listener, std::string_view cause);

// One FastCGI connection while a request is on it: libfcgi's part.

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

// Sockets on which FastCGI requests arrive.

// True if descriptor 0 is a listening socket: a web server (or spawn-fcgi, or systemd's Socket=) started us.
[[nodiscard]] bool is_listening_socket(int descriptor);

struct ListenError {
  std::string message;
};

// where: "unix:/path" (an old socket file that nobody listens on is replaced; permissions as given, e.g.
// 0660: who can write to the socket can ask anything) or "127.0.0.1:9100" (loopback addresses only: FastCGI
// carries no authentication).
[[nodiscard]] std::variant<Descriptor, ListenError> open_listener(const std::string& where,
                                                                  unsigned permissions);

}  // namespace cardea
