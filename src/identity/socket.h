// The TCP half of a connection.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "identity/http.h"
#include "identity/url.h"

namespace cardea {

// A non-blocking TCP socket, closed at the end.
class Socket {
 public:
  explicit Socket(int file) : file_(file) {}
  Socket(Socket&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Socket& operator=(Socket&& other) = delete;
  ~Socket();
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_;
};

// True when the socket is ready for the event (POLLIN, POLLOUT) before the deadline.
[[nodiscard]] bool wait_for(const Socket& socket, short event,
                            std::chrono::steady_clock::time_point deadline);

// To the first address of the host that answers; without allow_private_addresses, of its public addresses.
[[nodiscard]] std::variant<Socket, HttpFailure> connect_to(const Url& url, const HttpTrust& trust,
                                                           std::chrono::steady_clock::time_point deadline);

}  // namespace cardea
