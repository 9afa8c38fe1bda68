// A TCP connection with a time limit, plain or under TLS. Every wait ends at the deadline.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "identity/http.h"
#include "identity/url.h"

namespace cardea {

using Deadline = std::chrono::steady_clock::time_point;

class Connection {
 public:
  // Looks up the host and tries its addresses in turn, but only those that trust allows: the very address
  // that is connected to has been looked at. Under TLS (1.2 or newer) the certificate's chain and name must
  // be good. Looking up a name is bounded by the system's resolver, not by the deadline.
  [[nodiscard]] static std::variant<Connection, HttpFailure> open(const Url& url, const HttpTrust& trust,
                                                                  Deadline deadline);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // False if not all bytes could be sent in time.
  [[nodiscard]] bool send(std::string_view bytes);
  // Everything until the other side closes, the time is over, or `limit` bytes have come.
  [[nodiscard]] std::string receive(std::size_t limit);

 private:
  struct Parts;
  explicit Connection(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cardea
